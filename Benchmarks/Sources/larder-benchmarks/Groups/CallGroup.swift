internal import Foundation
internal import Larder

extension Group {
  private struct Fold: Codable, Equatable {
    var name: String
    var score: Double
    var epochs: Int
    var weights: [Double]
    var isFinal: Bool
  }

  /// Whole calls on the front door, with keys of three arguments and values of about 1 KB.
  static func calls(in directory: String) throws -> Group {
    let place = "\(directory)/calls"
    try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
    let cache = try openCache(place + "/cache.larder")
    let rows = try BareSQLite(at: place + "/bare.sqlite")
    let box = PayloadBox(Payload(1 << 10, .json))
    let fold = Fold(
      name: "fold", score: 0.25, epochs: 7, weights: (0..<100).map { Double($0) / 3 }, isFinal: true)
    let numbers = (0..<1000).map { Double($0) / 7 }
    let million = (0..<(1 << 19)).map { Double($0 % 977) / 7 }
    let count = 500
    let embed = cache.memoize("memoized", version: "1") { (number: Int, text: String) in [UInt8](text.utf8) }

    @Sendable func arguments(_ number: Int) -> KeyArguments {
      ["number": number % count, "depth": 7, "model": "gradient-boosted-trees"]
    }
    @Sendable func fresh(_ number: Int) -> KeyArguments {
      ["number": number, "depth": 7, "model": "gradient-boosted-trees"]
    }
    var keys: [ArtifactKey] = []
    for number in 0..<count {
      box.payload.mark(number)
      let data = box.payload.bytes
      let stored: Data = try cache.value("hit", version: "1", arguments(number)) { data }
      guard stored == data else { throw Failure("store") }
      keys.append(try cache.key("hit", version: "1", arguments(number)))
      var fold = fold
      fold.epochs = number
      try cache.put(fold, for: Call("fold", version: "1", arguments(number)))
      var numbers = numbers
      numbers[0] = Double(number)
      try cache.put(numbers, for: Call("numbers", version: "1", arguments(number)))
      _ = try embed(number, "some text")
      try rows.insert(number, data)
    }
    try cache.put(million, for: Call("million", version: "1", [:]))
    struct Unexpected: Error {}
    let select = "SQLite select of 1 KB"

    return Group(
      name: "calls", rounds: 40, batch: 25, primitive: select, codec: nil,
      contenders: [
        Contender("key of 3 arguments") { _ = try cache.key("hit", version: "1", arguments($0)) },
        Contender("contains") { [keys] in
          guard try cache.contains(keys[$0 % count]) else { throw Unexpected() }
        },
        Contender("lookup, Data 1 KB") { [keys] in
          guard try cache.lookup(keys[$0 % count], as: Data.self).value != nil else { throw Unexpected() }
        },
        Contender("value hit, Data 1 KB") {
          keep(try cache.value("hit", version: "1", arguments($0)) { () throws -> Data in throw Unexpected() })
        },
        Contender(asynchronous: "value hit, Data 1 KB, async") {
          keep(
            try await cache.value("hit", version: "1", arguments($0)) { () async throws -> Data in throw Unexpected() })
        },
        Contender("memoized hit") { _ = try embed($0 % count, "some text") },
        Contender("value hit, Codable struct of 5 fields") {
          _ = try cache.value("fold", version: "1", arguments($0)) { () throws -> Fold in throw Unexpected() }
        },
        Contender("value hit, [Double] of 1,000") {
          _ = try cache.value("numbers", version: "1", arguments($0)) { () throws -> [Double] in throw Unexpected() }
        },
        Contender("value hit, [Double] of 524,288") { _ in
          _ = try cache.value("million", version: "1", [:]) { () throws -> [Double] in throw Unexpected() }
        },
        Contender("value miss, Data 1 KB", prepare: { box.payload.mark($0 + 1_000_000) }) { number in
          keep(try cache.value("miss", version: "1", fresh(number)) { box.payload.bytes })
        },
        Contender(
          asynchronous: "value miss, Data 1 KB, async", prepare: { box.payload.mark($0 + 2_000_000) }
        ) { number in
          keep(try await cache.value("miss async", version: "1", fresh(number)) { () async in box.payload.bytes })
        },
        Contender(select) { keep(try rows.select($0 % count)) },
        Contender("SQLite insert of 1 KB", prepare: { box.payload.mark($0) }) {
          try rows.insert($0 + count, box.payload.bytes)
        },
      ])
  }
}
