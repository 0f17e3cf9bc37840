internal import Foundation
internal import Larder
internal import LarderCommands
internal import LarderSystem
internal import Testing

@Suite("clear")
struct ClearTests {
  /// Four calls of two functions.
  private func stocked() throws -> Kitchen {
    let kitchen = try Kitchen()
    for line in [
      "train/a@1 --arg x=1 --tag t", "train/a@2 --arg x=2", "train/b@1 --arg x=1 --tag t --namespace lab", "report",
    ] {
      _ = kitchen.run("put --portable -f \(line)", input: Array(line.utf8))
    }
    return kitchen
  }

  private func left(_ kitchen: Kitchen) -> Int { kitchen.run("ls").output.split(separator: "\n").count }

  @Test(
    "a selection is removed and nothing else, and a dry run says the same before",
    arguments: [
      ("--function train/*", 3), ("-f train/a", 2), ("--tag t", 2), ("--arg x=1", 2), ("--arg x=1.0", 0),
      ("--arg x=1 -f */a", 1), ("--tag t --namespace lab", 1), ("--all --yes", 4), ("--all --yes --namespace lab", 1),
      ("-f nothing", 0),
    ])
  func selections(_ words: String, _ count: Int) throws {
    let kitchen = try stocked()
    let dry = kitchen.run("clear --dry-run \(words)")
    #expect(left(kitchen) == 4)
    #expect(dry.messages == "larder: This is a dry run: nothing is removed.\n")
    let done = kitchen.run("clear \(words)")
    #expect(done.output == dry.output)
    #expect(done.output.hasPrefix("Removed \(count) \(count == 1 ? "entry" : "entries"), "))
    #expect(done.status == (count == 0 ? 1 : 0) && dry.status == done.status)
    #expect(left(kitchen) == 4 - count)
  }

  @Test("clear as JSON")
  func json() throws {
    let kitchen = try stocked()
    #expect(
      kitchen.run("clear -f report --json").output
        == #"{"schema":"larder.clear/1","removed":1,"bytes":6,"dry_run":false}"# + "\n")
  }

  @Test(
    "what was being computed when it was cleared is not stored, where the clear meant it",
    arguments: [
      ("-f train/*", false), ("--arg x=9", false), ("--tag t", false), ("--all --yes", false), ("-f report", true),
      ("--arg x=8", true), ("--tag t --tag u", true), ("--all --yes --namespace lab", true),
    ])
  func overtaken(_ words: String, _ isStored: Bool) throws {
    let kitchen = try stocked()
    let cache = try ArtifactCache(at: kitchen.cache)
    func value(_ compute: () throws -> Int) throws -> Int {
      try cache.value("train/new", ["x": 9], options: .init(tags: ["t"]), compute: compute)
    }
    let computed = try value {
      _ = kitchen.run("clear \(words)")
      return 1
    }
    #expect(computed == 1)
    #expect(try value { 2 } == (isStored ? 1 : 2))
    // What was looked up after the clear stays.
    #expect(try value { 3 } == (isStored ? 1 : 2))
  }

  @Test("thousands of entries go in batches, and a sweep finds nothing left")
  func many() throws {
    let kitchen = try Kitchen()
    for number in 0..<1203 {
      _ = kitchen.run(
        "put -f f --portable --arg i=\(number) --encoding raw",
        input: bytes(number < 20 ? 20_000 : 9, seed: UInt64(number)))
    }
    #expect(kitchen.run("clear --all --yes").output.hasPrefix("Removed 1,203 entries, "))
    #expect(left(kitchen) == 0)
    #expect(kitchen.run("verify").status == 0)
    #expect(kitchen.run("status").output.contains("0 entries, 0 blobs"))
  }

  @Test(
    "on a terminal it asks, and takes nothing but yes for a yes",
    arguments: [("y\n", true), ("YES\nn", true), ("n\n", false), ("\n", false), ("", false), ("yo\n", false)])
  func asks(_ answer: String, _ isYes: Bool) throws {
    let kitchen = try stocked()
    let screen = ByteOutput(.screen(columns: 80))
    let rest = Locked(Array(answer.utf8)[...])
    let output = ByteOutput(.memory)
    let context = Context(
      output: output, messages: screen,
      input: { (buffer) throws(SystemError) in
        rest.withLock { rest in
          guard let byte = rest.popFirst() else { return 0 }
          buffer[0] = byte
          return 1
        }
      }, environment: kitchen.environment, workingDirectory: { "/" }, clock: .system, isInputTerminal: true)
    let status = run(.larder, ["clear", "--all"], context)
    #expect(screen.text.hasPrefix("Remove 4 entries, "))
    #expect(screen.text.contains(" of artifacts? [y/N] "))
    #expect(status.number == (isYes ? 0 : 1))
    #expect(left(kitchen) == (isYes ? 0 : 4))
    if !isYes { #expect(screen.text.hasSuffix("larder: Nothing is removed.\n") && output.text == "") }
  }

  @Test("where the cache may not be changed nothing is removed")
  func readOnly() throws {
    let kitchen = try stocked()
    let refused = kitchen.run("clear --all --yes --read-only")
    #expect(refused.status == 77 && refused.output == "" && left(kitchen) == 4)
    #expect(kitchen.run("clear --all --dry-run --read-only").status == 0)
  }
}

@Suite("ls of what is no longer wanted")
struct OldEntriesTests {
  @Test("--expired lists what is not served any more, --superseded what another version took the place of")
  func old() throws {
    let kitchen = try Kitchen()
    func put(_ words: String) -> String {
      kitchen.wait(seconds: 1)
      return String(kitchen.run("put --portable -f \(words)", input: [1]).output.prefix(12))
    }
    let first = put("f@2 --arg x=1 --ttl 1h")
    _ = put("f@2 --arg x=2")
    #expect(kitchen.run("ls --superseded").status == 1)
    let newer = put("f@1 --arg x=1")
    _ = put("f@2 --arg x=1 --namespace lab")
    _ = kitchen.run("put \(String(repeating: "0123456789abcdef", count: 4))", input: [1])
    func listed(_ words: String) -> Set<String> {
      Set(kitchen.run("ls \(words)").output.split(separator: "\n").map { String($0.prefix(12)) })
    }
    #expect(listed("--superseded").count == 2 && !listed("--superseded").contains(newer))
    #expect(listed("--superseded --arg x=1") == [first])
    #expect(listed("--superseded --sort size --limit 1").count == 1)
    #expect(listed("--expired") == [])
    kitchen.wait(seconds: 3600)
    #expect(listed("--expired") == [first])
    #expect(listed("--expired --superseded") == [first])
    #expect(kitchen.run("ls --expired -f g").messages == "larder: No entry fits.\n")
  }
}
