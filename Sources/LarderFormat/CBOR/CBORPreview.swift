import LarderCrypto

/// A short rendering of canonical bytes for people, which reads no further than it shows.
package struct CBORPreview {
  /// The longest preview, in characters.
  package static let limit = 200

  private var reader: CBORReader
  private var text = ""

  /// Renders one item; `?` stands for what cannot be read.
  package static func text(of encoding: [UInt8]) -> String {
    var preview = CBORPreview(reader: CBORReader(encoding))
    do { try preview.item(depth: 0) } catch { preview.text += "?" }
    return shortened(preview.text)
  }

  /// A text cut to the limit, with an ellipsis in the last place.
  package static func shortened(_ text: String) -> String {
    text.count <= limit ? text : text.prefix(limit - 1) + "…"
  }

  /// Everything behind this is cut off anyway; a character has seldom more than four bytes.
  private var isFull: Bool { text.utf8.count > 4 * Self.limit }

  private mutating func item(depth: Int) throws(CBORError) {
    guard !isFull, depth <= 2 * CBORReader.depthLimit else { return }
    let head = try reader.head()
    switch head.major {
    case .bytes:
      let start = reader.offset
      try reader.skipContent(of: head)
      let count = reader.offset - start
      text += count <= 16 ? "h'\(hexadecimal(reader.bytes[start..<reader.offset]))'" : "\(count) bytes"
    case .text:
      let start = reader.offset
      try reader.skipContent(of: head)
      text += CBORValue.quoted(String(decoding: shown(start..<reader.offset), as: UTF8.self))
    case .array: try list(Int(head.argument), "[", "]", depth)
    case .map: try map(Int(head.argument), depth)
    case .tag: try tagged(head.argument, depth)
    case .unsigned: text += String(head.argument)
    case .negative: text += "-\(UInt128(head.argument) + 1)"
    case .simple: simple(head)
    }
  }

  /// As much of a text as can be shown, without half a character at its end.
  private func shown(_ range: Range<Int>) -> ArraySlice<UInt8> {
    var end = min(range.upperBound, range.lowerBound + 4 * Self.limit + 4)
    while end < range.upperBound, reader.bytes[end] & 0xC0 == 0x80 { end -= 1 }
    return reader.bytes[range.lowerBound..<end]
  }

  private mutating func simple(_ head: CBORReader.Head) {
    if let double = head.double {
      text += CBORFloat(double).diagnostic
    } else {
      switch head.argument {
      case 20: text += "false"
      case 21: text += "true"
      case 22: text += "null"
      default: text += "simple(\(head.argument))"
      }
    }
  }

  private mutating func list(_ count: Int, _ open: String, _ close: String, _ depth: Int) throws(CBORError) {
    text += open
    for index in 0..<count {
      if isFull { return }
      if index > 0 { text += ", " }
      try item(depth: depth + 1)
    }
    text += close
  }

  private mutating func map(_ count: Int, _ depth: Int) throws(CBORError) {
    text += "{"
    for index in 0..<count {
      if isFull { return }
      if index > 0 { text += ", " }
      try key(depth: depth + 1)
      text += ": "
      try item(depth: depth + 1)
    }
    text += "}"
  }

  /// Keys that are plain words stand without quotes.
  private mutating func key(depth: Int) throws(CBORError) {
    if reader.nextMajor == .text {
      var ahead = reader
      let word = try ahead.text()
      if ArgumentPath.isWord(word) {
        text += word
        reader = ahead
        return
      }
    }
    try item(depth: depth)
  }

  private mutating func tagged(_ tag: UInt64, _ depth: Int) throws(CBORError) {
    var ahead = reader
    switch tag {
    case CBORTag.set where ahead.nextMajor == .array:
      let count = try ahead.array()
      reader = ahead
      try list(count, "{", "}", depth + 1)
    case CBORTag.uuid where ahead.nextMajor == .bytes:
      let digits = hexadecimal(try ahead.byteString())
      reader = ahead
      text += digits.count == 32 ? Self.grouped(digits) : digits
    case 2, 3, 4:
      try ahead.skip()
      let number = try CBORValue(decoding: Array(reader.bytes[reader.offset..<ahead.offset]))
      reader = ahead
      text += CBORValue.tag(tag, number).number ?? "?"
    case 32, CBORTag.some: try item(depth: depth + 1)
    default:
      text += "\(tag)("
      try item(depth: depth + 1)
      text += ")"
    }
  }

  private static func grouped(_ digits: String) -> String {
    var result = ""
    for (place, digit) in digits.enumerated() {
      if [8, 12, 16, 20].contains(place) { result += "-" }
      result.append(digit)
    }
    return result
  }
}

extension CBORValue {
  /// The decimal digits of a big number or a decimal fraction; nil for anything else.
  var number: String? {
    if let wide { return (wide.isNegative ? "-" : "") + String(wide.magnitude) }
    guard case .tag(4, .array(let parts)) = self, parts.count == 2, let exponent = parts[0].integer,
      let (isNegative, magnitude) = parts[1].wide
    else { return nil }
    var digits = String(magnitude)
    if exponent < 0, exponent >= -256 {
      let places = Int(-exponent)
      if digits.count <= places { digits = String(repeating: "0", count: places - digits.count + 1) + digits }
      digits.insert(".", at: digits.index(digits.endIndex, offsetBy: -places))
    } else if exponent != 0 {
      digits += "e\(exponent)"
    }
    return (isNegative ? "-" : "") + digits
  }
}
