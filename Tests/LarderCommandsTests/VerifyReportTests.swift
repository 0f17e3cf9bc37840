internal import Foundation
internal import Larder
internal import LarderCommands
internal import LarderSystem
internal import Testing

private let digest = String(repeating: "b17e02", count: 10) + "b17e"

/// 2026-11-21 03:12:00 UTC
private let now = Timestamp(nanoseconds: 1_795_230_720_000_000_000)
private let threeDays: Int64 = 259_200_000_000_000

@Suite("What verify reports")
struct VerifyReportTests {
  private func report(
    _ found: SweepReport, recorded: Bool = true, directory: String? = nil,
    _ change: (inout SweepOptions) -> Void = { _ in }
  ) -> VerifyReport {
    var options = SweepOptions()
    change(&options)
    return VerifyReport(
      found, options, directory: "results.larder", index: "sqlite", isRecorded: recorded,
      command: VerifyCommand(directory: directory, deletes: options.repair == .delete), now: now)
  }

  /// A sweep of a cache with a damage of three kinds.
  private func damaged(_ actions: (SweepReport.Action, SweepReport.Action) = (.none, .none)) -> SweepReport {
    var found = SweepReport()
    found.repairable = 5
    if actions.0 != .none {
      found.actions = [.orphan: [actions.0: 3], .corrupt: [actions.0: 1], .dangling: [actions.1: 1]]
    }
    found.entries = 12_408
    found.blobs = 11_977
    found.inFlight = 2
    found.problems = [
      .init(
        .orphan, path: "blobs/b1/\(digest).zst", blob: digest, detail: "never committed", bytes: 70_000_000,
        age: threeDays, action: actions.0),
      .init(.orphan, detail: "never committed", bytes: 70_000_000, age: 1000, action: actions.0),
      .init(.orphan, detail: "never committed", bytes: 7_849_216, action: actions.0),
      .init(
        .dangling, path: "blobs/b1/\(digest).zst", blob: digest,
        key: ArtifactKey("9f3c1e04" + String(repeating: "0", count: 56)),
        function: "features v4", detail: "blob b17e… is gone", action: actions.1),
      .init(
        .corrupt, path: "blobs/b1/\(digest).zst", blob: digest, detail: "stored digest differs", bytes: 2_306_048,
        action: actions.0),
    ]
    found.counts = [.orphan: 3, .dangling: 1, .corrupt: 1]
    found.bytes = [.orphan: 147_849_216, .corrupt: 2_306_048]
    if actions.0 == .quarantined { found.quarantinedBytes = 150_155_264 } else { found.reclaimableBytes = 150_155_264 }
    found.readBytes = 41_016_950_784
    found.duration = .milliseconds(24_100)
    found.portions = 257
    return found
  }

  @Test("a line for each kind, the sum, and the command that mends it")
  func kinds() throws {
    #expect(
      report(damaged()).lines(verbose: false) == [
        "Checking 12,408 entries, 11,977 blobs in results.larder (sqlite), read only",
        "  orphan    3 blobs  141.0 MiB  never committed, oldest 2026-11-18 03:12",
        "  dangling  1 entry          –  features v4 9f3c1e04: blob b17e… is gone",
        "  corrupt   1 blob     2.2 MiB  blobs/b1/b17e02….zst: stored digest differs",
        "  in flight 2 blobs             being written now",
        "5 problems, 143.2 MiB reclaimable with --delete. Read 38.2 GiB in 24 s. Nothing was changed.",
        "Repair with: larder verify --repair",
      ])
  }

  @Test("--verbose names every problem with its whole path")
  func verbose() throws {
    let lines = report(damaged((.quarantined, .removed))) { $0.repair = .quarantine }.lines(verbose: true)
    #expect(
      lines[1...7] == [
        "  orphan    3 blobs  141.0 MiB  never committed, oldest 2026-11-18 03:12",
        "    blobs/b1/\(digest).zst: never committed, 66.8 MiB, of 2026-11-18 03:12: moved to quarantine",
        "    never committed, 66.8 MiB, of 2026-11-21 03:11: moved to quarantine",
        "    never committed, 7.5 MiB: moved to quarantine",
        "  dangling  1 entry          –  features v4 9f3c1e04: blob b17e… is gone",
        "    features v4 9f3c1e04\(String(repeating: "0", count: 56)): blob b17e… is gone "
          + "('blobs/b1/\(digest).zst'): removed",
        "  corrupt   1 blob     2.2 MiB  blobs/b1/b17e02….zst: stored digest differs",
      ])
  }

  @Test("a sound cache says so and asks for nothing")
  func clean() {
    var found = SweepReport()
    found.entries = 1
    found.blobs = 1
    found.readBytes = 6
    found.duration = .milliseconds(2)
    #expect(
      report(found).lines(verbose: true) == [
        "Checking 1 entry, 1 blob in results.larder (sqlite), read only",
        "No problems. Read 6 B in 2 ms. Nothing was changed.",
      ])
    #expect(report(found).status(exitCode: false).number == 0)
    #expect(report(found).status(exitCode: true).number == 0)
    #expect(
      report(found) { $0.quick = true }.lines(verbose: false) == [
        "Checking 1 entry, 1 blob in results.larder (sqlite), quick, read only",
        "No problems. Compared names and sizes in 2 ms. Nothing was changed.",
      ])
  }

  @Test("files of others are named and are no problem")
  func foreign() {
    var found = SweepReport()
    found.problems = [
      .init(.foreign, path: "notes.txt", detail: "not made by Larder", bytes: 10),
      .init(.foreign, path: "x", detail: "not made by Larder", bytes: 5),
    ]
    found.counts = [.foreign: 2]
    found.bytes = [.foreign: 15]
    let report = report(found)
    #expect(
      report.lines(verbose: false)[1...] == [
        "  foreign   2 files  15 B  notes.txt: not made by Larder, and 1 more",
        "No problems. Read 0 B in 0 s. Nothing was changed.",
      ])
    #expect(report.status(exitCode: true).number == 0)
    #expect(JSONText.object(report.json).hasPrefix(#"{"schema":"larder.verify/1","clean":true,"repaired":false,"#))
  }

  @Test("a repair tells what became of what it found, and where")
  func repaired() throws {
    let found = damaged((.quarantined, .removed))
    let quarantined = report(found) { $0.repair = .quarantine }
    #expect(quarantined.lines(verbose: false)[0].hasSuffix("(sqlite), repairing"))
    #expect(
      quarantined.lines(verbose: false).suffix(2) == [
        "5 problems, 143.2 MiB moved to quarantine. Read 38.2 GiB in 24 s.",
        "Mended: 4 files moved to results.larder/quarantine, 1 entry removed.",
      ])
    #expect(quarantined.status(exitCode: false).number == 0)
    #expect(quarantined.status(exitCode: true).number == 1)
    #expect(
      JSONText.object(quarantined.json).hasPrefix(
        #"{"schema":"larder.verify/1","clean":false,"repaired":true,"dry_run":false,"#))

    let deleted = damaged((.deleted, .removed))
    #expect(
      report(deleted) { $0.repair = .delete }.lines(verbose: false).suffix(2) == [
        "5 problems, 143.2 MiB reclaimed. Read 38.2 GiB in 24 s.", "Mended: 4 files deleted, 1 entry removed.",
      ])
  }

  @Test("a dry run gives the report of the repair, changes nothing, and does not count as one")
  func dryRun() throws {
    let found = damaged((.quarantined, .removed))
    let report = report(found, directory: "a b") {
      $0.repair = .quarantine
      $0.dryRun = true
    }
    #expect(report.lines(verbose: false)[0].hasSuffix("(sqlite), dry run"))
    #expect(
      report.lines(verbose: false).suffix(3) == [
        "5 problems, 143.2 MiB to be moved to quarantine. Read 38.2 GiB in 24 s. Nothing was changed.",
        "To be mended: 4 files moved to results.larder/quarantine, 1 entry removed.",
        "Repair with: larder verify --repair --dir 'a b'",
      ])
    #expect(report.status(exitCode: false).number == 4)
    #expect(report.status(exitCode: true).number == 1)
    let json = JSONText.object(report.json)
    #expect(json.contains(#""repaired":false,"dry_run":true,"#) && json.contains(#""remaining":5,"#))
  }

  @Test("problems that remain after a repair end it with 4")
  func remaining() throws {
    var found = damaged((.quarantined, .none))
    found.actions[.dangling] = nil
    let report = report(found, directory: "a b") { $0.repair = .quarantine }
    #expect(
      report.lines(verbose: false).suffix(2) == [
        "Mended: 4 files moved to results.larder/quarantine.",
        "1 problem remains. See it with: larder verify --verbose --dir 'a b'",
      ])
    #expect(report.status(exitCode: false).number == 4)
    #expect(JSONText.object(report.json).contains(#""repaired":false,"#))
    // Nothing could be mended: nothing was changed.
    found = damaged()
    #expect(
      self.report(found) { $0.repair = .delete }.lines(verbose: true).suffix(2) == [
        "5 problems, 143.2 MiB reclaimable. Read 38.2 GiB in 24 s. Nothing was changed.", "5 problems remain.",
      ])
  }

  @Test("a run that stopped says how far it came, and whether the next one goes on there")
  func stopped() {
    var found = SweepReport()
    found.isComplete = false
    found.portions = 12
    let beginning = "Stopped when the time was up: 12 of 257 portions of the cache are verified. "
    #expect(
      report(found) { $0.maximumDuration = .seconds(1) }.lines(verbose: false).last
        == beginning + "The next run with --max-duration goes on there.")
    #expect(
      report(found, recorded: false) { $0.maximumDuration = .seconds(1) }.lines(verbose: false).last
        == beginning + "This run is not recorded, so the next one begins anew.")
    #expect(
      report(found).lines(verbose: false).last
        == "12 of 257 portions of the cache could be verified as a whole; the index is too damaged for the others.")
    #expect(JSONText.object(report(found).json).hasSuffix(#""complete":false,"portions":12}"#))
    found.portions = 1
    #expect(
      report(found) { $0.maximumDuration = .seconds(1) }.lines(verbose: false).last
        == "Stopped when the time was up: 1 of 257 portions of the cache is verified. The next run with --max-duration goes on "
        + "there.")
  }

  @Test("a portion that was read and could not be verified for the index is not called one that there was no time for")
  func unverifiable() {
    var found = SweepReport()
    found.isComplete = false
    found.readBytes = 1000
    found.unverifiable = 2
    let limited: (inout SweepOptions) -> Void = { $0.maximumDuration = .milliseconds(1) }
    #expect(
      report(found, limited).lines(verbose: false).last
        == "Stopped when the time was up: 0 of 257 portions of the cache are verified, and 2 more were begun that the index is "
        + "too damaged for. The next run with --max-duration goes on there.")
    let whole = SweepReport(unreadable: .sqlite, LarderError(.damaged, "it is empty"))
    #expect(
      report(whole, limited).lines(verbose: false)[3]
        == "0 of 257 portions of the cache could be verified as a whole; the index is too damaged for the others.")
  }

  @Test("what could not be recorded is said, with the reason, and the next run does not go on from it")
  func unrecorded() {
    var found = SweepReport()
    found.unrecorded = "The index was held by another process. Try again."
    #expect(
      report(found).lines(verbose: false).last
        == "When this was verified could not be recorded: The index was held by another process. Try again.")
    found.isComplete = false
    found.portions = 3
    #expect(
      report(found) { $0.maximumDuration = .seconds(1) }.lines(verbose: false).contains(
        "Stopped when the time was up: 3 of 257 portions of the cache are verified. This run is not recorded, so the next one "
          + "begins anew."))
  }

  @Test("nobody is promised what can be read of an index that is gone")
  func gone() throws {
    let kitchen = try Kitchen()
    _ = kitchen.run("put -f f", input: bytes(10_000, seed: 1))
    for suffix in ["", "-wal", "-shm"] {
      try? FileManager.default.removeItem(atPath: kitchen.cache + "/index.sqlite" + suffix)
    }
    for line in ["verify", "verify --quick", "verify --repair --dry-run"] {
      let told = kitchen.run(line).output
      #expect(
        told.contains("is gone, and with it all that says what the files of the cache are. Restore the cache"),
        "\(told)")
      #expect(
        told.contains("Without it nothing else of the cache could be verified.") && !told.contains("257"), "\(told)")
      #expect(
        told.contains(
          "A repair makes an empty index: there is nothing left of the old one to save. All blobs are then orphans, and go to "
            + "\(kitchen.cache)/quarantine."), "\(told)")
    }
    let repaired = kitchen.run("verify --repair")
    #expect(repaired.output.contains("There was nothing to save: the cache goes on with an empty index"))
    #expect(repaired.output.contains("orphan    1 blob") && repaired.status == 0, "\(repaired)")
  }

  @Test("what steers a terminal is shown, not obeyed", arguments: [false, true])
  func hostile(verbose: Bool) throws {
    var found = SweepReport()
    found.problems = [
      .init(.foreign, path: "a\u{1B}[2Jb\nc", detail: "not made by Larder"),
      .init(.index, function: "f\u{202E}", detail: "row\u{9B}31m", action: .corrected),
    ]
    found.counts = [.foreign: 1, .index: 1]
    found.actions = [.index: [.corrected: 1]]
    let output = ByteOutput(.memory)
    let context = Context(
      output: output, messages: ByteOutput(.memory), input: { _ in 0 }, environment: [:], workingDirectory: { "/" },
      clock: .system)
    let report = report(found) { $0.repair = .quarantine }
    try context.report(try parse("verify"), report.json, lines: report.lines(verbose: verbose))
    #expect(
      output.text.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x9B && $0.value != 0x202E || $0 == "\n" }
    )
    #expect(output.text.contains("a\\x1b[2Jb\\nc: not made by Larder"))
  }

  @Test("as JSON: every kind is counted, what is not known is null")
  func json() throws {
    let counts =
      #""counts":{"orphan":3,"dangling":1,"corrupt":1,"size":0,"unreadable":0,"place":0,"signature":0,"unsigned":0,"staging":0,"#
      + #""foreign":0,"leftover":0,"index":0}"#
    let text = JSONText.object(report(damaged()).json)
    #expect(
      text.hasPrefix(
        #"{"schema":"larder.verify/1","clean":false,"repaired":false,"dry_run":false,"entries":12408,"blobs":11977,"#
          + #""problems":[{"kind":"orphan","blob":"\#(digest)","path":"blobs/b1/\#(digest).zst","key":null,"#
          + #""function":null,"detail":"never committed","bytes":70000000,"age_seconds":259200,"action":"none"},"#))
    #expect(
      text.hasSuffix(
        #""problems_truncated":false,\#(counts),"remaining":5,"in_flight":2,"reclaimable_bytes":150155264,"#
          + #""quarantined_bytes":0,"read_bytes":41016950784,"duration_seconds":24.1,"complete":true,"portions":257}"#))
  }

  @Test("more problems than are listed are counted, and the report says that it does not name them all")
  func truncated() throws {
    var found = damaged()
    found.counts[.orphan] = 2_000_000
    found.counts[.index] = 3
    let lines = report(found).lines(verbose: true)
    #expect(lines.contains("    and 1,999,997 more"))
    #expect(lines.contains { $0.hasPrefix("  index     3 faults ") })
    #expect(lines.contains { $0.hasPrefix("2,000,005 problems, ") })
    #expect(JSONText.object(report(found).json).contains(#""problems_truncated":true"#))
    found = damaged((.deleted, .removed))
    found.counts[.orphan] = 30_000
    found.actions[.orphan] = [.deleted: 30_000]
    #expect(
      report(found) { $0.repair = .delete }.lines(verbose: false).last
        == "Mended: 30,001 files deleted, 1 entry removed.")
  }

  @Test("what was removed is called what it is")
  func removals() {
    var found = SweepReport()
    found.counts = [.orphan: 1, .dangling: 2, .corrupt: 1, .signature: 1, .leftover: 1]
    found.actions = [
      .orphan: [.removed: 1], .dangling: [.removed: 2], .corrupt: [.removed: 1], .signature: [.removed: 1],
      .leftover: [.finished: 1],
    ]
    #expect(
      report(found) { $0.repair = .delete }.lines(verbose: false).last
        == "Mended: 2 entries removed, 1 row removed, 2 blobs removed, 1 interrupted removal finished.")
  }

  @Test("what a repair cannot mend is no reason to advise one")
  func unreadable() {
    var found = SweepReport()
    found.problems = [
      .init(.unreadable, path: "blobs/b1/x", detail: "it cannot be read (Permission denied): sweep as its owner")
    ]
    found.counts = [.unreadable: 1]
    let report = report(found)
    #expect(
      report.lines(verbose: false)[1...] == [
        "  unreadable 1 place  –  blobs/b1/x: it cannot be read (Permission denied): sweep as its owner",
        "1 problem. Read 0 B in 0 s. Nothing was changed.",
      ])
    #expect(report.status(exitCode: false).number == 4)
    #expect(self.report(found) { $0.repair = .quarantine }.status(exitCode: false).number == 4)
  }

  @Test("of a damaged index it says what a repair would do, and where the damaged one would go")
  func damagedIndex() {
    let found = SweepReport(unreadable: .sqlite, LarderError(.damaged, "it is empty"))
    let report = report(found, directory: "a b")
    #expect(
      report.lines(verbose: false)[1...] == [
        "  index     1 fault  –  index.sqlite: it is empty", "1 problem. Read 0 B in 0 s. Nothing was changed.",
        "0 of 257 portions of the cache could be verified as a whole; the index is too damaged for the others.",
        "A repair saves what can be read of the index into a new one, and moves the damaged one to "
          + "results.larder/quarantine.", "Repair with: larder verify --repair --dir 'a b'",
      ])
    #expect(report.status(exitCode: false).number == 4)
  }

  @Test(
    "the directory in the command to paste is one word of a shell",
    arguments: [
      ("results.larder", "results.larder"), ("/a/b-c_d+1,2@3", "/a/b-c_d+1,2@3"), ("a b", "'a b'"), ("", "''"),
      ("it's", #"'it'\''s'"#), ("$HOME;rm", "'$HOME;rm'"), ("é", "'é'"), ("~", "'~'"),
    ])
  func words(_ text: String, _ word: String) { #expect(shellWord(text) == word) }
}
