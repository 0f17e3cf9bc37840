/// Sizes, durations and counts as people read them. Reports for machines carry bytes and seconds instead.
package enum HumanText {
  /// `0 B`, `999 B`, `1.0 KiB`, `141.0 MiB`: binary units with one digit, rounded half up.
  package static func size(_ bytes: Int64) -> String {
    if bytes < 0 { return "-" + size(bytes == .min ? .max : -bytes) }
    if bytes < 1024 { return "\(bytes) B" }
    var unit = 0
    var scale: Int64 = 1024
    // The next unit begins where this one would be shown as 1024.0.
    while unit + 1 < units.count, tenths(bytes, scale) >= 10240 {
      scale <<= 10
      unit += 1
    }
    let value = tenths(bytes, scale)
    return "\(value / 10).\(value % 10) \(units[unit])"
  }

  private static let units = ["KiB", "MiB", "GiB", "TiB", "PiB", "EiB"]

  private static func tenths(_ bytes: Int64, _ scale: Int64) -> Int64 {
    // Split, because ten times the bytes need not fit.
    bytes / scale * 10 + (Int64((UInt64(bytes % scale) / 16 * 10 + UInt64(scale) / 32) / (UInt64(scale) / 16)))
  }

  /// `0 s`, `45 ms`, `3.2 s`, `12 s`, `3 min 5 s`, `3 h 12 min`, `2 d 4 h`: the two largest units.
  package static func duration(seconds: Double) -> String {
    guard seconds.isFinite else { return "–" }
    if seconds < 0 { return "-" + duration(seconds: -seconds) }
    if seconds == 0 { return "0 s" }
    if seconds < 0.000_000_5 { return "< 1 µs" }
    if seconds < 0.000_999_5 { return "\(Int((seconds * 1e6).rounded())) µs" }
    if seconds < 0.999_5 { return "\(Int((seconds * 1e3).rounded())) ms" }
    if seconds < 9.95 {
      let tenths = Int((seconds * 10).rounded())
      return tenths % 10 == 0 ? "\(tenths / 10) s" : "\(tenths / 10).\(tenths % 10) s"
    }
    guard seconds < 1e15 else { return "\(grouped(Int64(min(seconds / 86_400, 9e18)))) d" }
    let whole = Int64(seconds.rounded())
    if whole < 60 { return "\(whole) s" }
    if whole < 3600 { return pair(whole / 60, "min", whole % 60, "s") }
    // Rounded to the smaller unit shown.
    let minutes = (whole + 30) / 60
    if minutes < 24 * 60 { return pair(minutes / 60, "h", minutes % 60, "min") }
    let hours = (whole + 1800) / 3600
    return pair(hours / 24, "d", hours % 24, "h")
  }

  private static func pair(_ large: Int64, _ largeUnit: String, _ small: Int64, _ smallUnit: String) -> String {
    small == 0 ? "\(grouped(large)) \(largeUnit)" : "\(grouped(large)) \(largeUnit) \(small) \(smallUnit)"
  }

  /// `12,408`: digits in groups of three.
  package static func grouped(_ number: Int64) -> String {
    let digits = String(number.magnitude)
    var result = number < 0 ? "-" : ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index).isMultiple(of: 3) { result += "," }
      result.append(digit)
    }
    return result
  }

  /// `1 entry`, `12,408 entries`.
  package static func count(_ number: Int64, _ one: String, _ many: String) -> String {
    "\(grouped(number)) \(number == 1 ? one : many)"
  }
}
