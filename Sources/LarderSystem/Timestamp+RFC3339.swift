// Moments as text, byte by byte: an index of 100,000 entries has half a million of them.
extension Timestamp {
  /// The moment in the form of RFC 3339, in UTC with nanoseconds: `2026-11-20T12:00:00.000000000Z`.
  package var rfc3339: String {
    String(unsafeUninitializedCapacity: Self.rfc3339Count) { buffer in
      write(to: buffer)
      return Self.rfc3339Count
    }
  }

  /// How many bytes ``rfc3339`` has.
  package static var rfc3339Count: Int { 30 }

  /// Writes ``rfc3339`` into the first bytes of a buffer that has room for it.
  package func write(to buffer: UnsafeMutableBufferPointer<UInt8>) {
    let seconds = nanoseconds.flooredQuotient(by: 1_000_000_000)
    // Not by taking the seconds away again, whose product does not fit at the beginning of time.
    let remainder = nanoseconds % 1_000_000_000
    let fraction = remainder < 0 ? remainder + 1_000_000_000 : remainder
    let days = seconds.flooredQuotient(by: 86_400)
    let rest = seconds - days * 86_400
    let (year, month, day) = civil(days)
    var index = 0
    func part(_ part: Int, _ number: Int64, _ width: Int) {
      var number = number
      for digit in stride(from: index + width - 1, through: index, by: -1) {
        buffer[digit] = 0x30 + UInt8(truncatingIfNeeded: number % 10)
        number /= 10
      }
      buffer[index + width] = Self.separator(behind: part)
      index += width + 1
    }
    part(0, year, 4)
    part(1, month, 2)
    part(2, day, 2)
    part(3, rest / 3600, 2)
    part(4, rest / 60 % 60, 2)
    part(5, rest % 60, 2)
    part(6, fraction, 9)
  }

  /// Reads what ``rfc3339`` writes, and nothing else: nil for any other text, and for a moment that 64 bits do not hold.
  package init?(rfc3339 text: UnsafeBufferPointer<UInt8>) {
    guard text.count == Self.rfc3339Count else { return nil }
    var index = 0
    func part(_ number: Int, _ width: Int) -> Int64? {
      var value: Int64 = 0
      for place in index..<index + width {
        let digit = text[place] &- 0x30
        guard digit < 10 else { return nil }
        value = value * 10 + Int64(digit)
      }
      index += width + 1
      return text[index - 1] == Self.separator(behind: number) ? value : nil
    }
    guard let year = part(0, 4), let month = part(1, 2), let day = part(2, 2), let hour = part(3, 2),
      let minute = part(4, 2), let second = part(5, 2), let fraction = part(6, 9),
      hour < 24, minute < 60, second < 60, 1...12 ~= month, 1...31 ~= day
    else { return nil }
    let days = dayNumber(year: year, month: month, day: day)
    // The 31st of a month that has 30 days would be another day's second name.
    guard civil(days) == (year, month, day) else { return nil }
    var seconds = days * 86_400 + hour * 3600 + minute * 60 + second
    var rest = fraction
    // At the beginning of time the whole second below does not fit, and the moment in it does.
    if seconds < 0 {
      seconds += 1
      rest -= 1_000_000_000
    }
    let (product, tooFar) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
    let (sum, beyond) = product.addingReportingOverflow(rest)
    if tooFar || beyond { return nil }
    nanoseconds = sum
  }

  private static func separator(behind part: Int) -> UInt8 {
    switch part {
    case 0, 1: 0x2D
    case 2: 0x54
    case 3, 4: 0x3A
    case 5: 0x2E
    default: 0x5A
    }
  }
}
