/// A number of fixed width, whose arrays are stored as they lie in memory.
package protocol NumericElement: BitwiseCopyable, Encodable, Sendable {
  /// The representation of a whole array of these, as an entry names it: `array/f64le`.
  static var arrayName: String { get }
  /// The tag of a typed array inside a value (RFC 8746 §2.1, little-endian).
  static var arrayTag: UInt64 { get }

  /// The number with its bytes in the order that the representation has; on little-endian machines itself.
  var littleEndianOrder: Self { get }
  /// Writes the numbers one after the other in deterministic CBOR.
  static func write(_ numbers: [Self], to writer: inout CBORWriter)
}

extension NumericElement where Self: FixedWidthInteger {
  @inlinable package var littleEndianOrder: Self { littleEndian }

  package static func write(_ numbers: [Self], to writer: inout CBORWriter) {
    writer.numbers(numbers) { number, buffer in
      number < 0
        ? CBORWriter.write(.negative, UInt64(truncatingIfNeeded: ~number), to: buffer)
        : CBORWriter.write(.unsigned, UInt64(truncatingIfNeeded: number), to: buffer)
    }
  }
}

extension Int8: NumericElement {
  package static let arrayName = "array/i8"
  package static let arrayTag: UInt64 = 72
}

extension Int16: NumericElement {
  package static let arrayName = "array/i16le"
  package static let arrayTag: UInt64 = 77
}

extension Int32: NumericElement {
  package static let arrayName = "array/i32le"
  package static let arrayTag: UInt64 = 78
}

extension Int64: NumericElement {
  package static let arrayName = "array/i64le"
  package static let arrayTag: UInt64 = 79
}

// Every platform that Larder runs on has words of 64 bits; a cache must not depend on it, so the names do not.
extension Int: NumericElement {
  package static let arrayName = "array/i64le"
  package static let arrayTag: UInt64 = 79
}

extension UInt8: NumericElement {
  package static let arrayName = "array/u8"
  package static let arrayTag: UInt64 = 64
}

extension UInt16: NumericElement {
  package static let arrayName = "array/u16le"
  package static let arrayTag: UInt64 = 69
}

extension UInt32: NumericElement {
  package static let arrayName = "array/u32le"
  package static let arrayTag: UInt64 = 70
}

extension UInt64: NumericElement {
  package static let arrayName = "array/u64le"
  package static let arrayTag: UInt64 = 71
}

extension UInt: NumericElement {
  package static let arrayName = "array/u64le"
  package static let arrayTag: UInt64 = 71
}

extension Float: NumericElement {
  package static let arrayName = "array/f32le"
  package static let arrayTag: UInt64 = 85
  package var littleEndianOrder: Float { Float(bitPattern: bitPattern.littleEndian) }
  package static func write(_ numbers: [Float], to writer: inout CBORWriter) {
    writer.numbers(numbers) { CBORWriter.write(Double($0), to: $1) }
  }
}

extension Double: NumericElement {
  package static let arrayName = "array/f64le"
  package static let arrayTag: UInt64 = 86
  package var littleEndianOrder: Double { Double(bitPattern: bitPattern.littleEndian) }
  package static func write(_ numbers: [Double], to writer: inout CBORWriter) {
    writer.numbers(numbers) { CBORWriter.write($0, to: $1) }
  }
}

/// An array of numbers as one contiguous, little-endian run of bytes: no cost per element.
///
/// `Value.self as? any NumericArray.Type` decides once per call whether an artifact is stored so.
package protocol NumericArray: BlobContent {
  /// The name of the representation: `array/f64le`.
  static var representation: String { get }

  /// The numbers of a run of bytes; nil when it does not hold a whole number of them.
  init?(rawBytes: UnsafeRawBufferPointer)

  /// Lets `body` see the run of bytes.
  func withRawBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result
}

extension Array: NumericArray where Element: NumericElement {
  package static var representation: String { Element.arrayName }

  package init?(rawBytes: UnsafeRawBufferPointer) {
    let stride = MemoryLayout<Element>.stride
    guard rawBytes.count.isMultiple(of: stride) else { return nil }
    let count = rawBytes.count / stride
    self.init(unsafeUninitializedCapacity: count) { buffer, initialized in
      UnsafeMutableRawBufferPointer(buffer).copyMemory(from: rawBytes)
      initialized = count
    }
    #if _endian(big)
      for index in indices { self[index] = self[index].littleEndianOrder }
    #endif
  }

  package func withRawBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
    #if _endian(big)
      return try map(\.littleEndianOrder).withUnsafeBytes(body)
    #else
      return try withUnsafeBytes(body)
    #endif
  }
}
