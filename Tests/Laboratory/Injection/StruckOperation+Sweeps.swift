import Foundation
import Larder
import LarderFormat
import LarderIndex
import LarderSystem

/// Something that a sweep finds.
private struct Finding: Sendable {
  let name: String
  let kind: SweepReport.Kind?
  /// What is not served because of it; a repair brings back what is in `restored`.
  var lost: [String] = []
  var restored: [String] = []
  /// Brings it about and says in which portion it is found.
  let plant: @Sendable (Site) throws -> Int
}

extension StruckOperation {
  /// Each sweeps one portion, in which there is one thing to be found: the other 256 would only do the same again.
  static var sweeps: [StruckOperation] {
    let repairs: [(Finding, [SweepOptions.Repair])] = [
      (nothing, [.none, .quarantine]), (orphan, [.none, .quarantine, .delete]), (abandoned, [.quarantine, .delete]),
      (dangling, [.quarantine]), (corrupt, [.none, .quarantine, .delete]), (shortened, [.quarantine]),
      (misplaced, [.quarantine]), (residue, [.quarantine, .delete]), (leftover, [.quarantine]),
      (totals, [.quarantine]), (foreign, [.delete]),
    ]
    return repairs.flatMap { finding, repairs in repairs.map { sweep(finding, $0) } } + [wholeSweep]
  }

  private static let stranger = "00000000000000aa"
  private static let rest = 256

  private static func sweep(_ finding: Finding, _ repair: SweepOptions.Repair) -> StruckOperation {
    let report = Locked<SweepReport?>(nil)
    var before = artifacts
    for name in finding.lost { before[name] = nil }
    var after = before
    if repair != .none { for name in finding.restored { after[name] = artifacts[name] } }
    var operation = StruckOperation(
      name: "sweep, \(repair.rawValue): \(finding.name)",
      states: before.count == after.count ? [before] : [before, after],
      // A sweep gives others a moment to finish their removals; here nobody else is.
      options: { $0.clock.uptime = { Clock.system.uptime() &* 1000 } },
      prepare: { site in
        try standard(site)
        let portion = try finding.plant(site)
        let store = try site.open()
        for other in 0...rest where other != portion {
          try store.index.recordSweep([other], at: Clock.system.now(), within: nil)
        }
      },
      act: { _, store in
        var options = SweepOptions()
        options.repair = repair
        options.jobs = 1
        options.maximumDuration = .zero
        let found = try store?.sweep(options)
        report.withLock { $0 = found }
        // What could not be read, moved or deleted was told as a problem that remains: that is no success. By an index that
        // cannot be read nothing is repaired.
        if let found, repair != .none, found.remaining > 0 || found.obstacles > 0 {
          throw LarderError(.io, found.problems.first { $0.action == .none }?.detail ?? "")
        }
      })
    operation.afterwards = { site, store in
      guard let told = report.withLock({ $0 }), let kind = finding.kind else { return }
      // Where something cannot be read the sweep tells that instead; SQLite calls an index damaged that cannot be read.
      guard
        told.count(kind) > 0 || told.count(.index) > 0
          || told.problems.contains(where: { $0.detail.contains("cannot be read") })
      else {
        throw Violation("L6: a sweep that succeeded has not found \(finding.name), but \(told.problems.map(\.detail))")
      }
      guard repair != .none, told.remaining == 0 else { return }
      var options = SweepOptions()
      options.jobs = 1
      let again = try store.sweep(options)
      if kind != .foreign && again.count(kind) > 0 {
        throw Violation("L6: a sweep says that it mended \(finding.name), and it is still there")
      }
    }
    if finding.kind == .foreign {
      operation.outcome = { site, _ in
        guard FileManager.default.fileExists(atPath: site.cache + "/blobs/notes.txt") else {
          throw Violation("L5: a sweep took a file that is not Larder's")
        }
      }
    }
    return operation
  }

  /// All portions, with something in several of them.
  private static var wholeSweep: StruckOperation {
    var before = artifacts
    for name in ["file", "twin", "tree"] { before[name] = nil }
    return StruckOperation(
      name: "sweep, quarantine: all portions", states: [before],
      options: { $0.clock.uptime = { Clock.system.uptime() &* 1000 } },
      prepare: { site in
        try standard(site)
        for finding in [orphan, abandoned, corrupt, residue, leftover] { _ = try finding.plant(site) }
      },
      act: { _, store in
        var options = SweepOptions()
        options.repair = .quarantine
        options.jobs = 1
        _ = try store?.sweep(options)
      })
  }

  // What is found

  private static let nothing = Finding(name: "nothing", kind: nil) { _ in 0x5a }

  private static let orphan = Finding(name: "a file without a row", kind: .orphan) { site in
    try copy(site, session: stranger)
  }

  private static let abandoned = Finding(name: "a file of a session that ended", kind: .orphan) { site in
    let store = try site.open()
    let session = SessionID(rawValue: 0xbb)
    try store.index.open(
      SessionRecord(id: session, host: Host.name, boot: Host.bootID, opened: Clock.system.now()))
    return try copy(site, session: "00000000000000bb")
  }

  private static let dangling = Finding(name: "a row without a file", kind: .dangling, lost: ["text"]) { site in
    let path = try file(of: "text", site)
    try FileManager.default.removeItem(atPath: path)
    return portion(path)
  }

  private static let corrupt = Finding(name: "a flipped bit", kind: .corrupt, lost: ["file", "twin", "tree"]) { site in
    let path = try file(of: "file", site)
    var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
    bytes[100] ^= 1
    try overwrite(path, bytes)
    return portion(path)
  }

  private static let shortened = Finding(name: "a file that is too short", kind: .size, lost: ["text"]) { site in
    let path = try file(of: "text", site)
    try overwrite(path, try Data(contentsOf: URL(fileURLWithPath: path)).dropLast(7))
    return portion(path)
  }

  private static let misplaced = Finding(
    name: "a file in another shard", kind: .place, lost: ["text"], restored: ["text"]
  ) { site in
    let path = try file(of: "text", site)
    let other = portion(path) ^ 1
    let shard = (other < 16 ? "0" : "") + String(other, radix: 16)
    try FileManager.default.moveItem(
      atPath: path, toPath: "\(site.cache)/blobs/\(shard)/\((path as NSString).lastPathComponent)")
    return other
  }

  private static let residue = Finding(name: "a file that was being written", kind: .staging) { site in
    try Data("half".utf8).write(to: URL(fileURLWithPath: "\(site.cache)/staging/\(stranger).2"))
    return rest
  }

  private static let leftover = Finding(name: "a removal that was interrupted", kind: .leftover) { site in
    let store = try site.open()
    try store.put("condemned", .random(20_000, 40), site)
    // The index knows, the file is still there.
    _ = try store.index.remove(EntryRemoval(keys: [Site.key("condemned")], time: Clock.system.now()))
    store.endSession()
    return 0x5a
  }

  private static let totals = Finding(name: "totals that do not add up", kind: .index) { site in
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["sqlite3", site.cache + "/index.sqlite", "UPDATE meta SET entries = entries + 1"]
    try process.run()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw Child.Failure("sqlite3 failed") }
    return rest
  }

  private static let foreign = Finding(name: "a stranger's file", kind: .foreign) { site in
    try Data("mine".utf8).write(to: URL(fileURLWithPath: site.cache + "/blobs/notes.txt"))
    return rest
  }

  /// Copies the file of "text" as if another session had placed it.
  private static func copy(_ site: Site, session: String) throws -> Int {
    let path = try file(of: "text", site)
    var parts = (path as NSString).lastPathComponent.split(separator: ".").map(String.init)
    parts[1] = session
    let directory = (path as NSString).deletingLastPathComponent
    try FileManager.default.copyItem(atPath: path, toPath: directory + "/" + parts.joined(separator: "."))
    return portion(path)
  }

  /// The portion of a blob's file.
  private static func portion(_ path: String) -> Int {
    Int((path as NSString).lastPathComponent.prefix(2), radix: 16) ?? 0
  }
}
