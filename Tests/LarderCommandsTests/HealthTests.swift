internal import Foundation
internal import Larder
internal import LarderCommands
internal import LarderIndex
internal import LarderSystem
internal import Testing

private let key = String(repeating: "0123456789abcdef", count: 4)

@Suite("health")
struct HealthTests {
  private static let now = Timestamp(nanoseconds: 1_794_971_565_000_000_000)

  /// Facts of a cache that is well, with a change; sizes in GiB.
  private func checks(
    _ thresholds: HealthThresholds = HealthThresholds(), _ change: (inout HealthFacts) -> Void = { _ in }
  ) -> [HealthCheck] {
    var facts = HealthFacts()
    facts.limit = 10 << 30
    facts.totals.storedBytes = 9 << 30
    facts.freeBytes = 50 << 30
    facts.verification = Self.verified(daysAgo: 3)
    change(&facts)
    return thresholds.checks(facts, now: Self.now)
  }

  private static func verified(daysAgo days: Int64, portions: Int = Verification.allPortions) -> Verification {
    Verification(
      Dictionary(uniqueKeysWithValues: (0..<portions).map { ($0, now.adding(nanoseconds: -days * 86_400_000_000_000)) })
    )
  }

  /// A change of the facts, which check it concerns, and what that says then.
  private static let cases: [(String, HealthCheck.Name, HealthCheck.State, @Sendable (inout HealthFacts) -> Void)] = [
    ("a fault of the index", .index, .fail, { $0.faults = ["row 3 is missing"] }),
    (
      "a little above the limit, as before an eviction", .size, .ok,
      { $0.totals.storedBytes = (10 << 30) + (100 << 20) }
    ),
    ("above the limit", .size, .warn, { $0.totals.storedBytes = 10_600 << 20 }),
    ("far above the limit", .size, .fail, { $0.totals.storedBytes = 12 << 30 }),
    ("no limit", .size, .ok, { $0.limit = nil }),
    (
      "a limit of nothing", .size, .ok,
      {
        $0.limit = 0; $0.totals.storedBytes = 0
      }
    ),
    ("little room", .disk, .warn, { $0.freeBytes = 3 << 29 }),
    ("no room", .disk, .fail, { $0.freeBytes = (1 << 30) - 1 }),
    ("never verified", .verified, .warn, { $0.verification = Verification([:]) }),
    ("verified in part", .verified, .warn, { $0.verification = verified(daysAgo: 1, portions: 200) }),
    ("verified long ago", .verified, .warn, { $0.verification = verified(daysAgo: 31) }),
    ("verified very long ago", .verified, .fail, { $0.verification = verified(daysAgo: 61) }),
    ("a damaged blob", .damage, .warn, { $0.damagedMisses = 1 }),
    ("damage again and again", .damage, .fail, { $0.damagedMisses = 11 }),
    ("a failure", .failures, .warn, { $0.failures = 10 }),
    ("failures", .failures, .fail, { $0.failures = 11 }),
    (
      "some residue", .residue, .warn,
      {
        $0.quarantinedBytes = 300 << 20; $0.stagedBytes = 300 << 20
      }
    ),
    (
      "much residue", .residue, .fail,
      {
        $0.quarantinedBytes = .max; $0.stagedBytes = .max
      }
    ),
  ]

  @Test("each threshold warns, then fails, and concerns one check", arguments: cases.map(\.0))
  func thresholds(_ name: String) throws {
    let (_, check, state, change) = try #require(Self.cases.first { $0.0 == name })
    let found = checks(HealthThresholds(), change)
    #expect(found.map(\.name) == HealthCheck.Name.allCases)
    for one in found { #expect(one.state == (one.name == check ? state : .ok), "\(one)") }
    let report = HealthReport(directory: "d", checks: found)
    #expect(report.status(strict: false).number == (state == .fail ? 4 : 0))
    #expect(report.status(strict: true).number == (state == .ok ? 0 : 4))
  }

  @Test("a new cache is well, and says that it was never verified")
  func fresh() throws {
    let kitchen = try Kitchen()
    _ = kitchen.run("put \(key)", input: [1])
    let health = kitchen.run("health --min-free 1")
    #expect(health.status == 0 && health.messages == "")
    let lines = health.output.split(separator: "\n").map(String.init)
    #expect(lines.count == 8)
    #expect(lines[0] == "The cache at '\(kitchen.cache)': 1 check of 7 not well")
    #expect(lines[1] == "  ok    index     opens, and its quick check finds nothing")
    #expect(lines[2] == "  ok    size      1 B of 10.0 GiB, 0 %")
    #expect(lines[4] == "  warn  verified  never. larder verify --max-duration 10m goes on with it")
    #expect(kitchen.run("health --strict --min-free 1 -q").status == 4)
    #expect(kitchen.run("health --min-free 1 -q") == Outcome(status: 0, output: "", messages: ""))
    _ = kitchen.run("verify")
    #expect(kitchen.run("health --strict --min-free 1 -q") == Outcome(status: 0, output: "", messages: ""))
    #expect(kitchen.run("health --min-free 8000PiB -q").status == 4)
  }

  @Test("misses because of damage are counted, and forgotten with time")
  func damage() throws {
    let kitchen = try Kitchen()
    _ = kitchen.run("put \(key) --encoding raw", input: bytes(50_000, seed: 1))
    let shards = kitchen.cache + "/blobs"
    let blob = try #require(
      FileManager.default.subpaths(atPath: shards)?.first { $0.hasSuffix(".raw") }.map { shards + "/" + $0 })
    try FileManager.default.removeItem(atPath: blob)
    #expect(kitchen.run("get \(key)").status == 1)
    #expect(kitchen.run("health").output.contains("warn  damage    1 miss because of damaged or missing blobs"))
    #expect(
      kitchen.run("health --max-damaged 0 --json").output.contains(
        #"{"check":"damage","status":"fail","value":1,"threshold":0,"#))
    kitchen.wait(seconds: 10 * 86_400)
    #expect(kitchen.run("health --max-damaged 0 --min-free 1").output.contains("ok    damage    0 misses"))
    #expect(kitchen.run("health --max-damaged 0 --min-free 1 --period 20d").status == 4)
  }

  @Test("an index that cannot be read is the problem, and no error; no cache is one")
  func unreadable() throws {
    let kitchen = try Kitchen()
    #expect(kitchen.run("health").status == 66)
    _ = kitchen.run("put \(key)", input: [1])
    _ = try kitchen.file("cache/index.sqlite", Array(repeating: 0x5A, count: 8192))
    for name in ["index.sqlite-wal", "index.sqlite-shm"] {
      try? FileManager.default.removeItem(atPath: kitchen.cache + "/" + name)
    }
    let before = try kitchen.inventory(kitchen.cache)
    let health = kitchen.run("health --json")
    #expect(health.status == 4)
    #expect(
      health.output.hasPrefix(
        #"{"schema":"larder.health/1","dir":"\#(kitchen.cache)","status":"fail","checks":[{"check":"index","status":"fail","#
      ))
    #expect(try kitchen.inventory(kitchen.cache) == before)
  }

  @Test(
    "whoever meets an index that is damaged or gone is told of the command that saves it", arguments: [true, false])
  func saving(_ isGone: Bool) throws {
    let kitchen = try Kitchen()
    _ = kitchen.run("put \(key)", input: [1])
    for name in ["index.sqlite", "index.sqlite-wal", "index.sqlite-shm"] {
      try? FileManager.default.removeItem(atPath: kitchen.cache + "/" + name)
    }
    if !isGone { _ = try kitchen.file("cache/index.sqlite", Array(repeating: 0x5A, count: 8192)) }
    let advice = " larder verify --repair does that.\n"
    for line in ["ls", "status", "show \(key)"] {
      let outcome = kitchen.run(line)
      #expect(outcome.status == 74 && outcome.messages.hasSuffix(advice), "\(outcome)")
    }
    #expect(kitchen.run("health").output.contains(advice))
    #expect(kitchen.run("verify --repair").status == 0)
    // Of these two nothing could be saved.
    #expect(kitchen.run("ls") == Outcome(status: 1, output: "", messages: "larder: The cache is empty.\n"))
  }
}

@Suite("selftest")
struct SelftestTests {
  @Test("puts, gets, kills a put and repairs, beside the cache, and leaves nothing behind")
  func passes() throws {
    let kitchen = try Kitchen()
    _ = kitchen.run("put \(key)", input: [1])
    let before = try kitchen.inventory(kitchen.path)
    let outcome = try kitchen.shell("LARDER_NO_CACHE=1 $larder selftest -d \(kitchen.cache)")
    #expect(outcome.status == 0 && outcome.messages == "", "\(outcome)")
    let lines = outcome.output.split(separator: "\n").map(String.init)
    #expect(lines[0].hasPrefix("Tried in '\(kitchen.path)/.larder-"))
    #expect(
      lines[1...4].map { $0.split(separator: " ").prefix(2).joined(separator: " ") } == [
        "ok put", "ok get", "ok die", "ok verify",
      ])
    #expect(lines.contains("What it offers") && lines.last == "Passed.")
    #expect(try kitchen.inventory(kitchen.path) == before)
  }

  @Test("works where there is no cache yet, and as JSON")
  func noCache() throws {
    let kitchen = try Kitchen()
    let outcome = try kitchen.shell("$larder selftest --json -d \(kitchen.path)/a/b/c")
    #expect(outcome.status == 0)
    #expect(outcome.output.contains(#""passed":true,"steps":[{"step":"put","passed":true,"seconds":"#))
    #expect(try kitchen.inventory(kitchen.path).keys.sorted() == ["home"])
  }

  @Test("a step that fails is told, is the last one, and leaves nothing behind either")
  func fails() throws {
    let kitchen = try Kitchen()
    // In memory the path of the program is not known, so that nothing can be started that dies.
    let outcome = kitchen.run("selftest")
    #expect(outcome.status == 1)
    #expect(outcome.output.contains("  failed  die") && !outcome.output.contains("verify"))
    #expect(outcome.output.hasSuffix("Failed: a cache there would not keep its promises.\n"))
    #expect(try kitchen.inventory(kitchen.path).keys.sorted() == ["home"])
    #expect(kitchen.run("selftest --dry-run").output == "")
  }

  @Test("where nothing can be made it says so, and what to do")
  func nowhere() throws {
    let message = """
      larder: Cannot make a directory for trying things out, neither beside '/dev/null/x' nor in it: Not a directory. Choose \
      another place with --dir.

      """
    #expect(
      try Kitchen().run("selftest -d /dev/null/x") == Outcome(status: 74, output: "", messages: message))
  }

  @Test("what a killed one left is taken away by the next")
  func left() throws {
    let kitchen = try Kitchen()
    let left = kitchen.path + "/.larder-0123456789abcdef"
    try FileManager.default.createDirectory(atPath: left + "/cache", withIntermediateDirectories: true)
    _ = kitchen.run("selftest")
    #expect(!FileManager.default.fileExists(atPath: left))
  }
}
