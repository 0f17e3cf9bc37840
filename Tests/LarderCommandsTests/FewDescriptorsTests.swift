internal import Foundation
internal import Testing

/// The limit on open files of the real program.
@Suite("The program with few descriptors", .timeLimit(.minutes(5)))
struct FewDescriptorsTests {
  private static let content = bytes(600_000, seed: 5)

  private static func kitchen() throws -> Kitchen {
    let kitchen = try Kitchen()
    for name in ["a", "b", "c"] {
      let content = bytes(20_000, seed: UInt64(name.utf8.first ?? 0))
      #expect(kitchen.run("put --function \(name)", input: content).status == 0)
    }
    _ = try kitchen.file("large", content)
    return kitchen
  }

  private typealias Statuses = [Int: Set<Int32>]

  /// Runs a line of shell with each limit, several times where threads may meet in several ways.
  private static func run(_ line: String, limits: ClosedRange<Int>, times: Int, in kitchen: Kitchen) throws -> Statuses
  {
    var statuses = Statuses()
    for limit in limits {
      for _ in 0..<times {
        let outcome = try kitchen.shell("ulimit -n \(limit) && \(line)")
        #expect(
          outcome.status == 0 || outcome.messages.contains("Raise the limits of this process"),
          "\(limit): \(outcome.status) \(outcome.messages)")
        statuses[limit, default: []].insert(outcome.status)
      }
    }
    return statuses
  }

  @Test(
    "verifies with one thread where there are descriptors for no more, and says what to do where there are not even those"
  )
  func verify() throws {
    let kitchen = try Self.kitchen()
    let statuses = try Self.run("exec $larder verify --jobs 4", limits: 12...20, times: 3, in: kitchen)
    for (limit, found) in statuses {
      #expect(found.isSubset(of: [0, 69, 74]), "\(limit): \(found)")
      if limit >= 18 { #expect(found == [0], "\(limit): \(found)") }
    }
  }

  @Test("stores a large file, or says what to do")
  func put() throws {
    let kitchen = try Self.kitchen()
    let statuses = try Self.run(
      "exec $larder put --function large --input large", limits: 12...20, times: 1, in: kitchen)
    for (limit, found) in statuses {
      #expect(found.isSubset(of: [0, 69, 74]), "\(limit): \(found)")
      if limit >= 20 { #expect(found == [0], "\(limit): \(found)") }
    }
    #expect(kitchen.run("get --function large").status == 0)
  }
}
