internal import LarderSystem

/// Runs a program and hands on what it writes.
struct RunningCommand {
  /// How it ended.
  struct End {
    var exit: ChildProcess.Exit
    /// Whether its streams came in the order in which they were written.
    var isExact = true
    var isTimedOut = false
    /// Whether a signal asked it to end.
    var isInterrupted = false
  }

  let path: String
  let words: [String]
  /// What it reads.
  let input: OpenFile
  /// Whether both of its streams go to one pipe.
  let isMerged: Bool
  let timeLimit: Duration?

  private static let grace: UInt64 = 5_000_000_000

  /// Runs it to its end, and until everybody who writes to its streams has closed them.
  func run(_ capture: RunCapture, _ clock: Clock) throws(SystemError) -> End {
    let watch = try SignalWatch()
    let output = try PipeEnds()
    let error = isMerged ? output : try PipeEnds()
    let child = try ChildProcess(
      running: path, words, streams: (input.descriptor.number, output.writerNumber, error.writerNumber),
      watch: watch, ownGroup: timeLimit != nil)
    output.closeWriter()
    error.closeWriter()
    var pump = Pump(output: output, error: isMerged ? nil : error, capture: capture)
    var end = End(exit: .status(0))
    var exit: ChildProcess.Exit?
    var limit = Limit(timeLimit.map { clock.uptime() &+ $0.nanoseconds })
    while true {
      exit = exit ?? child.exit()
      if let exit, pump.isAtEnd {
        end.exit = exit
        end.isExact = pump.isExact
        return end
      }
      let ready = Readiness.wait(for: pump.numbers + [watch.number], milliseconds: limit.milliseconds(clock))
      if ready.last == true, let signal = watch.next() { pass(signal, to: child, &end) }
      pump.move()
      switch limit.step(clock) {
      case .none: break
      case .askToEnd:
        end.isTimedOut = true
        child.askToEnd()
      case .end:
        child.end()
        // What it has started in a group of another one holds the pipes for as long as it likes.
        pump.giveUp()
      }
    }
  }

  private func pass(_ signal: SignalWatch.Signal, to child: ChildProcess, _ end: inout End) {
    if signal.isChildChange { return }
    if signal.asksToEnd { end.isInterrupted = true }
    // A terminal has told everybody in its foreground; a group of its own is not among them.
    if signal.isSent || timeLimit != nil { child.send(signal.number) }
    if signal.isStop { SignalWatch.stop() }
  }

  /// The time that is left: at its end the command is asked to end, and some time later it is ended.
  private struct Limit {
    enum Step { case none, askToEnd, end }

    private var next: UInt64?
    private var isAsked = false

    init(_ end: UInt64?) { next = end }

    func milliseconds(_ clock: Clock) -> Int32? {
      guard let next else { return nil }
      let now = clock.uptime()
      return now >= next ? 0 : Int32(clamping: (next - now) / 1_000_000 + 1)
    }

    mutating func step(_ clock: Clock) -> Step {
      guard let end = next, clock.uptime() >= end else { return .none }
      next = isAsked ? nil : end &+ RunningCommand.grace
      defer { isAsked = true }
      return isAsked ? .end : .askToEnd
    }
  }
}

/// Moves what comes through the pipes of a command, in the order in which it was written as far as that can be told.
///
/// Between two pipes nothing tells what was written first. But what is in one while the other is empty was written before
/// whatever comes through the other.
private struct Pump {
  let output: PipeEnds
  let error: PipeEnds?
  let capture: RunCapture
  private(set) var isExact = true
  private let buffer = Buffer(64 << 10)

  init(output: PipeEnds, error: PipeEnds?, capture: RunCapture) {
    self.output = output
    self.error = error
    self.capture = capture
  }

  var numbers: [Int32] { [output.readerNumber, error?.readerNumber ?? -1] }
  var isAtEnd: Bool { numbers.allSatisfy { $0 == -1 } }

  func giveUp() {
    output.closeReader()
    error?.closeReader()
  }

  /// So many pieces at once: a command that writes without end must not keep signals waiting.
  private static let pieces = 64

  /// Moves what is there.
  mutating func move() {
    guard let error else { return moveAll(output, .output) }
    for _ in 0..<Self.pieces {
      let first = output.readable
      let second = error.readable
      let isAlone = first > 0 ? second == 0 : output.readable == 0
      switch (first > 0, second > 0) {
      case (true, _):
        if !isAlone { isExact = false }
        move(first, output, .output)
      case (false, true):
        if !isAlone { isExact = false }
        move(second, error, .error)
      case (false, false):
        closeIfAtEnd(output, .output)
        closeIfAtEnd(error, .error)
        return
      }
    }
  }

  private func moveAll(_ pipe: PipeEnds, _ stream: RunCapture.Stream) {
    for _ in 0..<Self.pieces {
      let count = pipe.readable
      if count == 0 { return closeIfAtEnd(pipe, stream) }
      move(count, pipe, stream)
    }
  }

  private func move(_ count: Int, _ pipe: PipeEnds, _ stream: RunCapture.Stream) {
    let room = UnsafeMutableRawBufferPointer(rebasing: buffer.bytes[..<min(count, buffer.bytes.count)])
    guard let count = try? pipe.read(into: room), count > 0,
      capture.take(UnsafeRawBufferPointer(rebasing: room[..<count]), stream)
    else { return pipe.closeReader() }
  }

  /// Closes a pipe that can be read although there is nothing in it.
  private func closeIfAtEnd(_ pipe: PipeEnds, _ stream: RunCapture.Stream) {
    guard pipe.readerNumber != -1, Readiness.wait(for: [pipe.readerNumber], milliseconds: 0)[0], pipe.readable == 0
    else { return }
    move(buffer.bytes.count, pipe, stream)
  }

  private final class Buffer {
    let bytes: UnsafeMutableRawBufferPointer
    init(_ count: Int) { bytes = .allocate(byteCount: count, alignment: 64) }
    deinit { bytes.deallocate() }
  }
}
