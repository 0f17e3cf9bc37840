internal import LarderFormat

/// A type that says itself how its values are stored.
///
/// ```swift
/// extension Image: Cacheable {
///   static var representation: String { "image/raw-1" }
///   init(cached bytes: [UInt8]) throws { try self.init(pixels: bytes) }
///   func cachedBytes() throws -> [UInt8] { pixels }
/// }
/// ```
///
/// The protocol refines `Codable` and implements it, so that arrays, optionals and structs of such values can be cached
/// too.
public protocol Cacheable: Codable {
  /// The name of the form in which values are stored; change it when the form changes. An artifact with another name
  /// is a miss.
  static var representation: String { get }

  /// Makes the value from bytes that ``cachedBytes()`` gave. An error is a miss.
  ///
  /// - Parameter bytes: The stored bytes.
  /// - Throws: When the bytes are not of this form.
  init(cached bytes: [UInt8]) throws

  /// The bytes to store.
  ///
  /// - Returns: The bytes.
  /// - Throws: When the value cannot be stored.
  func cachedBytes() throws -> [UInt8]
}

extension Cacheable {
  /// Decodes the value from a byte string.
  ///
  /// - Parameter decoder: The decoder.
  /// - Throws: `DecodingError`, and what ``init(cached:)`` throws.
  public init(from decoder: any Decoder) throws {
    try self.init(cached: decoder.singleValueContainer().decode([UInt8].self))
  }

  /// Encodes the value as a byte string.
  ///
  /// - Parameter encoder: The encoder.
  /// - Throws: `EncodingError`, and what ``cachedBytes()`` throws.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(cachedBytes())
  }
}
