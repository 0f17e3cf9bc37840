#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif
internal import CSystem

/// Takes the signals that would end, stop or wake this process, so that it can pass them on, for as long as it lives.
///
/// What the process was told to ignore stays ignored. There is one at a time.
package struct SignalWatch: ~Copyable {
  package struct Signal: Hashable, Sendable {
    package let number: Int32
    /// Whether a process sent it, and not a terminal, which sends it to everybody in its foreground.
    package let isSent: Bool

    package var isChildChange: Bool { number == SIGCHLD }
    package var isStop: Bool { number == SIGTSTP }
    /// Whether it asks to end.
    package var asksToEnd: Bool { [SIGHUP, SIGINT, SIGQUIT, SIGTERM].contains(number) }
  }

  private let pipe: PipeEnds
  private var found = sigset_t()

  package init() throws(SystemError) {
    pipe = try PipeEnds()
    larder_watch_signals(pipe.writerNumber)
    // Whoever started this process may have kept it from being told of its children.
    var children = sigset_t()
    sigemptyset(&children)
    sigaddset(&children, SIGCHLD)
    pthread_sigmask(SIG_UNBLOCK, &children, &found)
  }

  /// The signals that this process was started without; a program that it runs must be as well.
  var blocked: sigset_t { found }

  deinit {
    larder_watch_signals(-1)
    var found = found
    pthread_sigmask(SIG_SETMASK, &found, nil)
  }

  /// Becomes readable when a signal came.
  package var number: Int32 { pipe.readerNumber }

  /// The next signal; to be asked when there is one.
  package func next() -> Signal? {
    var bytes: [UInt8] = [0, 0]
    let count = bytes.withUnsafeMutableBytes { try? pipe.read(into: $0) }
    return count == 2 ? Signal(number: Int32(bytes[0]), isSent: bytes[1] == 1) : nil
  }

  /// Stops this process until it is continued.
  package static func stop() { kill(getpid(), SIGSTOP) }
}
