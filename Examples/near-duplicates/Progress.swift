import Foundation
import Synchronization

/// How far one step is: a line that redraws itself on a terminal, a single line at the end elsewhere.
final class Progress: Sendable {
  private struct State {
    var done = 0
    var computed = 0
    var drawn: ContinuousClock.Instant
  }

  private let name: String
  private let total: Int
  private let isTerminal: Bool
  private let started: ContinuousClock.Instant
  private let state: Mutex<State>

  init(_ name: String, total: Int, isTerminal: Bool = isatty(2) != 0) {
    self.name = name
    self.total = total
    self.isTerminal = isTerminal
    started = .now
    state = Mutex(State(drawn: started))
  }

  /// Counts a call whose result had to be computed. The others came from the cache.
  func countComputed() { state.withLock { $0.computed += 1 } }

  func countDone() {
    let line: String? = state.withLock { state in
      state.done += 1
      guard isTerminal, state.drawn.duration(to: .now) >= .milliseconds(100) else { return nil }
      state.drawn = .now
      return Progress.bar(name, state.done, of: total, after: started.duration(to: .now))
    }
    if let line { Progress.write("\r\u{1b}[2K" + line) }
  }

  /// Ends the step and tells what it did.
  func finish() -> StepTally {
    let computed = state.withLock { $0.computed }
    let tally = StepTally(name: name, calls: total, computed: computed, duration: started.duration(to: .now))
    Progress.write((isTerminal ? "\r\u{1b}[2K" : "") + tally.line + "\n")
    return tally
  }

  /// One line of at most 79 columns: name, bar, done and total, rate, time left.
  static func bar(_ name: String, _ done: Int, of total: Int, after elapsed: Duration) -> String {
    let part = total == 0 ? 1 : Double(done) / Double(total)
    let seconds = elapsed / .seconds(1)
    let rate = seconds > 0 ? Double(done) / seconds : 0
    let left = rate > 0 ? Double(total - done) / rate : 0
    let width = 24
    let filled = Int(part * Double(width))
    let bar = String(repeating: "━", count: filled) + String(repeating: "╌", count: width - filled)
    return "  \(name.padded(to: 11))\(bar) \("\(done)/\(total)".padded(to: 10)) "
      + "\(Int(rate.rounded()))/s".padded(to: 9) + "\(Int(left.rounded(.up))) s left"
  }

  static func write(_ text: String) { FileHandle.standardError.write(Data(text.utf8)) }
}

/// What one step did in one pass.
struct StepTally: Sendable {
  let name: String
  let calls: Int
  let computed: Int
  let duration: Duration

  var fromCache: Int { calls - computed }

  var line: String {
    "  \(name.padded(to: 11))\("\(calls)".padded(to: 6, right: false)) calls  "
      + "\("\(computed)".padded(to: 6, right: false)) computed  "
      + "\("\(fromCache)".padded(to: 6, right: false)) from cache  \(duration.inSeconds.padded(to: 8, right: false)) s"
  }
}

extension String {
  func padded(to width: Int, right: Bool = true) -> String {
    let fill = String(repeating: " ", count: max(0, width - count))
    return right ? self + fill : fill + self
  }
}

extension Duration {
  /// With three digits behind the point.
  var inSeconds: String {
    let milliseconds = components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000
    return "\(milliseconds / 1000)." + String(String(1000 + milliseconds % 1000).dropFirst())
  }
}
