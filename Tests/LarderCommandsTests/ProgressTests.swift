internal import Foundation
internal import Larder
internal import LarderCommands
internal import LarderSystem
internal import Testing

@Suite("The progress of a sweep")
struct ProgressTests {
  private func progress(_ read: Int64, _ total: Int64, blobs: (Int64, Int64) = (0, 0), seconds: Double) -> SweepProgress
  {
    SweepProgress(
      readBytes: read, totalBytes: total, blobs: blobs.0, totalBlobs: blobs.1, elapsed: .seconds(seconds))
  }

  @Test("a line has a bar, the percentage, bytes of bytes, the rate and the time left")
  func line() {
    let half = progress(20 << 30, 40 << 30, seconds: 10)
    #expect(
      ProgressText.line(half, width: 100)
        == "[####################....................]   50 %  20.0 GiB of 40.0 GiB  2.0 GiB/s  10 s left")
    #expect(
      ProgressText.line(progress(0, 1000, seconds: 0.2), width: 60)
        == "[....................................]    0 %  0 B of 1000 B")
    #expect(
      ProgressText.line(progress(999, 1000, seconds: 2), width: 60)
        == "[##############.]   99 %  999 B of 1000 B  499 B/s  1 s left")
  }

  @Test("what does not fit is left out, the bar first")
  func narrow() {
    let half = progress(20 << 30, 40 << 30, seconds: 10)
    #expect(ProgressText.line(half, width: 60) == " 50 %  20.0 GiB of 40.0 GiB  2.0 GiB/s  10 s left")
    #expect(ProgressText.line(half, width: 40) == " 50 %  20.0 GiB of 40.0 GiB  10 s left")
    #expect(ProgressText.line(half, width: 16) == " 50 %  10 s left")
    #expect(ProgressText.line(half, width: 15) == " 50 %")
    #expect(ProgressText.line(half, width: 4) == "")
    #expect(ProgressText.line(half, width: -1) == "")
  }

  @Test("a quick sweep counts blobs")
  func quick() {
    #expect(
      ProgressText.line(progress(0, 0, blobs: (1500, 12_000), seconds: 3), width: 80)
        == "[###.....................]   12 %  1,500 of 12,000 blobs  500 blobs/s  21 s left")
    #expect(ProgressText.line(progress(0, 0, seconds: 0), width: 30) == "  0 %  0 of 0 blobs")
  }

  @Test(
    "any numbers give one line that fits",
    arguments: [0, 1, 1000, .max] as [Int64], [-5, 0, 1, 999, .max] as [Int64])
  func anything(_ total: Int64, _ done: Int64) {
    for seconds in [0, 1e-9, 1, 1e9] {
      for width in [0, 5, 20, 79, 300] {
        let line = ProgressText.line(progress(done, total, blobs: (done, total), seconds: seconds), width: width)
        #expect(line.count <= width, "\(line)")
        #expect(!line.contains("101 %"))
      }
    }
  }

  @Test("it is drawn at most ten times a second, not before a tenth of one, and erased at the end")
  func drawn() {
    let time = Locked<UInt64>(5_000_000_000)
    let written = Locked<[String]>([])
    let line = ProgressLine(
      width: { 40 }, clock: Clock(now: { Timestamp(nanoseconds: 0) }, uptime: { time.withLock { $0 } }),
      write: { text in written.withLock { $0.append(text) } })
    let half = progress(20 << 30, 40 << 30, seconds: 10)
    for _ in 0..<1000 {
      line.show(half)
      time.withLock { $0 += 1_000_000 }
    }
    let drawings = written.withLock { $0 }
    #expect(drawings.count == 9)
    #expect(Set(drawings) == ["\r 50 %  20.0 GiB of 40.0 GiB  10 s left\u{1B}[K"])
    line.end()
    #expect(written.withLock { $0.last } == "\r\u{1B}[K")
    time.withLock { $0 += 1_000_000_000 }
    line.show(half)
    line.end()
    #expect(written.withLock { $0.count } == 10)
  }

  @Test("work that is over at once shows nothing at all")
  func brief() {
    let written = Locked<[String]>([])
    let line = ProgressLine(
      width: { 40 }, clock: Clock(now: { Timestamp(nanoseconds: 0) }, uptime: { 7 }),
      write: { text in written.withLock { $0.append(text) } })
    line.show(progress(1, 2, seconds: 0))
    line.end()
    #expect(written.withLock { $0 }.isEmpty)
  }

  @Test("an interrupt erases the line and ends the process as it would have been ended")
  func interrupted() async throws {
    let interrupted = try await #require(processExitsWith: .signal(SIGINT), observing: [\.standardErrorContent]) {
      signal(SIGINT, SIG_DFL)  // Where tests run in the background it may be ignored.
      InterruptedLine.eraseWhenInterrupted(true)
      dieOf(SIGINT)
    }
    #expect(interrupted.standardErrorContent.suffix(4) == Array("\r\u{1B}[K".utf8)[...])
    let terminated = try await #require(processExitsWith: .signal(SIGTERM), observing: [\.standardErrorContent]) {
      InterruptedLine.eraseWhenInterrupted(true)
      dieOf(SIGTERM)
    }
    #expect(terminated.standardErrorContent.suffix(4) == Array("\r\u{1B}[K".utf8)[...])
  }

  @Test("without a line that is drawn an interrupt writes nothing, and one that is ignored stays so")
  func left() async throws {
    let ended = try await #require(processExitsWith: .signal(SIGINT), observing: [\.standardErrorContent]) {
      signal(SIGINT, SIG_DFL)  // Where tests run in the background it may be ignored.
      InterruptedLine.eraseWhenInterrupted(true)
      InterruptedLine.eraseWhenInterrupted(false)
      dieOf(SIGINT)
    }
    #expect(!ended.standardErrorContent.contains(0x1B))
    await #expect(processExitsWith: .success) {
      signal(SIGINT, SIG_IGN)
      InterruptedLine.eraseWhenInterrupted(true)
      kill(getpid(), SIGINT)
      InterruptedLine.eraseWhenInterrupted(false)
      kill(getpid(), SIGINT)
    }
  }
}

/// Sends this process a signal, as a terminal does: to whichever thread takes it, and many threads take none.
private func dieOf(_ number: Int32) {
  var set = sigset_t()
  sigemptyset(&set)
  sigaddset(&set, number)
  pthread_sigmask(SIG_UNBLOCK, &set, nil)
  kill(getpid(), number)
  poll(nil, 0, 10_000)
}
