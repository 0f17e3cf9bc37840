import Foundation
@testable import Larder
import LarderTesting
import Shared
import Testing

@Suite("Values", .timeLimit(.minutes(5))) struct ValueTests {
  let scratch: Scratch
  init() throws { scratch = try Scratch() }

  struct Fold: Codable, Equatable {
    var name: String
    var scores: [Double]
    var parent: UUID?
    var made: Date
    var weights: [Int: Float]
    var note: Data
  }

  enum Shape: Codable, Equatable {
    case point
    case circle(radius: Double)
    case polygon([[Double]])
  }

  /// Puts a value, reads it back through another handle, and says how it is represented.
  private func roundTrip<Value: Codable & Equatable>(_ value: Value, _ comment: Comment) throws -> String {
    let key = try scratch.cache().put(value, for: Call("f", ["x": 1]))
    guard case .hit(let back, let entry) = try scratch.cache().lookup(key, as: Value.self) else {
      Issue.record("a miss for \(comment)")
      return ""
    }
    #expect(back == value, comment)
    return entry.representation
  }

  @Test("every kind of value comes back equal, in its own representation")
  func kinds() throws {
    #expect(try roundTrip(Data([0, 255, 7]), "data") == "data")
    #expect(try roundTrip([UInt8](repeating: 9, count: 10_000), "bytes") == "data")
    #expect(try roundTrip("grüße\u{0}\n", "text") == "text")
    #expect(try roundTrip("", "empty text") == "text")
    #expect(try roundTrip([1.5, -0.0, .infinity], "doubles") == "array/f64le")
    #expect(try roundTrip([Float](repeating: 0.1, count: 100_000), "floats") == "array/f32le")
    #expect(try roundTrip([Int.min, 0, Int.max], "integers") == "array/i64le")
    #expect(try roundTrip([Int16](), "no integers") == "array/i16le")
    #expect(try roundTrip(42, "integer") == "cbor/1")
    #expect(try roundTrip(Optional<Int>.none, "nil") == "cbor/1")
    #expect(try roundTrip([Optional<Int>.none, 3], "array with nil") == "cbor/1")
    #expect(try roundTrip(["a": [Optional("x")], "b": []], "dictionary") == "cbor/1")
    #expect(try roundTrip(Set(["x", "y"]), "set") == "cbor/1")
    #expect(try roundTrip([Shape.point, .circle(radius: 1), .polygon([[1, 2]])], "enums") == "cbor/1")
    #expect(try roundTrip(Decimal(string: "12345678901234567890.123"), "decimal") == "cbor/1")
    let fold = Fold(
      name: "f", scores: [0.1, 2], parent: UUID(), made: Date(timeIntervalSinceReferenceDate: 1.25), weights: [3: 0.5],
      note: Data([1]))
    #expect(try roundTrip(fold, "struct") == "cbor/1")
    #expect(try roundTrip([fold, fold], "structs") == "cbor/1")
  }

  @Test("values of every size come back equal", arguments: [0, 1, 4096, 4097, 10 << 20], [false, true])
  func sizes(size: Int, random: Bool) throws {
    var generator = SplitMix(seed: 7)
    let value = Data((0..<size).map { random ? UInt8(truncatingIfNeeded: generator.next()) : UInt8($0 >> 9 & 3) })
    _ = try roundTrip(value, "\(size) bytes")
  }

  @Test("nil is a value: it is computed once")
  func nilIsAValue() throws {
    let cache = try scratch.cache()
    let runs = Counter()
    for _ in 0..<3 {
      let value: Int? = try cache.value("f") {
        runs.increment()
        return nil
      }
      #expect(value == nil)
    }
    #expect(runs.value == 1)
  }

  struct Image: Cacheable, Equatable {
    static let representation = "image/raw-1"
    var pixels: [UInt8]
    init(_ pixels: [UInt8]) { self.pixels = pixels }
    init(cached bytes: [UInt8]) throws {
      guard bytes.first == 1 else { throw CocoaError(.coderInvalidValue) }
      pixels = Array(bytes.dropFirst())
    }
    func cachedBytes() throws -> [UInt8] { [1] + pixels }
  }

  struct Page: Codable, Equatable {
    var title: String
    var image: Image?
  }

  @Test("a type of the user's own is stored as it says, alone and inside others")
  func cacheable() throws {
    #expect(try roundTrip(Image([1, 2, 3]), "image") == "image/raw-1")
    #expect(try roundTrip(Optional(Image([4])), "optional image") == "cbor/1")
    #expect(try roundTrip([Image([1]), Image([])], "images") == "cbor/1")
    #expect(try roundTrip(Page(title: "t", image: Image([9])), "page") == "cbor/1")
  }

  @Test("a value that no longer decodes is a miss with a reason, and is computed and stored again")
  func undecodable() throws {
    let cache = try scratch.cache()
    let key = try cache.key("f")
    _ = try cache.value("f") { "text" }
    #expect(try cache.lookup(key, as: [Double].self).reason == .undecodable)
    #expect(try cache.lookup(key, as: Image.self).reason == .undecodable)
    #expect(try cache.lookup(key, as: Fold.self).reason == .undecodable)
    #expect(try cache.value("f") { [2.5] } == [2.5])
    #expect(try cache.lookup(key, as: [Double].self).value == [2.5])
    try cache.put(Data([0, 1]), for: key)
    #expect(try cache.lookup(key, as: String.self).reason == .undecodable)
  }

  @Test("the version, the namespace and each argument make a key of their own")
  func keys() throws {
    let cache = try scratch.cache()
    var answers: [Int] = []
    for (version, arguments) in [("1", ["x": 1]), ("2", ["x": 1]), ("2", ["x": 2]), ("2", ["y": 2])] {
      answers.append(
        try cache.value("f", version: version, KeyArguments(arguments.map { (key: $0.key, value: $0.value) })) {
          answers.count
        })
    }
    #expect(answers == [0, 1, 2, 3])
    #expect(try cache.namespace("n").value("f", version: "1", ["x": 1]) { 9 } == 9)
    #expect(try cache.value("f", version: "1", ["x": 1]) { 10 } == 0)
  }

  @Test("the reason of a miss tells what was seen before")
  func missReasons() throws {
    let cache = try scratch.cache()
    func reason(_ function: String, _ version: String, _ x: Int) throws -> MissReason? {
      let store = try scratchStore(cache)
      let key = try cache.key(function, version: version, ["x": x])
      guard
        case .miss(let miss) = try store.bytes(for: key, .init(namespace: "", function: function, version: version))
      else { return nil }
      return miss.reason
    }
    #expect(try reason("f", "1", 1) == .cold)
    _ = try cache.value("f", version: "1", ["x": 1]) { 1 }
    #expect(try reason("f", "1", 1) == nil)
    #expect(try reason("f", "1", 2) == .arguments)
    #expect(try reason("f", "2", 1) == .version)
    #expect(try cache.remove(cache.key("f", version: "1", ["x": 1])))
    #expect(try reason("f", "1", 1) == .invalidated)
    #expect(try !cache.remove(cache.key("f", version: "1", ["x": 1])))
  }
}

func scratchStore(_ cache: ArtifactCache) throws -> ArtifactStore { try cache.shared.store() }
