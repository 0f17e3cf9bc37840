/// Whether bytes are well-formed UTF-8 (Unicode 15, table 3-7): no surrogates, no overlong forms.
///
/// By hand because the standard library's own check makes a `String`, and skipping over text must not allocate.
func isWellFormedUTF8(_ bytes: UnsafeRawBufferPointer) -> Bool {
  var index = 0
  let count = bytes.count
  while index < count {
    if index + 8 <= count,
      bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self) & 0x8080_8080_8080_8080 == 0
    {
      index += 8
      continue
    }
    let lead = bytes[index]
    if lead < 0x80 {
      index += 1
      continue
    }
    let length: Int
    var second: ClosedRange<UInt8> = 0x80...0xBF
    switch lead {
    case 0xC2...0xDF: length = 2
    case 0xE0: (length, second) = (3, 0xA0...0xBF)
    case 0xED: (length, second) = (3, 0x80...0x9F)
    case 0xE1...0xEF: length = 3
    case 0xF0: (length, second) = (4, 0x90...0xBF)
    case 0xF1...0xF3: length = 4
    case 0xF4: (length, second) = (4, 0x80...0x8F)
    default: return false
    }
    guard index + length <= count, second.contains(bytes[index + 1]) else { return false }
    for place in index + 2..<max(index + length, index + 2) where bytes[place] & 0xC0 != 0x80 { return false }
    index += length
  }
  return true
}
