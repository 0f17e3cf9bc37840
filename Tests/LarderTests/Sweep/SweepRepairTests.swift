import Foundation
import LarderFormat
import LarderIndex
import LarderSystem
import Testing

@testable import Larder

@Suite("What a repair does", .timeLimit(.minutes(5))) struct SweepRepairTests {
  /// Everything that a report says, but how long it took.
  private func told(_ report: SweepReport) -> [String] {
    var problems = report.problems
    // The age of a file goes on.
    for place in problems.indices { problems[place].age = problems[place].age.map { _ in 0 } }
    return problems.map { "\($0)" } + [
      "\(report.entries) \(report.blobs) \(report.inFlight) \(report.readBytes) \(report.portions) \(report.isComplete)",
      "\(report.reclaimableBytes) \(report.quarantinedBytes) \(report.repairable)",
      "\(SweepReport.Kind.allCases.map { report.count($0) }) \(SweepReport.Kind.allCases.map { report.bytes[$0] ?? 0 })",
      "\(report.actions.map { "\($0.key) \($0.value.map { "\($0.key) \($0.value)" }.sorted())" }.sorted())",
    ]
  }

  @Test(
    "a dry run says word for word what the repair does", arguments: Damage.all,
    [SweepOptions.Repair.quarantine, .delete])
  func dryRun(_ damage: Damage, _ repair: SweepOptions.Repair) throws {
    let scene = try SweepScene()
    try damage.inflict(scene)
    let dry = try scene.sweep(repair) { $0.dryRun = true }
    #expect(dry.problemCount > 0)
    #expect(told(dry) == told(try scene.sweep(repair)))
  }

  @Test(
    "so it does where one repair takes away what another one is about",
    arguments: [SweepOptions.Repair.quarantine, .delete])
  func overlapping(_ repair: SweepOptions.Repair) throws {
    let scene = try SweepScene { $0.inlineLimit = 0 }
    // Of a tree both files and the list of them, of an entry its row and its blob.
    let manifest = try #require(try scene.store.index.entry(for: scene.tree)?.blob)
    let children = try scene.store.index.children(of: manifest.id)
    for blob in children + [manifest] {
      try scene.edit(scene.scratch.cachePath + "/blobs/" + (blob.record.name?.path ?? "")) { $0[0] ^= 1 }
    }
    try scene.edit(try scene.path(scene.files[0])) { $0[0] ^= 1 }
    try scene.alter("UPDATE entries SET cost = cost + 1 WHERE id = 1")
    let dry = try scene.sweep(repair) { $0.dryRun = true }
    #expect(dry.count(.corrupt) == 4 && dry.count(.signature) == 1 && dry.problemCount == 5, "\(dry.problems)")
    let done = try scene.sweep(repair)
    #expect(told(dry) == told(done))
    #expect(done.remaining == 0)
    #expect(try scene.sweep(repair).isClean)
  }

  // Evidence

  @Test("a blob whose row was altered to look removed is moved aside, not deleted")
  func calledRemoved() throws {
    let scene = try SweepScene()
    let path = try scene.path(scene.files[0])
    try scene.alter("UPDATE blobs SET state = 'condemned' WHERE id = (SELECT blob FROM entries WHERE id = 1)")
    let dry = try scene.sweep(.quarantine) { $0.dryRun = true }
    let done = try scene.sweep(.quarantine)
    #expect(told(dry) == told(done))
    #expect(done.count(.leftover) == 1 && done.count(.dangling) == 1, "\(done.problems)")
    #expect(quarantined(scene) == [String(path.split(separator: "/").last ?? "")])
    #expect(try scene.sweep(.quarantine).isClean)
  }

  /// The files in the quarantine without their explanations.
  private func quarantined(_ scene: SweepScene) -> [String] {
    scene.names("quarantine").filter { !$0.hasSuffix(".json") }
  }

  private func fileName(_ scene: SweepScene, _ key: ArtifactKey) throws -> String {
    URL(fileURLWithPath: try scene.path(key)).lastPathComponent
  }

  @Test("moves sound blobs aside that lost their entries, and deletes them only when told to")
  func soundBlobs() throws {
    for repair in [SweepOptions.Repair.quarantine, .delete] {
      let scene = try SweepScene()
      let names = try (0..<2).map { try fileName(scene, scene.files[$0]) }.sorted()
      // One has lost its entry, the entry of the other one cannot be served.
      try scene.alter(
        """
        DELETE FROM entries WHERE key = x'\(scene.files[0])';
        UPDATE entries SET cost = cost + 1 WHERE key = x'\(scene.files[1])'; UPDATE meta SET entries = entries - 1
        """)
      let report = try scene.sweep(repair)
      #expect(report.count(.orphan) == 1 && report.count(.signature) == 1 && report.remaining == 0)
      #expect(quarantined(scene).sorted() == (repair == .quarantine ? names : []))
      #expect(try scene.sweep().isClean)
    }
  }

  @Test("moves the sound files of a tree aside that has lost one")
  func siblings() throws {
    let scene = try SweepScene { $0.inlineLimit = 0 }
    let manifest = try #require(try scene.store.index.entry(for: scene.tree)?.blob)
    let blobs = [manifest] + (try scene.store.index.children(of: manifest.id))
    let names = blobs.compactMap(\.record.name)
    try scene.edit(scene.scratch.cachePath + "/blobs/" + names[1].path) { $0[0] ^= 1 }
    let report = try scene.sweep(.quarantine)
    #expect(report.count(.corrupt) == 1 && report.problemCount == 1)
    #expect(quarantined(scene).sorted() == names.map(\.fileName).sorted())
  }

  @Test("condemns nothing when there is no place to move things to")
  func noPlace() throws {
    let scene = try SweepScene()
    let name = try fileName(scene, scene.files[0])
    try scene.edit(try scene.path(scene.files[0])) { $0[5] ^= 1 }
    let place = try scene.scratch.write("results.larder/quarantine", "in the way")
    #expect(throws: LarderError.self) { try scene.sweep(.quarantine) }
    #expect(try scene.store.index.condemned(limit: 9) == [])
    #expect(try scene.sweep().count(.corrupt) == 1)
    try FileManager.default.removeItem(atPath: place)
    #expect(try scene.sweep(.quarantine).remaining == 0)
    #expect(quarantined(scene) == [name])
  }

  @Test("that was killed between the row and the file is finished as it was meant: what was evidence is moved aside")
  func inFlight() throws {
    let scene = try SweepScene()
    let names = try (0..<2).map { try fileName(scene, scene.files[$0]) }
    let blob = try #require(try scene.store.index.entry(for: scene.files[0])?.blob)
    let now = Timestamp(nanoseconds: 1_900_000_000_000_000_000)
    _ = try scene.store.index.withdraw(blob.id, reason: .corrupt, evidence: "stored digest differs", at: now)
    _ = try scene.store.index.remove(EntryRemoval(keys: [scene.files[1]], time: now))
    let report = try scene.sweep(.quarantine)
    #expect(report.count(.leftover) == 2 && report.remaining == 0)
    #expect(report.actions[.leftover] == [.quarantined: 1, .finished: 1])
    #expect(scene.names("quarantine") == [names[0], names[0] + ".json"])
    #expect(try scene.scratch.read("results.larder/quarantine/\(names[0]).json").contains("stored digest differs"))
    #expect(!scene.names("blobs").contains { $0.hasSuffix(names[1]) })
    #expect(try scene.sweep(.quarantine).isClean)
  }

  @Test("a damaged file that was healed goes to the quarantine, also when the one who healed it was killed before")
  func healedInFlight() throws {
    let scene = try SweepScene()
    let store = try scene.store
    let old = try #require(try store.index.entry(for: scene.files[0])?.blob)
    let name = try fileName(scene, scene.files[0])
    let session = try store.openSession()
    let record = BlobRecord(form: old.record.form, place: .file(session: session, number: 1 << 40), durable: false)
    let draft = EntryDraft(key: scene.files[0], representation: "bytes")
    let entry = store.record(draft, record.form.contentDigest, size: record.form.contentSize)
    _ = try store.index.commit(
      EntryCommit(
        session: session, entry: entry, seal: store.sealer.seal(entry),
        blob: .healed(old.id, record, store.sealer.seal(record))))
    _ = try scene.sweep(.quarantine)
    #expect(quarantined(scene) == [name])
  }

  // What others are in

  @Test("leaves a file where it is that another live row is in", arguments: [SweepOptions.Repair.quarantine, .delete])
  func sharedFile(_ repair: SweepOptions.Repair) throws {
    let scene = try SweepScene()
    let count = try scene.store.index.totals().blobs
    try scene.alter(
      """
      INSERT INTO blobs SELECT id + 1000, state, 'other', content_digest, size, encoding, stored_digest, stored_size,
        place, session, n, durable, seal, seal_key, data FROM blobs;
      UPDATE meta SET blobs = 2 * blobs, content_bytes = 2 * content_bytes, stored_bytes = 2 * stored_bytes,
        last_blob = last_blob + 1000
      """)
    let before = scene.names("blobs")
    let report = try scene.sweep(repair)
    #expect(report.count(.signature) == count && report.problemCount == count && report.remaining == 0)
    #expect(report.actions == [.signature: [.removed: count]], "no file was touched")
    #expect(scene.names("blobs") == before && quarantined(scene) == [])
    for (number, key) in scene.files.enumerated() {
      #expect(try scene.cache.lookup(key, as: Data.self).value == contents(UInt64(number)))
    }
    #expect(try scene.cache.contains(scene.tree))
    #expect(try scene.sweep().isClean)
  }

  @Test("leaves the file of a condemned row where it is that a live row is in")
  func condemnedTwin() throws {
    let scene = try SweepScene()
    try scene.alter(
      """
      INSERT INTO blobs SELECT id + 1000, 'condemned', domain, content_digest, size, encoding, stored_digest,
        stored_size, place, session, n, durable, seal, seal_key, data FROM blobs WHERE place = 'file';
      UPDATE meta SET last_blob = last_blob + 1000
      """)
    let report = try scene.sweep(.delete)
    #expect(report.count(.leftover) > 0 && report.remaining == 0 && report.reclaimableBytes == 0)
    for (number, key) in scene.files.enumerated() {
      #expect(try scene.cache.lookup(key, as: Data.self).value == contents(UInt64(number)))
    }
    #expect(try scene.sweep().isClean)
  }

  enum Stranger: String, CaseIterable, Sendable { case directory, link, pipe }

  @Test(
    "never touches what somebody put into the place of a blob, which is told of once", arguments: Stranger.allCases,
    [SweepOptions.Repair.none, .quarantine, .delete])
  func strangers(_ stranger: Stranger, _ repair: SweepOptions.Repair) throws {
    let scene = try SweepScene()
    let path = try scene.path(scene.files[1])
    let target = try scene.scratch.write("target", "somebody's")
    try FileManager.default.removeItem(atPath: path)
    switch stranger {
    case .directory: _ = try scene.scratch.write(String(path.dropFirst(scene.scratch.path.count + 1)) + "/inside", "x")
    case .link: try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: target)
    case .pipe:
      let process = try Process.run(URL(fileURLWithPath: "/usr/bin/env"), arguments: ["mkfifo", path])
      process.waitUntilExit()
    }
    let before = try FileManager.default.attributesOfItem(atPath: path)[.systemFileNumber] as? UInt64
    for quick in [true, false] {
      let report = try scene.sweep(.none) { $0.quick = quick }
      #expect(report.problems.map(\.kind) == [.dangling, .foreign], "\(report.problems)")
    }
    let report = try scene.sweep(repair)
    #expect(report.problems.map(\.kind) == [.dangling, .foreign])
    #expect(report.problems[0].key == scene.files[1] && report.problems[1].action == .none)
    #expect(report.remaining == (repair == .none ? 1 : 0))
    if repair != .none {
      #expect(try scene.cache.lookup(scene.files[1], as: Data.self).reason == .missingBlob)
      #expect(try scene.sweep(repair).isClean)
    }
    #expect(try FileManager.default.attributesOfItem(atPath: path)[.systemFileNumber] as? UInt64 == before)
    #expect(try scene.scratch.read("target") == "somebody's")
    #expect(quarantined(scene) == [])
  }

  @Test("leaves a stranger alone that lies in the place of a blob whose removal was interrupted")
  func strangerOfLeftover() throws {
    let scene = try SweepScene()
    let path = try scene.path(scene.files[1])
    try FileManager.default.removeItem(atPath: path)
    try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: "/nowhere")
    _ = try scene.store.index.remove(
      EntryRemoval(keys: [scene.files[1]], time: Timestamp(nanoseconds: 1_900_000_000_000_000_000)))
    let report = try scene.sweep(.delete)
    #expect(report.problems.map(\.kind) == [.foreign, .leftover] && report.remaining == 0)
    #expect(try FileManager.default.destinationOfSymbolicLink(atPath: path) == "/nowhere")
    #expect(try scene.sweep().isClean)
  }

  // Counts

  @Test("everything is counted by what became of it, also what is not listed, and the list is the same each time")
  func counts() throws {
    let scratch = try Scratch()
    let cache = try scratch.cache()
    let count = SweepReport.listedProblems * 5 / 2
    let keys = try (0..<count).map { try cache.put(contents(7), for: Call("f", ["n": $0])) }
    cache.flush()
    for path in scratch.blobFiles() { try FileManager.default.removeItem(atPath: path) }
    let store = try scratchStore(cache)
    var options = SweepOptions()
    options.repair = .delete
    options.dryRun = true
    let dry = try store.sweep(options)
    options.dryRun = false
    let report = try store.sweep(options)
    #expect(report.count(.dangling) == Int64(count) && report.remaining == 0)
    #expect(report.actions == [.dangling: [.removed: Int64(count)]])
    #expect(report.problems.compactMap(\.key) == Array(keys.sorted { "\($0)" < "\($1)" }.prefix(1000)))
    #expect(report.problems == dry.problems && report.actions == dry.actions)
    #expect(try store.index.totals() == IndexTotals())
  }

  @Test("a tree that has lost all of its files is one entry")
  func lostTree() throws {
    let scene = try SweepScene { $0.inlineLimit = 0 }
    let manifest = try #require(try scene.store.index.entry(for: scene.tree)?.blob)
    for blob in try scene.store.index.children(of: manifest.id) {
      try FileManager.default.removeItem(atPath: scene.scratch.cachePath + "/blobs/" + (blob.record.name?.path ?? ""))
    }
    let report = try scene.sweep(.quarantine)
    #expect(report.actions == [.dangling: [.removed: 1]] && report.problems.map(\.key) == [scene.tree])
    #expect(try scene.sweep().isClean)
  }

  @Test("bytes are given back when they are deleted, and not when they are moved")
  func bytes() throws {
    for repair in SweepOptions.Repair.allCases {
      let scene = try SweepScene()
      let path = try scene.path(scene.files[0])
      try scene.edit(path) { $0[5] ^= 1 }
      let size = try #require(try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int64)
      let moved = try scene.path(scene.files[2])
      let name = URL(fileURLWithPath: moved).lastPathComponent
      let other = name.hasPrefix("00") ? "01" : "00"
      try FileManager.default.moveItem(atPath: moved, toPath: scene.scratch.cachePath + "/blobs/\(other)/\(name)")
      try scene.scratch.write("results.larder/staging/00000000000000aa.3", "half")
      for dry in [true, false] {
        let report = try scene.sweep(repair) { $0.dryRun = dry }
        #expect(report.count(.place) == 1 && report.count(.corrupt) == 1 && report.count(.staging) == 1)
        #expect(report.repairable == 3)
        #expect(report.reclaimableBytes == (repair == .quarantine ? 4 : size + 4))
        #expect(report.quarantinedBytes == (repair == .quarantine ? size : 0))
      }
    }
  }

  @Test("a blob that may not be read is told of as such, and is not touched")
  func unreadable() throws {
    let scene = try SweepScene()
    let before = scene.names("blobs")
    let plan = Faults.Plan { call, _ in call == .pread ? .error(EACCES) : nil }
    for repair in SweepOptions.Repair.allCases {
      let report = try Faults.$plan.withValue(plan) { try scene.sweep(repair) { $0.jobs = 1 } }
      #expect(report.problems.map(\.kind) == Array(repeating: .unreadable, count: 5), "\(report.problems)")
      #expect(report.remaining == 5 && report.repairable == 0 && report.reclaimableBytes == 0)
      #expect(report.problems.allSatisfy { $0.detail.contains("the right to read it") })
    }
    #expect(scene.names("blobs") == before)
    #expect(try scene.sweep().isClean)
  }

  @Test("progress goes on within one large blob")
  func progress() throws {
    let time = Locked<UInt64>(1)
    let scratch = try Scratch()
    let cache = try scratch.cache {
      // Each look at the clock is a second later than the last.
      $0.clock.uptime = {
        time.withLock { time in
          time += 1_000_000_000
          return time
        }
      }
      $0.encoding = .raw
    }
    let size: Int64 = 3 << 20
    try cache.put(Data(repeating: 7, count: Int(size)), for: Call("large"))
    let seen = Locked<Set<Int64>>([])
    var options = SweepOptions()
    options.progress = { progress in _ = seen.withLock { $0.insert(progress.readBytes) } }
    let report = try scratchStore(cache).sweep(options)
    #expect(report.isClean && report.readBytes == size)
    #expect(seen.withLock { $0.filter { $0 > 0 && $0 < size }.count } >= 5)
  }
}
