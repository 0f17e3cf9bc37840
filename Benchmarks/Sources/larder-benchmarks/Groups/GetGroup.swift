internal import Foundation
internal import Larder

extension Group {
  /// Reading what was stored before, in random order.
  static func get(_ size: Int, _ kind: Payload.Kind, in directory: String) throws -> Group {
    let large = size > 1 << 20
    let place = "\(directory)/get-\(size)-\(kind.rawValue)"
    try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
    let cache = try openCache(place + "/cache.larder")
    let rows = try BareSQLite(at: place + "/bare.sqlite")
    let notes = try BareSQLite(at: place + "/notes.sqlite")
    let files = try BareFiles(at: place + "/files")
    let codec = BareCodec()
    var payload = Payload(size, kind)
    let count = large ? 12 : size > 4096 ? 200 : 1000
    let note = Data(repeating: 0x2E, count: 400)
    var keys: [ArtifactKey] = []
    var stored: [Data] = []
    for number in 0..<count {
      payload.mark(number)
      let key = try cache.key("get", ["number": number])
      try cache.put(payload.bytes, for: key)
      keys.append(key)
      stored.append(codec.stored(payload.bytes))
      try rows.insert(number, payload.bytes)
      try notes.insert(number, note)
      try files.write(number, payload.bytes)
    }
    var random = SplitMix(state: 7)
    let order = (0..<4096).map { _ in Int.random(in: 0..<count, using: &random) }
    func pick(_ number: Int) -> Int { order[number & 4095] }
    let isInline = stored.allSatisfy { $0.count <= 4096 }
    let rowWithBytes = "SQLite select, bytes in the row"
    let rowAndFile = "SQLite select + file"
    return Group(
      name: "get \(payload.name)", rounds: large ? 20 : 40, batch: large ? 5 : 50,
      primitive: isInline ? rowWithBytes : rowAndFile, codec: "SHA-256 + zstd",
      contenders: [
        Contender("Larder get") { [keys] number in
          guard try cache.lookup(keys[pick(number)], as: Data.self).value?.count == size else { throw Failure("get") }
        },
        Contender(rowWithBytes) { keep(try rows.select(pick($0))) },
        Contender("file open + read + close") { keep(try files.read(pick($0), size)) },
        Contender(rowAndFile) {
          keep(try notes.select(pick($0)))
          keep(try files.read(pick($0), size))
        },
        Contender("SHA-256 + zstd") { [stored] in codec.decode(stored[pick($0)], size) },
      ])
  }
}

/// Keeps the optimiser from seeing that nobody needs a value.
@inline(never)
func keep(_ data: Data) {}
