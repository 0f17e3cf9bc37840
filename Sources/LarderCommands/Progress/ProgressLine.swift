package import Larder
package import LarderSystem

/// One line of a terminal that is drawn again and again, and is gone when the work is done.
package final class ProgressLine: Sendable {
  private struct State {
    /// When it was drawn last; at first when the work began, so that short work shows nothing.
    var last: UInt64
    var isShown = false
    var isOver = false
  }

  /// Ten times a second at most.
  private static let pause: UInt64 = 100_000_000
  private let width: @Sendable () -> Int
  private let clock: Clock
  private let write: @Sendable (String) -> Void
  private let state: Locked<State>

  package init(width: @escaping @Sendable () -> Int, clock: Clock, write: @escaping @Sendable (String) -> Void) {
    self.width = width
    self.clock = clock
    self.write = write
    state = Locked(State(last: clock.uptime()))
  }

  /// The line for a command; nil where nobody would see it or wants to.
  convenience init?(_ invocation: Invocation, _ context: Context) {
    let messages = context.messages
    guard messages.width != nil, !invocation.flag("quiet"), !invocation.flag("no-progress"),
      context.environment["TERM"] != "dumb"
    else { return nil }
    self.init(width: { messages.width ?? 80 }, clock: context.clock) { text in
      // Progress that cannot be shown is no reason to stop.
      try? messages.write(text)
      try? messages.flush()
    }
  }

  /// From now on an interrupt erases the line before it ends the process.
  func begin() { InterruptedLine.eraseWhenInterrupted(true) }

  package func show(_ progress: SweepProgress) {
    state.withLock { state in
      let now = clock.uptime()
      guard !state.isOver, now >= state.last + ProgressLine.pause else { return }
      state.last = now
      state.isShown = true
      // The last column stays free: a character there would begin a new line.
      write("\r" + ProgressText.line(progress, width: width() - 1) + ProgressLine.eraseToEnd)
    }
  }

  /// Erases the line; nothing is drawn any more.
  package func end() {
    state.withLock { state in
      if state.isShown, !state.isOver { write("\r" + ProgressLine.eraseToEnd) }
      state.isOver = true
    }
    InterruptedLine.eraseWhenInterrupted(false)
  }

  private static let eraseToEnd = "\u{1B}[K"
}
