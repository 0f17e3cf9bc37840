internal import LarderCrypto

/// A record of SQLite, or as much of its beginning as is at hand; sqlite.org/fileformat2.html, section 2.1.
struct Record {
  enum Value {
    case null
    case integer(Int64)
    case real(Double)
    case text(UnsafeRawBufferPointer)
    case bytes(UnsafeRawBufferPointer)
  }

  private let bytes: UnsafeRawBufferPointer
  private(set) var types: [Int64] = []
  private var offsets: [Int] = []
  /// The bytes of the whole record, as its header has it.
  let size: Int

  /// More than the header of any row of format 1 has.
  private static let longestHeader: Int64 = 128
  /// More bytes than SQLite has in a column.
  private static let widest: Int64 = 1 << 30

  init?(_ bytes: UnsafeRawBufferPointer) {
    self.bytes = bytes
    var position = 0
    guard let header = varint(bytes, &position), (2...Self.longestHeader).contains(header) else { return nil }
    while position < header {
      guard let type = varint(bytes, &position) else { return nil }
      types.append(type)
    }
    guard position == header else { return nil }
    for type in types {
      offsets.append(position)
      guard let width = Self.width(type), width < Self.widest else { return nil }
      position += Int(width)
    }
    size = position
  }

  /// Whether all of it is at hand.
  var isWhole: Bool { size <= bytes.count }

  /// The value of a column that is at hand; nil of one that is not.
  func value(_ column: Int) -> Value? {
    let (type, start) = (types[column], offsets[column])
    let end = start + Int(Self.width(type) ?? 0)
    guard end <= bytes.count else { return nil }
    switch type {
    case 0: return .null
    case 7:
      let bits = bytes[start..<end].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
      return .real(Double(bitPattern: bits))
    case 8, 9: return .integer(type - 8)
    case 1...6:
      var value: Int64 = bytes[start] & 0x80 == 0 ? 0 : -1
      for byte in bytes[start..<end] { value = value << 8 | Int64(byte) }
      return .integer(value)
    default:
      let part = UnsafeRawBufferPointer(rebasing: bytes[start..<end])
      return Self.isText(type) ? .text(part) : .bytes(part)
    }
  }

  /// What is at hand of a column with bytes or text.
  func beginning(_ column: Int) -> UnsafeRawBufferPointer {
    let start = min(offsets[column], bytes.count)
    let end = min(start + Int(Self.width(types[column]) ?? 0), bytes.count)
    return UnsafeRawBufferPointer(rebasing: bytes[start..<end])
  }

  static func isText(_ type: Int64) -> Bool { type >= 13 && type % 2 == 1 }
  static func isInteger(_ type: Int64) -> Bool { (1...6).contains(type) || type == 8 || type == 9 }

  private static func width(_ type: Int64) -> Int64? {
    switch type {
    case 0...9: [0, 1, 2, 3, 4, 6, 8, 8, 0, 0][Int(type)]
    case 12...: (type - 12) / 2
    default: nil
    }
  }
}

/// A number of 1 to 9 bytes, the highest bits first; sqlite.org/fileformat2.html, section 1.6.
func varint(_ bytes: UnsafeRawBufferPointer, _ position: inout Int) -> Int64? {
  var value: UInt64 = 0
  for index in 0..<9 {
    guard position < bytes.count else { return nil }
    let byte = bytes[position]
    position += 1
    if index == 8 { return Int64(bitPattern: value << 8 | UInt64(byte)) }
    value = value << 7 | UInt64(byte & 0x7F)
    if byte & 0x80 == 0 { break }
  }
  return Int64(bitPattern: value)
}
