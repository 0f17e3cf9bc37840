import Foundation
import LarderCrypto

@testable import LarderFormat

/// An argument that a line of JSON describes, so that another program can work out the same key.
///
/// `Vectors/golden.py` reads the same forms; each is an object with one member.
indirect enum Described: Hashable, Sendable, Encodable {
  case null
  case bool(Bool)
  case signed(Int128)
  case unsigned(UInt128)
  case double(UInt64)
  case single(UInt32)
  case text(String)
  case bytes([UInt8])
  case data([UInt8])
  case array([Described])
  case doubles([UInt64])
  case singles([UInt32])
  case integers([Int])
  case set(Set<Described>)
  case words([String: Described])
  case pairs([Described: Described])
  case date(UInt64)
  case uuid(UUID)
  case url(String)
  /// Sign, digits and exponent.
  case decimal(String, String, Int)
  case path(String)

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .null: try container.encodeNil()
    case .bool(let value): try container.encode(value)
    case .signed(let value): try container.encode(value)
    case .unsigned(let value): try container.encode(value)
    case .double(let bits): try container.encode(Double(bitPattern: bits))
    case .single(let bits): try container.encode(Float(bitPattern: bits))
    case .text(let value): try container.encode(value)
    case .bytes(let value): try container.encode(value)
    case .data(let value): try container.encode(Data(value))
    case .array(let value): try container.encode(value)
    case .doubles(let bits): try container.encode(bits.map { Double(bitPattern: $0) })
    case .singles(let bits): try container.encode(bits.map { Float(bitPattern: $0) })
    case .integers(let value): try container.encode(value)
    case .set(let value): try container.encode(value)
    case .words(let value): try container.encode(value)
    case .pairs(let value): try container.encode(value)
    case .date(let bits):
      try container.encode(Date(timeIntervalSinceReferenceDate: Double(bitPattern: bits)))
    case .uuid(let value): try container.encode(value)
    case .url(let text): try container.encode(URL(string: text))
    case .decimal(let sign, let digits, let exponent):
      try container.encode(Decimal(string: "\(sign)\(digits)e\(exponent)"))
    case .path(let text): try container.encode(InputPath(text))
    }
  }
}

// MARK: JSON

struct BadDescription: Error { let text: String }

extension Described {
  var json: Any {
    switch self {
    case .null: ["null": 0]
    case .bool(let value): ["bool": value]
    case .signed(let value): ["int": String(value)]
    case .unsigned(let value): ["int": String(value)]
    case .double(let bits): ["f64": hex(bits)]
    case .single(let bits): ["f32": hex(bits)]
    case .text(let value): ["text": value]
    case .bytes(let value): ["bytes": hexadecimal(value)]
    case .data(let value): ["data": hexadecimal(value)]
    case .array(let value): ["array": value.map(\.json)]
    case .doubles(let bits): ["f64s": bits.map(hex)]
    case .singles(let bits): ["f32s": bits.map(hex)]
    case .integers(let value): ["ints": value.map { String($0) }]
    case .set(let value): ["set": value.map(\.json)]
    case .words(let value): ["words": value.mapValues(\.json)]
    case .pairs(let value): ["pairs": value.map { [$0.key.json, $0.value.json] }]
    case .date(let bits): ["date": hex(bits)]
    case .uuid(let value): ["uuid": value.uuidString.lowercased().filter { $0 != "-" }]
    case .url(let text): ["url": text]
    case .decimal(let sign, let digits, let exponent): ["decimal": [sign, digits, String(exponent)]]
    case .path(let text): ["path": text]
    }
  }

  private func hex(_ bits: some FixedWidthInteger) -> String { withUnsafeBytes(of: bits.bigEndian) { hexadecimal($0) } }

  init(json: Any) throws {
    guard let object = json as? [String: Any], object.count == 1, let (form, content) = object.first,
      let described = try Self.make(form, content)
    else { throw BadDescription(text: "\(json)") }
    self = described
  }

  private static func make(_ form: String, _ content: Any) throws -> Described? {
    let text = content as? String ?? ""
    let list = content as? [Any] ?? []
    let texts = content as? [String] ?? []
    switch form {
    case "null": return .null
    case "bool": return (content as? Bool).map { .bool($0) }
    case "int": return Int128(text).map { .signed($0) } ?? UInt128(text).map { .unsigned($0) }
    case "f64": return UInt64(text, radix: 16).map { .double($0) }
    case "f32": return UInt32(text, radix: 16).map { .single($0) }
    case "text": return .text(text)
    case "bytes": return hexadecimalBytes(text).map { .bytes($0) }
    case "data": return hexadecimalBytes(text).map { .data($0) }
    case "array": return .array(try list.map { try Described(json: $0) })
    case "f64s": return .doubles(texts.compactMap { UInt64($0, radix: 16) })
    case "f32s": return .singles(texts.compactMap { UInt32($0, radix: 16) })
    case "ints": return .integers(texts.compactMap { Int($0) })
    case "set": return .set(Set(try list.map { try Described(json: $0) }))
    case "words": return .words(try (content as? [String: Any] ?? [:]).mapValues { try Described(json: $0) })
    case "pairs":
      var pairs: [Described: Described] = [:]
      for case let pair as [Any] in list where pair.count == 2 {
        pairs[try Described(json: pair[0])] = try Described(json: pair[1])
      }
      return .pairs(pairs)
    case "date": return UInt64(text, radix: 16).map { .date($0) }
    case "uuid": return hexadecimalBytes(text).flatMap(uuid).map { .uuid($0) }
    case "url": return .url(text)
    case "decimal": return texts.count == 3 ? .decimal(texts[0], texts[1], Int(texts[2]) ?? 0) : nil
    case "path": return .path(text)
    default: return nil
    }
  }

  private static func uuid(_ bytes: [UInt8]) -> UUID? {
    guard bytes.count == 16 else { return nil }
    return bytes.withUnsafeBytes { UUID(uuid: $0.loadUnaligned(as: uuid_t.self)) }
  }
}
