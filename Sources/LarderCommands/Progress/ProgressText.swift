package import Larder

/// How far a sweep has come, in one line.
package enum ProgressText {
  /// A bar, the percentage, bytes of bytes, the rate and the time left; in blobs where no bytes are read. What does not
  /// fit is left out, the bar first.
  ///
  /// - Parameters:
  ///   - progress: How far.
  ///   - width: The columns that may be used.
  /// - Returns: The line, without an end.
  package static func line(_ progress: SweepProgress, width: Int) -> String {
    let isRead = progress.totalBytes > 0
    let (done, total) =
      isRead ? (progress.readBytes, progress.totalBytes) : (progress.blobs, max(progress.totalBlobs, progress.blobs))
    // What is written meanwhile is read too: then the total is the one that is wrong.
    let ratio = total > 0 ? min(1, max(0, Double(done) / Double(total))) : 0
    let digits = String(Int(ratio * 100))
    let percent = String(repeating: " ", count: 3 - digits.count) + digits + " %"
    let amount =
      isRead
      ? "\(HumanText.size(done)) of \(HumanText.size(total))"
      : "\(HumanText.grouped(done)) of \(HumanText.count(total, "blob", "blobs"))"

    var rate: String?
    var left: String?
    let seconds = progress.elapsed.inSeconds
    if seconds >= 1, done > 0 {
      let speed = Double(done) / seconds
      let each = Int64(min(speed, 1e18))
      rate = isRead ? HumanText.size(each) + "/s" : HumanText.count(each, "blob", "blobs") + "/s"
      left = HumanText.duration(seconds: (Double(max(0, total - done)) / speed).rounded(.up)) + " left"
    }
    for parts in [[percent, amount, rate, left], [percent, amount, left], [percent, left], [percent]] {
      let text = parts.compactMap { $0 }.joined(separator: "  ")
      if columns(of: text) <= width { return bar(ratio, width - columns(of: text)) + text }
    }
    return ""
  }

  /// A bar with two spaces behind it; empty where there is no room for one that says anything.
  private static func bar(_ ratio: Double, _ space: Int) -> String {
    let length = min(40, space - 4)
    guard length >= 10 else { return "" }
    let full = Int(ratio * Double(length))
    return "[" + String(repeating: "#", count: full) + String(repeating: ".", count: length - full) + "]  "
  }
}
