/// Turns any artifact that is `Encodable` into compact bytes: deterministic CBOR, so that equal values share a blob.
///
/// Beyond what `Codable` writes itself, arrays of numbers are typed arrays (RFC 8746), optionals inside optionals keep
/// their level, and dictionaries keep keys of every type.
package enum ValueEncoder {
  /// The bytes of a value.
  ///
  /// - Throws: `LarderError` with code `encoding`, whose message names the path.
  package static func encode(_ value: some Encodable) throws -> [UInt8] {
    try EncodingArena.encode(artifact: value)
  }
}

/// Reads what ``ValueEncoder`` wrote; safe on hostile bytes.
package enum ValueDecoder {
  /// Levels of arrays, maps and tags: a typed array at the encoder's last level takes one more, a decimal three.
  static let depthLimit = EncodingArena.Policy.value.depthLimit + 8

  /// The value that bytes hold.
  ///
  /// - Throws: `LarderError` with code `encoding`, whose message names the path.
  package static func decode<Value: Decodable>(_ type: Value.Type, from bytes: [UInt8]) throws -> Value {
    do {
      try CBORReader.validate(bytes, depthLimit: depthLimit)
      return try DecodingSource(bytes).decode(type, at: 0, depth: 0)
    } catch let error as CBORError {
      throw LarderError(.encoding, "Cannot decode the value as \(type): its bytes are damaged.", cause: error)
    } catch let error as DecodingError {
      throw LarderError(.encoding, "Cannot decode \(error.path) of \(type): \(error.reason).")
    } catch let error as LarderError {
      throw error
    } catch {
      throw LarderError(.encoding, "Cannot decode the value as \(type): its init(from:) failed.", cause: error)
    }
  }
}

extension DecodingError {
  fileprivate var context: Context? {
    switch self {
    case .dataCorrupted(let context), .keyNotFound(_, let context), .typeMismatch(_, let context),
      .valueNotFound(_, let context):
      context
    @unknown default: nil
    }
  }

  fileprivate var path: String {
    "value"
      + (context?.codingPath ?? []).map { $0.stringValue.hasPrefix("[") ? $0.stringValue : "." + $0.stringValue }
      .joined()
  }

  fileprivate var reason: String {
    switch self {
    case .keyNotFound(let key, _): "it holds nothing under '\(key.stringValue)'"
    case .typeMismatch(let type, let context): "it is not \(type) (\(context.debugDescription))"
    default: context?.debugDescription ?? "it is damaged"
    }
  }
}
