internal import Foundation
internal import Testing

@Suite("A command that is interrupted, or takes too long")
struct RunSignalTests {
  let kitchen: Kitchen

  init() throws { kitchen = try Kitchen() }

  /// A script that says when it is ready, and waits.
  private func waiting(_ trap: String) -> [String] {
    ["sh", "-c", "\(trap)\nsleep 30 & echo ready > \(kitchen.path)/ready; wait $!; echo over"]
  }

  private func untilReady() throws {
    for _ in 0..<2000 {
      if FileManager.default.fileExists(atPath: kitchen.path + "/ready") { return }
      usleep(5000)
    }
    throw NeverReady()
  }

  struct NeverReady: Error {}

  @Test("a signal is passed on, and what the command answers is the answer", arguments: [SIGTERM, SIGINT, SIGHUP])
  func passedOn(_ number: Int32) throws {
    let command = waiting("trap 'echo caught; kill $!; exit 3' TERM INT HUP")
    let started = try kitchen.start(kitchen.larderRun(["-q"], command))
    try untilReady()
    kill(started.process.processIdentifier, number)
    let outcome = try started.wait()
    #expect(outcome == ProgramOutcome(status: 3, isSignal: false, output: Array("caught\n".utf8), messages: []))
    #expect(try kitchen.program(kitchen.larderRun(["--dry-run", "--cache-failures"], command)).status == 1)
  }

  @Test("a command that a signal ends takes larder with it", arguments: [SIGTERM, SIGINT])
  func endedBy(_ number: Int32) throws {
    let started = try kitchen.start(
      kitchen.larderRun(["-q", "--cache-failures"], ["sh", "-c", "echo ready > ready; exec sleep 30"]))
    try untilReady()
    kill(started.process.processIdentifier, number)
    let outcome = try started.wait()
    #expect(outcome.isSignal && outcome.status == number)
    let verified = try kitchen.program([Kitchen.executable, "verify", "-q"])
    #expect(verified.status == 0 && verified.text == "")
  }

  @Test("a command that was told to end and ends well is not kept")
  func interruptedWell() throws {
    let command = waiting("trap 'kill $!; exit 0' TERM")
    let started = try kitchen.start(kitchen.larderRun(["-q"], command))
    try untilReady()
    kill(started.process.processIdentifier, SIGTERM)
    #expect(try started.wait().status == 0)
    #expect(try kitchen.program(kitchen.larderRun(["--dry-run"], command)).status == 1)
  }

  @Test("what was told to ignore a signal does so, with the command that it runs")
  func ignored() throws {
    let script = "trap '' HUP; exec \"$@\""
    let started = try kitchen.start(
      ["sh", "-c", script, "sh"]
        + kitchen.larderRun(["-q"], ["sh", "-c", "echo ready > ready; sleep 0.5; echo over"]))
    try untilReady()
    kill(started.process.processIdentifier, SIGHUP)
    #expect(try started.wait().text == "over\n")
  }

  @Test("at the end of its time a command is ended with what it has started, and nothing is kept")
  func timeout() throws {
    let begun = Date()
    let command = ["sh", "-c", "echo begun; sleep 60 & sleep 60; echo never"]
    let outcome = try kitchen.program(kitchen.larderRun(["--timeout", "300ms"], command))
    #expect(outcome.status == 124 && outcome.text == "begun\n")
    #expect(outcome.said == "larder: The command took longer than --timeout, and was ended.\n")
    #expect(Date().timeIntervalSince(begun) < 20)
    #expect(try kitchen.program(kitchen.larderRun(["--dry-run", "--cache-failures"], command)).status == 1)
    #expect(try kitchen.program(kitchen.larderRun(["-q", "--timeout", "60s"], ["echo", "soon"])).text == "soon\n")
  }

  @Test("a reader that leaves ends the command by the signal that it would have got, and nothing is kept")
  func brokenPipe() throws {
    let line = "{ \"$larder\" run -q -- yes; echo $? >&2; } | head -n 1"
    let outcome = try kitchen.program(["sh", "-c", line])
    #expect(outcome.text == "y\n" && outcome.said == "141\n")
    #expect(try kitchen.program(kitchen.larderRun(["--dry-run"], ["yes"])).status == 1)
    // From the cache it is the same.
    let big = "{ \"$larder\" run -q -- head -c 3000000 /dev/zero; echo $? >&2; }"
    #expect(try kitchen.program(["sh", "-c", big + " | wc -c"]).text.contains("3000000"))
    #expect(try kitchen.program(["sh", "-c", big + " | head -c 1 | wc -c"]).said == "141\n")
  }
}
