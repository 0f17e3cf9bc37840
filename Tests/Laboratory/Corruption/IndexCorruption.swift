import Foundation
import Larder
import LarderIndex
import LarderSystem
import LarderTesting
import Shared

/// `laboratory corruption index COUNT SEED`: alters the bytes of the index's files at random, each time in a cache that
/// was whole, and looks what a process that opens it then serves, and whether it can go on.
///
/// Bytes that nobody reads may differ without a word, and an index that reads as another format is refused; but whatever
/// it is, no other bytes are served than were put, and nothing that was removed comes back.
struct IndexCorruption {
  private static let root = FileManager.default.fileExists(atPath: "/dev/shm") ? "/dev/shm" : NSTemporaryDirectory()
  private static let workers = 2
  private static let removed = "removed"
  fileprivate static let page = 4096

  let count: Int
  let seed: UInt64

  func run() throws {
    let begin = Date()
    var template = Array("\(Self.root)/larder-index-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw Child.Failure("cannot make a directory in \(Self.root)") }
    let scratch = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    defer { try? FileManager.default.removeItem(atPath: scratch) }

    let images = try [false, true].map { try prepared(Site(root: "\(scratch)/original-\($0)"), leavesLog: $0) }
    let running = try (0..<Self.workers).map { worker in
      try Child.start { say in
        alarm(0)
        try work(worker, Site(root: "\(scratch)/worker-\(worker)"), images, say)
      }
    }
    var outcomes: [String: Int] = [:]
    var violations: [String] = []
    for (reader, process) in running {
      let ending = Child.finish(reader, process)
      for outcome in ending.lines("outcome") { outcomes[outcome, default: 0] += 1 }
      violations += ending.lines("violation")
      if ending.word("done") == nil {
        throw Child.Failure("a worker failed: \(ending.said.suffix(2)), signal \(ending.signal)")
      }
    }
    for violation in violations.prefix(20) { print("  \(violation)") }
    let figures = outcomes.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }.joined(separator: ", ")
    print(
      "corruption of index files: \(violations.isEmpty ? "OK" : "FAILED") \(count) corruptions, \(figures), "
        + "\(violations.count) violations, \(Int(Date().timeIntervalSince(begin))) s, seed \(seed)")
    if !violations.isEmpty || outcomes["whole"] == nil { throw Child.Failure("promises were not kept") }
  }

  /// A cache with something removed, closed in order, or with everything still in the log of a process that ended.
  private func prepared(_ site: Site, leavesLog: Bool) throws -> SiteImage {
    try FileManager.default.createDirectory(atPath: site.root, withIntermediateDirectories: true)
    let made = try Child.run { _ in
      try StruckOperation.standard(site)
      let store = try site.open()
      for name in [Self.removed, "small removed"] {
        try store.put(name, .random(name == Self.removed ? 20_000 : 200, 50), site)
        _ = try store.remove([Site.key(name)])
      }
      store.endSession()
      if leavesLog { _ = Unmanaged.passRetained(store) } else { store.index.close() }
    }
    if made.signal != 0 || made.word("thrown") != nil { throw Child.Failure("no cache: \(made.said)") }
    // The log stays as it is when an index is closed: copied into the index.
    if !leavesLog { try site.sqlite("PRAGMA wal_checkpoint(TRUNCATE)") }
    return try SiteImage(of: site.root)
  }

  private func work(_ worker: Int, _ site: Site, _ images: [SiteImage], _ say: (String) -> Void) throws {
    for number in stride(from: worker, to: count, by: Self.workers) {
      var chance = SplitMix(seed: seed &+ UInt64(number) &* 0x9E37_79B9_7F4A_7C15)
      let hasLog = Bool.random(using: &chance)
      try images[hasLog ? 1 : 0].restore(site.root)
      let file = hasLog && Int.random(in: 0..<4, using: &chance) > 0 ? "index.sqlite-wal" : "index.sqlite"
      let (words, length) = try chance.corrupt(site.cache + "/" + file)
      // Two rows on two pages tell of a removal. They lie side by side in a log as short as this: one that lost as much as a
      // page at one place may have lost both.
      let mayUndo = file.hasSuffix("-wal") && length >= Self.page
      let ending = try Child.run { say in say("outcome \(try judge(site, mayUndo: mayUndo))") }
      if let outcome = ending.word("outcome") {
        say("outcome \(outcome)")
      } else {
        let cause = ending.word("thrown") ?? "a process that opened it died by signal \(ending.signal)"
        say("violation number \(number), \(words) of \(file): \(cause)")
      }
    }
    say("done")
  }

  /// Stores, reads and removes something.
  private func probe(_ site: Site) throws {
    let store = try site.open()
    defer {
      store.endSession()
      store.abandon()
    }
    try Inspection(site: site, names: []).probe(store)
  }

  private func repair(_ site: Site) throws {
    let store = try site.open()
    defer {
      store.endSession()
      store.abandon()
    }
    var options = SweepOptions()
    options.jobs = 1
    options.repair = .quarantine
    _ = try store.sweep(options)
  }

  private func judge(_ site: Site, mayUndo: Bool) throws -> String {
    let store: ArtifactStore
    do { store = try site.open() } catch is LarderError { return "refused" }
    var served = 0
    for (name, artifact) in StruckOperation.artifacts {
      // An error is an answer; other bytes are not.
      guard let found = try? store.artifact(name, site) else { continue }
      if found != artifact { throw Violation("L0: '\(name)' has other bytes than were put") }
      served += 1
    }
    for name in [Self.removed, "small removed"] where !mayUndo {
      if (try? store.artifact(name, site)) != nil { throw Violation("what was removed has come back") }
    }
    let isReplaced = FileManager.default.fileExists(atPath: site.cache + "/quarantine")
    // Damage that a read met is mended when the cache is opened again, what nobody met by a sweep that repairs.
    store.endSession()
    store.abandon()
    do { try probe(site) } catch {
      do { try repair(site) } catch is LarderError {}
      do { try probe(site) } catch is LarderError { return "refused" }
    }
    if served == StruckOperation.artifacts.count { return isReplaced ? "saved whole" : "whole" }
    return isReplaced ? "saved in part" : "in part"
  }
}

extension SplitMix {
  /// Alters some bytes of a file, and says how, and how many; a cut counts as all.
  fileprivate mutating func corrupt(_ path: String) throws -> (String, length: Int) {
    var data = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
    // A file that was made longer in advance ends in zeros, which would draw most of the strikes.
    let end = max(1, (data.lastIndex { $0 != 0 } ?? 0) + 1)
    let page = IndexCorruption.page
    let place = Int.random(in: 0..<end, using: &self)
    var length = min(end - place, [1, 4, 100, page, 5 * page][Int.random(in: 0..<5, using: &self)])
    let words: String
    switch Int.random(in: 0..<6, using: &self) {
    case 0, 1:
      data[place] ^= 1 << UInt8.random(in: 0..<8, using: &self)
      length = 1
      words = "a bit at \(place)"
    case 2:
      for index in place..<place + length { data[index] = UInt8.random(in: 0...255, using: &self) }
      words = "\(length) bytes at \(place)"
    case 3:
      for index in place..<place + length { data[index] = 0 }
      words = "\(length) zeros at \(place)"
    case 4:
      length = .max
      data.removeSubrange(place...)
      words = "the end from \(place)"
    default:
      let (one, other) = (place / page * page, Int.random(in: 0..<end, using: &self) / page * page)
      length = page
      for offset in 0..<page where max(one, other) + offset < data.count {
        data.swapAt(one + offset, other + offset)
      }
      words = "the pages at \(one) and \(other)"
    }
    try Data(data).write(to: URL(fileURLWithPath: path))
    return (words, length)
  }
}
