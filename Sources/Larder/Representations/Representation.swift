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
  package static let tree = TreeManifest.representation
  static let coded = "cbor/1"

  /// - Throws: ``LarderError`` with the code `encoding`.
  static func encode<Value: Codable>(_ value: Value) throws(LarderError) -> (name: String, EncodedContent) {
    do {
      // By the type, not by the value: an optional that holds an image is no image.
      if Value.self is any Cacheable.Type, let value = value as? any Cacheable {
        return (type(of: value).representation, .bytes(try value.cachedBytes()))
      }
      if Value.self == Data.self, let value = value as? Data { return (data, .data(value)) }
      if Value.self == [UInt8].self, let value = value as? [UInt8] { return (data, .bytes(value)) }
      if Value.self == String.self, let value = value as? String { return (text, .bytes(Array(value.utf8))) }
      if let kind = Value.self as? any NumericArray.Type, let value = value as? any NumericArray {
        return (kind.representation, .bytes(value.withRawBytes { [UInt8]($0) }))
      }
      return (coded, .bytes(try ValueEncoder.encode(value)))
    } catch let error as LarderError {
      throw error
    } catch {
      throw LarderError(
        .encoding, "Cannot store a value of type \(Value.self): it does not encode.", cause: error)
    }
  }

  /// What the content of an artifact is read into.
  enum Content {
    /// Bytes, from which the value is decoded.
    case bytes
    /// The value itself.
    case value(any BlobContent.Type)
  }

  static func content<Value: Codable>(of _: Value.Type) -> Content {
    if Value.self is any Cacheable.Type { return .bytes }
    if Value.self == Data.self { return .value(Data.self) }
    if let kind = Value.self as? any NumericArray.Type { return .value(kind) }
    return .bytes
  }

  /// Whether the content of an artifact is a value of the type that it was read into.
  static func isContent<Content: BlobContent>(_ content: Content, of record: EntryRecord) -> Bool {
    let isBytes = [data, file, executable].contains(record.representation)
    if Content.self == Data.self || Content.self == [UInt8].self { return isBytes }
    guard let numbers = content as? any NumericArray else { return false }
    return record.representation == type(of: numbers).representation
      && numbers.withRawBytes { Int64($0.count) } == record.size
  }

  /// The value in the bytes; nil when they do not hold one of this type.
  static func decode<Value: Codable>(_ bytes: [UInt8], _ name: String, as _: Value.Type) -> Value? {
    if let kind = Value.self as? any Cacheable.Type {
      guard name == kind.representation else { return nil }
      return (try? kind.init(cached: bytes)) as? Value
    }
    switch name {
    case text: return Value.self == String.self ? String(validating: bytes, as: UTF8.self) as? Value : nil
    case coded: return try? ValueDecoder.decode(Value.self, from: bytes)
    default: return nil
    }
  }
}

/// The bytes of a value on their way into the cache; those that the value has in memory already are not copied.
enum EncodedContent: Sendable {
  case bytes([UInt8])
  case data(Data)

  var count: Int {
    switch self {
    case .bytes(let bytes): bytes.count
    case .data(let data): data.count
    }
  }

  func withUnsafeBytes<Result, Failure: Error>(
    _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    switch self {
    case .bytes(let bytes):
      try bytes.withUnsafeBufferPointer { (buffer) throws(Failure) in try body(UnsafeRawBufferPointer(buffer)) }
    case .data(let data): try data.bytes.withUnsafeBytes { (buffer) throws(Failure) in try body(buffer) }
    }
  }
}
