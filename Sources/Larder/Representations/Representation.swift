internal import FoundationEssentials
internal import LarderFormat

/// How a value becomes bytes and comes back; decided once for each call, by the type.
///
/// | name | for |
/// |---|---|
/// | `data` | `Data`, `[UInt8]`: the bytes themselves |
/// | `text` | `String`: its UTF-8 |
/// | `array/f64le` … | arrays of numbers: little-endian, one after the other |
/// | `file`, `file+x` | a file, without and with the executable bit |
/// | `tree` | the manifest of a directory |
/// | any other | what a ``Cacheable`` type calls it |
/// | `cbor/1` | every other `Codable` value |
package enum Representation {
  package static let data = "data"
  package static let text = "text"
  package static let file = "file"
  package static let executable = "file+x"
  package static let tree = "tree"
  static let coded = "cbor/1"

  /// - Throws: ``LarderError`` with the code `encoding`.
  static func encode<Value: Codable>(_ value: Value) throws(LarderError) -> (name: String, bytes: [UInt8]) {
    do {
      // By the type, not by the value: an optional that holds an image is no image.
      if Value.self is any Cacheable.Type, let value = value as? any Cacheable {
        return (type(of: value).representation, try value.cachedBytes())
      }
      if Value.self == Data.self, let value = value as? Data { return (data, [UInt8](value)) }
      if Value.self == [UInt8].self, let value = value as? [UInt8] { return (data, value) }
      if Value.self == String.self, let value = value as? String { return (text, Array(value.utf8)) }
      if let kind = Value.self as? any NumericArray.Type, let value = value as? any NumericArray {
        return (kind.representation, value.withRawBytes { [UInt8]($0) })
      }
      return (coded, try ValueEncoder.encode(value))
    } catch let error as LarderError {
      throw error
    } catch {
      throw LarderError(
        .encoding, "Cannot store a value of type \(Value.self): it does not encode.", cause: error)
    }
  }

  /// The value in the bytes; nil when they do not hold one of this type.
  static func decode<Value: Codable>(_ bytes: [UInt8], _ name: String, as _: Value.Type) -> Value? {
    if let kind = Value.self as? any Cacheable.Type {
      guard name == kind.representation else { return nil }
      return (try? kind.init(cached: bytes)) as? Value
    }
    switch name {
    case data, file, executable:
      return Value.self == Data.self ? Data(bytes) as? Value : Value.self == [UInt8].self ? bytes as? Value : nil
    case text:
      return Value.self == String.self ? String(validating: bytes, as: UTF8.self) as? Value : nil
    case coded:
      return try? ValueDecoder.decode(Value.self, from: bytes)
    default:
      guard let kind = Value.self as? any NumericArray.Type, name == kind.representation else { return nil }
      return bytes.withUnsafeBytes { kind.init(rawBytes: $0) } as? Value
    }
  }
}
