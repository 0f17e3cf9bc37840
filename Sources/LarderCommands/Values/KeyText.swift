/// A key as people type it: all 64 digits or, where something is only read, the first 8 or more.
package struct KeyText: Hashable, Sendable {
  /// Lower-case hexadecimal digits.
  package let digits: String

  /// - Returns: nil for anything but 8 to 64 lower-case hexadecimal digits.
  package init?(prefix digits: String) {
    guard (8...64).contains(digits.utf8.count), digits.utf8.allSatisfy(isHexadecimal) else { return nil }
    self.digits = digits
  }

  /// - Returns: nil for anything but 64 lower-case hexadecimal digits.
  package init?(whole digits: String) {
    guard digits.utf8.count == 64 else { return nil }
    self.init(prefix: digits)
  }

  package var isWhole: Bool { digits.utf8.count == 64 }
}

private func isHexadecimal(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) || (0x61...0x66).contains(byte) }
