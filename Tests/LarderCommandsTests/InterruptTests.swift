internal import Foundation
internal import LarderTesting
internal import Shared
internal import Testing

@Suite("An interrupt at any moment")
struct InterruptTests {
  /// What is interrupted, in a kitchen with `in` (a tree), `big` (a file) and a cache that holds both.
  enum Work: String, CaseIterable, Sendable {
    case putFile, putTree, getFile, getTree, run, verify, repair

    func words(_ number: Int) -> [String] {
      let larder = Kitchen.executable
      return switch self {
      case .putFile: [larder, "put", "-f", "f", "--arg", "n=\(number)", "-i", "big\(number % 3)"]
      case .putTree: [larder, "put", "-f", "t", "--arg", "n=\(number)", "-i", "in\(number % 3)"]
      case .getFile: [larder, "get", "-f", "big", "-o", "out/file"]
      case .getTree: [larder, "get", "-f", "tree", "-o", "out/tree\(number)"]
      case .run:
        [larder, "run", "-q", "--out", "made", "--", "sh", "-c", "head -c 300000 /dev/urandom > made; echo \(number)"]
      case .verify: [larder, "verify", "-q"]
      case .repair: [larder, "verify", "-q", "--repair"]
      }
    }
  }

  @Test("ends by that signal or not at all, and leaves nothing behind", arguments: Work.allCases)
  func anyMoment(_ work: Work) throws {
    let kitchen = try prepared()
    // The shortest of several: what else the machine does must not move the moments behind the end.
    var duration = Double.infinity
    for number in 50..<54 {
      let begun = Date()
      #expect(try kitchen.program(work.words(number)).status == 0)
      duration = min(duration, Date().timeIntervalSince(begun))
    }
    var dice = SplitMix(seed: 4)
    var interrupted = 0
    for number in 0..<50 {
      let started = try kitchen.start(work.words(number))
      usleep(UInt32(Double(dice.next() % 1000) / 1000 * duration * 1e6))
      let signal = number % 2 == 0 ? SIGINT : SIGTERM
      kill(started.process.processIdentifier, signal)
      let outcome = try started.wait()
      if outcome.isSignal { interrupted += 1 }
      #expect(outcome.isSignal ? outcome.status == signal : outcome.status == 0, "\(outcome)")
      #expect(outcome.said == "", "\(outcome.said)")
      let litter = try FileManager.default.subpathsOfDirectory(atPath: kitchen.path + "/out").filter {
        $0.contains(".larder-")
      }
      #expect(litter == [])
    }
    let verified = try kitchen.program([Kitchen.executable, "verify"])
    #expect(verified.status == 0, "\(verified.text)")
    #expect(try FileManager.default.contentsOfDirectory(atPath: kitchen.cache + "/staging").isEmpty)
    // Else the moments were not those that are meant.
    #expect(interrupted > 10)
  }

  private func prepared() throws -> Kitchen {
    let kitchen = try Kitchen()
    for number in 0..<3 {
      _ = try kitchen.file("big\(number)", bytes(400_000, seed: UInt64(number)))
      for file in 0..<12 {
        _ = try kitchen.file("in\(number)/d\(file % 3)/\(file)", bytes(20_000, seed: UInt64(number * 100 + file)))
      }
    }
    _ = try kitchen.file("out/file", [])
    #expect(kitchen.run(["put", "-f", "big", "-i", kitchen.path + "/big0"]).status == 0)
    #expect(kitchen.run(["put", "-f", "tree", "-i", kitchen.path + "/in0"]).status == 0)
    return kitchen
  }
}
