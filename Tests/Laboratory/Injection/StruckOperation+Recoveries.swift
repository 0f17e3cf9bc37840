import Foundation
import Larder
import LarderIndex
import LarderSystem

extension StruckOperation {
  /// Each opens a cache whose index is damaged, which saves what can be read into a new one.
  static var recoveries: [StruckOperation] {
    [
      recovery("recover an index without its row") { site in try site.sqlite("DELETE FROM meta") },
      recovery("recover an index with a damaged tree") { site in
        // A tree that only speeds up lookups: every row can still be read.
        let page = try site.sqlite("SELECT rootpage FROM sqlite_schema WHERE name = 'entries_key'")
        guard let number = UInt64(page) else { throw Child.Failure("no tree 'entries_key'") }
        let file = try FileHandle(forUpdating: URL(fileURLWithPath: site.cache + "/index.sqlite"))
        try file.seek(toOffset: (number - 1) * 4096)
        try file.write(contentsOf: Data(Samples.random(4096, 60)))
        try file.close()
        // Left by a process that met it.
        try Data().write(to: URL(fileURLWithPath: site.cache + "/index.damaged"))
      },
      recovery("go on with a recovery that was killed") { site in
        try site.sqlite("DELETE FROM meta")
        // The first rename gives what is saved its name, the next ones move the damaged index aside.
        let renames = Locked(0)
        let killed = try Child.run { _ in
          let plan = Faults.Plan { call, _ in
            guard call == .rename else { return nil }
            return renames.withLock { count in
              count += 1
              return count == 2 ? .kill : nil
            }
          }
          Faults.processPlan.withLock { $0 = plan }
          _ = try site.open()
        }
        guard killed.signal == SIGKILL, FileManager.default.fileExists(atPath: site.cache + "/index.sqlite.saved")
        else {
          throw Child.Failure("no recovery was killed: \(killed.said), signal \(killed.signal)")
        }
      },
      // Everything that follows the first removal is undone; or all that the log holds, which is then begun anew.
      damagedLog("open with damage in the log") { frames in 32 + frames * 4120 + 2000 },
      damagedLog("open with damage at the head of the log", emptyingLog: true) { _ in 18 },
    ]
  }

  /// Opens a cache whose log is damaged at a place that follows from how many frames it has before something is removed;
  /// none, where what is stored is copied into the index before.
  private static func damagedLog(
    _ title: String, emptyingLog: Bool = false, at offset: @escaping (Int) -> Int
  ) -> StruckOperation {
    StruckOperation(
      name: title, states: [artifacts], opensItself: true,
      prepare: { site in
        try standard(site)
        let store = try site.open()
        for (name, size) in removedArtifacts { try store.put(name, .random(size, 50), site) }
        let log = site.cache + "/index.sqlite-wal"
        if emptyingLog { store.index.shortenLog() }
        let frames = emptyingLog ? 0 : try framesInUse(of: log)
        for (name, _) in removedArtifacts { _ = try store.remove([Site.key(name)]) }
        store.endSession()
        store.abandon()
        let file = try FileHandle(forUpdating: URL(fileURLWithPath: log))
        try file.seek(toOffset: UInt64(offset(frames)))
        try file.write(contentsOf: Data([0xA5, 0x5A]))
        try file.close()
      },
      act: openAndRead, outcome: { site, _ in try lookForRemoved(site) })
  }

  private static func framesInUse(of log: String) throws -> Int {
    let log = [UInt8](try Data(contentsOf: URL(fileURLWithPath: log)))
    let first = (0..<(log.count - 32) / 4120).first { log[(40 + $0 * 4120)...].prefix(8) != log[16..<24] }
    return first ?? (log.count - 32) / 4120
  }

  private static let removedArtifacts = [("removed", 20_000), ("small removed", 200)]

  private static func openAndRead(_ site: Site, _: ArtifactStore?) throws {
    let store = try site.open()
    guard case .hit = try store.entry(for: Site.key("inline"), Site.call("inline")) else { throw Missed() }
  }

  private static func lookForRemoved(_ site: Site) throws {
    let store = try site.open()
    for (name, _) in removedArtifacts where try store.artifact(name, site) != nil {
      throw Violation("L2: what was removed has come back")
    }
  }

  private static func recovery(_ title: String, damage: @escaping (Site) throws -> Void) -> StruckOperation {
    StruckOperation(
      name: title, states: [artifacts], opensItself: true,
      prepare: { site in
        try standard(site)
        let store = try site.open()
        for (name, size) in removedArtifacts {
          try store.put(name, .random(size, 50), site)
          _ = try store.remove([Site.key(name)])
        }
        store.endSession()
        store.abandon()
        try site.sqlite("PRAGMA wal_checkpoint(TRUNCATE)")
        try damage(site)
      },
      act: openAndRead, outcome: { site, _ in try lookForRemoved(site) })
  }
}

extension Site {
  /// Runs a statement in the index by the shell of SQLite.
  ///
  /// - Returns: What it printed.
  @discardableResult
  func sqlite(_ statement: String) throws -> String {
    let process = Process()
    let output = Pipe()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["sqlite3", cache + "/index.sqlite", statement]
    process.standardOutput = output
    try process.run()
    let text = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw Child.Failure("sqlite3 failed: \(statement)") }
    return String(decoding: text, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
  }
}
