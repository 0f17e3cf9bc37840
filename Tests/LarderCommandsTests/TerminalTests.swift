internal import Foundation
internal import LarderCommands
internal import LarderSystem
internal import Testing

@Suite("verify on a terminal")
struct TerminalTests {
  @Test("draws a bar with the rate and the time left on one line, and erases it at the end")
  func drawn() async throws {
    let screen = try await shown("verify --jobs 1")
    let line = /\r\[#+\.+\] +[0-9]+ %  [0-9.]+ KiB of 97\.7 KiB  [0-9.]+ K?i?B\/s  [0-9]+ s left\u{1B}\[K/
    #expect(screen.contains(line), "\(screen)")
    #expect(screen.hasSuffix("\r\u{1B}[K") && !screen.contains("\n"))
    let widths = screen.components(separatedBy: "\r").map { line in
      line.replacingOccurrences(of: "\u{1B}[K", with: "").count
    }
    #expect(widths.max() ?? 0 < 90)
  }

  @Test("draws nothing for those who do not want it")
  func unwanted() async throws {
    #expect(try await shown("verify --no-progress") == "")
  }

  /// What a terminal of 90 columns gets when standard error is one and each look at the clock is a second after the last.
  private func shown(_ line: String) async throws -> String {
    let kitchen = try Kitchen()
    for number in 0..<10 {
      _ = kitchen.run("put -f made@1 --arg n=\(number) --encoding raw", input: bytes(10_000, seed: UInt64(number)))
    }
    let ending = try await #require(processExitsWith: .success, observing: [\.standardOutputContent]) {
      [directory = kitchen.cache as String, line = line as String] in
      let terminal = try PseudoTerminal(columns: 90)
      terminal.becomeStandardError()
      let time = Locked<UInt64>(1)
      let context = Context(
        output: ByteOutput(.memory), messages: .standardError, input: { _ in 0 },
        environment: ["HOME": directory + "/..", "LARDER_DIR": directory, "TERM": "xterm"], workingDirectory: { "/" },
        clock: Clock(
          now: { Timestamp(nanoseconds: 1_794_971_565_000_000_000) },
          uptime: {
            time.withLock { time in
              time += 1_000_000_000
              return time
            }
          }))
      guard run(.larder, words(line), context).number == 0 else { exit(1) }
      FileHandle.standardOutput.write(terminal.received())
    }
    return String(decoding: ending.standardOutputContent, as: UTF8.self)
  }
}

/// A terminal whose other end is in this process.
struct PseudoTerminal {
  private var control: Int32 = -1
  private var line: Int32 = -1

  init(columns: UInt16) throws {
    var size = winsize(ws_row: 24, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
    guard openpty(&control, &line, nil, nil, &size) == 0 else { throw POSIXError(.init(rawValue: errno) ?? .EIO) }
  }

  func becomeStandardError() { dup2(line, 2) }

  /// Everything that was written so far.
  func received() -> Data {
    _ = fcntl(control, F_SETFL, O_NONBLOCK)
    var all = Data()
    var buffer = [UInt8](repeating: 0, count: 4096)
    while true {
      let count = read(control, &buffer, buffer.count)
      if count <= 0 { return all }
      all += buffer[..<count]
    }
  }
}
