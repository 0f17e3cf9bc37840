#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

extension Data: SpeciallyEncoded {
  func encodeSpecially(into node: Int, of arena: EncodingArena) throws {
    try arena.leaf(node) { writer in
      withUnsafeBytes { writer.byteString($0) }
    }
  }
}

extension UUID: SpeciallyEncoded {
  func encodeSpecially(into node: Int, of arena: EncodingArena) throws {
    try arena.leaf(node) { writer in
      writer.tag(CBORTag.uuid)
      withUnsafeBytes(of: uuid) { writer.byteString($0) }
    }
  }
}

extension Date: SpeciallyEncoded {
  /// Seconds from 1970 to 2001, where `Date` counts from.
  private static let epoch = 978_307_200

  func encodeSpecially(into node: Int, of arena: EncodingArena) throws {
    let seconds = timeIntervalSinceReferenceDate
    try arena.leaf(node) { writer in
      if let whole = Int64(exactly: seconds) {
        let (unix, overflow) = whole.addingReportingOverflow(Int64(Self.epoch))
        if !overflow {
          writer.tag(1)
          writer.integer(unix)
          return
        }
      }
      if let unix = Self.exactSum(seconds, Double(Self.epoch)) {
        writer.tag(1)
        writer.double(unix)
      } else {
        // Two dates that differ by less than the rounding of their Unix time must not become one.
        writer.array(2)
        writer.text("date")
        writer.double(seconds)
      }
    }
  }

  /// The sum, if no bit of it is lost (Knuth's TwoSum: the error of the sum is computed exactly).
  private static func exactSum(_ first: Double, _ second: Double) -> Double? {
    let sum = first + second
    let part = sum - first
    let error = (first - (sum - part)) + (second - part)
    return error == 0 && sum.isFinite ? sum : nil
  }

  /// The inverse of the three forms.
  init?(special value: CBORValue) {
    switch value {
    case .tag(1, .float(let unix)):
      self.init(timeIntervalSinceReferenceDate: unix.value - Double(Self.epoch))
    case .tag(1, let unix):
      guard let whole = unix.integer else { return nil }
      let (seconds, overflow) = whole.subtractingReportingOverflow(Int64(Self.epoch))
      guard !overflow else { return nil }
      self.init(timeIntervalSinceReferenceDate: Double(seconds))
    case .array(let parts):
      guard parts.count == 2, parts[0] == .text("date"), case .float(let seconds) = parts[1] else { return nil }
      self.init(timeIntervalSinceReferenceDate: seconds.value)
    default: return nil
    }
  }
}

extension URL: SpeciallyEncoded {
  func encodeSpecially(into node: Int, of arena: EncodingArena) throws {
    if arena.policy == .key {
      if isFileURL {
        throw arena.error(
          node, "a file URL names a place. Say .file(path) for the content of the file, or .path(path) for the text")
      }
      try arena.leaf(node) { writer in
        writer.tag(32)
        writer.text(absoluteString)
      }
    } else {
      try arena.leaf(node) { write(to: &$0) }
    }
  }

  /// As tag 32 over the text, or over text and base where there is a base, which a URL remembers.
  private func write(to writer: inout CBORWriter) {
    if let baseURL {
      writer.array(2)
      writer.tag(32)
      writer.text(relativeString)
      baseURL.absoluteURL.write(to: &writer)
    } else {
      writer.tag(32)
      writer.text(relativeString)
    }
  }

  init?(special value: CBORValue) {
    switch value {
    case .tag(32, .text(let text)): self.init(string: text)
    case .array(let parts):
      guard parts.count == 2, case .tag(32, .text(let text)) = parts[0], case .tag(32, .text(let base)) = parts[1],
        let base = URL(string: base)
      else { return nil }
      self.init(string: text, relativeTo: base)
    default: return nil
    }
  }
}

extension Decimal: SpeciallyEncoded {
  func encodeSpecially(into node: Int, of arena: EncodingArena) throws {
    guard !isNaN else {
      if arena.policy == .key { throw arena.error(node, "it is not a number, which a Decimal cannot compare") }
      try arena.leaf(node) { $0.double(.nan) }
      return
    }
    guard var mantissa = UInt128(significand.magnitude.description) else {
      throw arena.error(node, "its significand is not an integer")
    }
    var exponent = self.exponent
    while mantissa != 0, mantissa.isMultiple(of: 10) {
      mantissa /= 10
      exponent += 1
    }
    if mantissa == 0 { exponent = 0 }
    try arena.leaf(node) { writer in
      writer.tag(4)
      writer.array(2)
      writer.integer(Int64(exponent))
      if sign == .minus, mantissa != 0 {
        writer.wide(magnitude: mantissa - 1, .negative)
      } else {
        writer.wide(mantissa)
      }
    }
  }

  init?(special value: CBORValue) {
    if case .float(let number) = value, number.value.isNaN {
      self = .nan
      return
    }
    guard case .tag(4, .array(let parts)) = value, parts.count == 2, let exponent = parts[0].integer,
      (-256...256).contains(exponent), let (isNegative, magnitude) = parts[1].wide
    else { return nil }
    guard let significand = Decimal(string: String(magnitude)) else { return nil }
    self.init(sign: isNegative ? .minus : .plus, exponent: Int(exponent), significand: significand)
  }
}

extension CBORValue {
  /// The sign and magnitude of an integer of up to 128 bits; nil for anything else.
  var wide: (isNegative: Bool, magnitude: UInt128)? {
    switch self {
    case .unsigned(let value): return (false, UInt128(value))
    case .negative(let value): return (true, UInt128(value) + 1)
    case .tag(let tag, .bytes(let bytes)) where (tag == 2 || tag == 3) && bytes.count <= 16:
      let value = bytes.reduce(UInt128(0)) { $0 << 8 | UInt128($1) }
      if tag == 2 { return (false, value) }
      guard value < .max else { return nil }
      return (true, value + 1)
    default: return nil
    }
  }
}
