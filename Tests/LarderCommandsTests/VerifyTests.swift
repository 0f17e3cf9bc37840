internal import Foundation
internal import LarderCommands
internal import LarderIndex
internal import LarderSystem
internal import Testing

private let key = String(repeating: "0123456789abcdef", count: 4)

@Suite("verify")
struct VerifyTests {
  /// The only blob in the tree, relative to the cache.
  private func blob(_ kitchen: Kitchen) throws -> String {
    let names = try kitchen.inventory(kitchen.cache).filter { $0.key.hasPrefix("blobs/") && $0.value.hasPrefix("file") }
    #expect(names.count == 1)
    return try #require(names.first?.key)
  }

  /// A cache with one artifact in the tree and one in the index.
  private func stocked() throws -> Kitchen {
    let kitchen = try Kitchen()
    _ = kitchen.run("put \(key) --encoding raw", input: bytes(10_000, seed: 9))
    _ = kitchen.run("put -f features@4 --portable", input: [1, 2, 3])
    return kitchen
  }

  /// The same with a byte of the blob changed.
  private func damaged() throws -> Kitchen {
    let kitchen = try stocked()
    let place = try "cache/" + blob(kitchen)
    var content = try kitchen.content(kitchen.path + "/" + place)
    content[content.count / 2] ^= 1
    try FileManager.default.removeItem(atPath: kitchen.path + "/" + place)
    _ = try kitchen.file(place, content, permissions: 0o444)
    return kitchen
  }

  /// The report without how much was read and how long that took.
  private func timeless(_ outcome: Outcome) -> Outcome {
    let pattern = /Read .* in [0-9.,]+ (µs|ms|s|min)\./
    return Outcome(
      status: outcome.status, output: outcome.output.replacing(pattern, with: "Read in time."),
      messages: outcome.messages)
  }

  @Test("a sound cache is clean; status says from then on that it was verified")
  func clean() throws {
    let kitchen = try stocked()
    #expect(
      timeless(kitchen.run("verify"))
        == Outcome(
          status: 0,
          output: """
            Checking 2 entries, 2 blobs in \(kitchen.cache) (sqlite), read only
            No problems. Read in time. Nothing was changed.

            """, messages: ""))
    #expect(kitchen.run("verify").output.contains("\nNo problems. Read 9.8 KiB in "))
    #expect(
      kitchen.run("status").output.contains("  verified  100 % of the cache in the last minute, oldest "))
    #expect(kitchen.run("verify --quiet --exit-code --repair") == Outcome(status: 0, output: "", messages: ""))
    let json = kitchen.run("verify --json --quiet").output
    #expect(json.hasPrefix(#"{"schema":"larder.verify/1","clean":true,"repaired":false,"dry_run":false,"entries":2,"#))
    #expect(json.contains(#""complete":true,"portions":257}"#))
  }

  @Test("what only looks leaves every byte as it was", arguments: ["--read-only", "--quick", "--repair --dry-run"])
  func untouched(_ options: String) throws {
    let kitchen = try damaged()
    _ = try kitchen.file("cache/blobs/notes.txt", [1])
    let before = try kitchen.inventory(kitchen.cache)
    _ = kitchen.run("verify \(options)")
    #expect(try kitchen.inventory(kitchen.cache) == before)
    #expect(kitchen.run("status").output.contains("  verified  never"))
  }

  @Test("a damaged blob is found, told with what mends it, moved to quarantine, and then gone")
  func damage() throws {
    let kitchen = try damaged()
    let blob = try blob(kitchen)
    let found = timeless(kitchen.run("verify"))
    #expect(found.status == 4 && found.messages == "")
    #expect(found.output.contains("\n  corrupt   1 blob  9.8 KiB  blobs/"))
    #expect(
      found.output.hasSuffix(
        "\n1 problem, 9.8 KiB reclaimable with --delete. Read in time. Nothing was changed.\n"
          + "Repair with: larder verify --repair\n"))
    #expect(kitchen.run("verify --exit-code").status == 1)
    #expect(kitchen.run("verify --quiet").output.hasPrefix("Checking "))
    #expect(kitchen.run("verify --verbose").output.contains("    \(blob): "))
    // A quick look does not read it.
    #expect(kitchen.run("verify --quick").status == 0)

    let dry = timeless(kitchen.run("verify --repair --dry-run"))
    #expect(dry.status == 4)
    #expect(dry.output.contains("\nTo be mended: 1 file moved to \(kitchen.cache)/quarantine.\n"))
    let repaired = timeless(kitchen.run("verify --repair"))
    #expect(repaired.status == 0 && repaired.messages == "")
    #expect(
      repaired.output.hasSuffix(
        "Read in time.\nMended: 1 file moved to \(kitchen.cache)/quarantine.\n"))
    #expect(try FileManager.default.contentsOfDirectory(atPath: kitchen.cache + "/quarantine").isEmpty == false)
    #expect(kitchen.run("get \(key)").status == 1)
    #expect(kitchen.run("verify").output.contains("\nNo problems. "))
  }

  @Test("--delete leaves nothing of it, and --exit-code tells of what is mended")
  func deletion() throws {
    let kitchen = try damaged()
    let json = kitchen.run("verify --repair --delete --exit-code --json")
    #expect(json.status == 1)
    #expect(json.output.hasPrefix(#"{"schema":"larder.verify/1","clean":false,"repaired":true,"#))
    #expect(json.output.contains(#""action":"deleted"}"#) && json.output.contains(#""corrupt":1,"#))
    let quarantine = kitchen.cache + "/quarantine"
    #expect((try? FileManager.default.contentsOfDirectory(atPath: quarantine))?.isEmpty ?? true)
    let files = try kitchen.inventory(kitchen.cache).filter { $0.value.hasPrefix("file") }
    #expect(!files.isEmpty && files.keys.allSatisfy { !$0.hasPrefix("blobs/") })
    #expect(kitchen.run("verify --exit-code").status == 0)
  }

  @Test("an entry whose blob is gone is named with its function, and removed")
  func dangling() throws {
    let kitchen = try Kitchen()
    let key = kitchen.run("put -f features@4 --portable --encoding raw", input: bytes(10_000, seed: 9)).output.prefix(8)
    try FileManager.default.removeItem(atPath: kitchen.cache + "/" + blob(kitchen))
    let found = kitchen.run("verify")
    #expect(found.status == 4)
    #expect(found.output.contains("  dangling  1 entry  –  features"))
    #expect(found.output.contains(" \(key): "))
    #expect(kitchen.run("verify --quick").status == 4)
    let repaired = kitchen.run("verify --repair")
    #expect(repaired.status == 0 && repaired.output.hasSuffix("\nMended: 1 entry removed.\n"))
    #expect(kitchen.run("ls").status == 1)
  }

  @Test("files of others are named, stay, and are no problem")
  func foreign() throws {
    let kitchen = try stocked()
    _ = try kitchen.file("cache/notes\u{1B}[2J.txt", [1, 2, 3])
    for options in ["", " --exit-code", " --repair --delete"] {
      let outcome = kitchen.run("verify\(options)")
      #expect(outcome.status == 0)
      #expect(outcome.output.contains("  foreign   1 file ") && outcome.output.contains("notes\\x1b[2J.txt"))
    }
    #expect(FileManager.default.fileExists(atPath: kitchen.cache + "/notes\u{1B}[2J.txt"))
  }

  @Test("runs that stop early get through the whole cache one after the other")
  func resumed() throws {
    let kitchen = try stocked()
    var runs = 0
    var sum = 0
    while !kitchen.run("status --json").output.contains(#""verified_ratio":1,"#) {
      let outcome = kitchen.run("verify --max-duration 1ms --json --jobs 1")
      #expect(outcome.status == 0)
      let portions = try #require(outcome.output.firstMatch(of: /"portions":([0-9]+)}/)?.1)
      sum += try #require(Int(portions))
      runs += 1
      kitchen.wait(seconds: 1)
      try #require(runs <= 257)
    }
    // No portion was verified twice before each was verified once.
    #expect(sum >= 257 && (runs == 1 || sum < 2 * 257))
    let last = kitchen.run("verify --max-duration 1ms").output
    #expect(last.contains(" of 257 portions of the cache are verified. ") || last.contains("\nNo problems. "))
  }

  @Test("the command that mends names the directory as it was given, ready to paste")
  func pasted() throws {
    let kitchen = try damaged()
    let copy = kitchen.path + "/it's here"
    try FileManager.default.moveItem(atPath: kitchen.cache, toPath: copy)
    let outcome = kitchen.run(["verify", "--dir", copy, "--repair", "--delete", "--dry-run"])
    #expect(
      outcome.output.hasSuffix(
        "\nRepair with: larder verify --repair --delete --dir '\(kitchen.path)/it'\\''s here'\n"))
    kitchen.environment["LARDER_DIR"] = copy
    #expect(kitchen.run("verify").output.hasSuffix("\nRepair with: larder verify --repair\n"))
  }

  @Test("a variable that forbids a repair is named")
  func readOnlyVariable() throws {
    let kitchen = try stocked()
    kitchen.environment["LARDER_READ_ONLY"] = "1"
    #expect(kitchen.run("verify").status == 0)
    let message = "larder: Cannot repair the cache at '\(kitchen.cache)': LARDER_READ_ONLY forbids it. Unset it.\n"
    #expect(kitchen.run("verify --repair") == Outcome(status: 77, output: "", messages: message))
  }

  @Test("progress is drawn on a terminal, and erased before the report", arguments: ["", "--json", "--quick"])
  func progress(_ option: String) throws {
    let kitchen = try stocked()
    let drawn = try onScreen(kitchen, "verify " + option)
    #expect(drawn.hasPrefix("\r") && drawn.hasSuffix("\u{1B}[K\r\u{1B}[K"))
    #expect(drawn.contains(option == "--quick" ? "of 2 blobs" : "of 9.8 KiB"))
    #expect(!drawn.contains("\n"))
  }

  @Test(
    "no progress is drawn for those who do not want it, or could not read it",
    arguments: ["--quiet", "--no-progress", "LARDER_NO_PROGRESS=1", "TERM=dumb"])
  func withoutProgress(_ wish: String) throws {
    let kitchen = try stocked()
    let variable = wish.split(separator: "=")
    if variable.count == 2 { kitchen.environment[String(variable[0])] = String(variable[1]) }
    #expect(try onScreen(kitchen, variable.count == 2 ? "verify" : "verify " + wish) == "")
    #expect(kitchen.run("verify").messages == "")
  }

  /// What standard error shows when it is a terminal, and each look at the clock is a second later than the last.
  private func onScreen(_ kitchen: Kitchen, _ line: String) throws -> String {
    let screen = ByteOutput(.screen(columns: 70))
    let time = Locked<UInt64>(1)
    let now = kitchen.now
    let context = Context(
      output: ByteOutput(.memory), messages: screen, input: { _ in 0 }, environment: kitchen.environment,
      workingDirectory: { "/" },
      clock: Clock(
        now: { now },
        uptime: {
          time.withLock { time in
            time += 1_000_000_000
            return time
          }
        }))
    #expect(run(.larder, words(line), context).number == 0)
    return screen.text
  }

  /// Overwrites the index, so that it cannot be opened or that what is in it cannot be read.
  private func damageIndex(_ kitchen: Kitchen, whole: Bool) throws {
    let place = kitchen.cache + "/index.sqlite"
    // Nothing of it is in the log.
    try SQLiteIndex.open(at: place).shortenLog()
    var content = try kitchen.content(place)
    if whole {
      content = Array("no database".utf8)
    } else {
      for byte in 4096..<content.count { content[byte] = 0xEE }
    }
    try Data(content).write(to: URL(fileURLWithPath: place))
  }

  @Test(
    "a damaged index is told with what a repair would do, and stays as it is without one",
    arguments: ["", "--read-only", "--quick", "--repair --dry-run"], [true, false])
  func damagedIndex(_ options: String, whole: Bool) throws {
    let kitchen = try stocked()
    try damageIndex(kitchen, whole: whole)
    let before = try kitchen.inventory(kitchen.cache)
    let outcome = kitchen.run("verify \(options)")
    #expect(outcome.status == 4 && outcome.messages == "", "\(outcome)")
    #expect(outcome.output.contains("  index "))
    #expect(outcome.output.contains("Nothing was changed."))
    #expect(
      outcome.output.contains(
        "\nA repair saves what can be read of the index into a new one, and moves the damaged one to "
          + "\(kitchen.cache)/quarantine.\nRepair with: larder verify --repair\n"))
    #expect(try kitchen.inventory(kitchen.cache) == before)
    #expect(kitchen.run("verify --exit-code \(options)").status == 1)
  }

  @Test(
    "a repair that replaced the index says so, whether opening the cache or the sweep met the damage",
    arguments: [true, false])
  func replacedIndex(whole: Bool) throws {
    let kitchen = try stocked()
    try damageIndex(kitchen, whole: whole)
    let outcome = kitchen.run("verify --repair --json")
    #expect(outcome.status == 0, "\(outcome)")
    #expect(outcome.output.contains("\"clean\":false") && outcome.output.contains("\"index\":1"), "\(outcome.output)")
    #expect(outcome.output.contains("\"action\":\"corrected\""), "\(outcome.output)")
    _ = kitchen.run("verify --repair")
    #expect(kitchen.run("verify --repair --exit-code").status == 0)
  }

  @Test("what a copy of a cache left out is not made by a look at it")
  func leftOut() throws {
    let kitchen = try stocked()
    try FileManager.default.removeItem(atPath: kitchen.cache + "/staging")
    try FileManager.default.removeItem(atPath: kitchen.cache + "/reserve")
    #expect(kitchen.run("verify").status == 0)
    #expect(!FileManager.default.fileExists(atPath: kitchen.cache + "/staging"))
    #expect(!FileManager.default.fileExists(atPath: kitchen.cache + "/reserve"))
    #expect(kitchen.run("status").output.contains("  verified  100 %"))
  }

  @Test("where there is no cache there is nothing to verify, and none is made")
  func absent() throws {
    let kitchen = try Kitchen()
    #expect(kitchen.run("verify").status == 66 && kitchen.run("verify --repair").status == 66)
    #expect(!FileManager.default.fileExists(atPath: kitchen.cache))
  }
}
