import Foundation
import LarderCrypto
import LarderFormat
import LarderIndex
import LarderSystem
import Testing

@testable import Larder

/// What is wrong with one place of a cache is told of that place, and of no other.
@Suite("Places that a sweep cannot get at", .timeLimit(.minutes(3))) struct SweepPlacesTests {
  private func shard(_ path: String) -> String {
    URL(fileURLWithPath: path).deletingLastPathComponent().path
  }

  /// Puts something else into the place of the directory of a blob; gives the directory and where it is now.
  private func displace(_ path: String, in scene: SweepScene) throws -> (place: String, aside: String) {
    let aside = scene.scratch.path + "/aside"
    try FileManager.default.moveItem(atPath: shard(path), toPath: aside)
    return (shard(path), aside)
  }

  @Test(
    "a file in the place of a shard is one problem; everything else is verified and mended, and nothing in it is lost",
    arguments: [SweepOptions.Repair.none, .quarantine, .delete])
  func fileForShard(_ repair: SweepOptions.Repair) throws {
    let scene = try SweepScene()
    let (place, aside) = try displace(try scene.path(scene.files[0]), in: scene)
    try Data("somebody's".utf8).write(to: URL(fileURLWithPath: place))
    // What is wrong elsewhere, in two ways, is found and mended.
    let missing = try scene.path(scene.files[1])
    try FileManager.default.removeItem(atPath: missing)
    try scene.edit(try scene.path(scene.files[2])) { $0[0] ^= 1 }
    for quick in [true, false] {
      let report = try scene.sweep { $0.quick = quick }
      #expect(report.count(.unreadable) == 1 && report.count(.dangling) == 1 && report.count(.foreign) == 0)
      #expect(report.isComplete && report.entries == 9)
    }
    let report = try scene.sweep(repair)
    let problem = try #require(report.problems.first { $0.kind == .unreadable })
    #expect(problem.path == "blobs/" + URL(fileURLWithPath: place).lastPathComponent)
    #expect(problem.detail.contains("Not a directory") && problem.detail.contains("move away what lies there"))
    #expect(report.count(.corrupt) == 1 && report.problemCount == 3, "\(report.problems)")
    #expect(report.remaining == (repair == .none ? 3 : 1))
    #expect(try String(contentsOfFile: place, encoding: .utf8) == "somebody's")
    try FileManager.default.removeItem(atPath: place)
    try FileManager.default.moveItem(atPath: aside, toPath: place)
    #expect(try scene.cache.lookup(scene.files[0], as: Data.self).value == contents(0))
    if repair != .none { #expect(try scene.sweep().isClean) }
  }

  @Test("a blob that may lie in a directory that cannot be listed is not called gone", arguments: [true, false])
  func elsewhere(_ isPossible: Bool) throws {
    let scene = try SweepScene()
    let (place, aside) = try displace(try scene.path(scene.files[0]), in: scene)
    let path = try scene.path(scene.files[1])
    if isPossible {
      // Somebody moved the file of another blob there, and the directory to another disk.
      try FileManager.default.moveItem(
        atPath: path, toPath: aside + "/" + URL(fileURLWithPath: path).lastPathComponent)
      try FileManager.default.createSymbolicLink(atPath: place, withDestinationPath: aside)
    } else {
      try FileManager.default.removeItem(atPath: path)
      try Data("a file".utf8).write(to: URL(fileURLWithPath: place))
    }
    let report = try scene.sweep(.quarantine)
    #expect(report.count(.unreadable) == (isPossible ? 2 : 1) && report.count(.dangling) == (isPossible ? 0 : 1))
    #expect((try scene.store.index.entry(for: scene.files[1]) != nil) == isPossible)
    try FileManager.default.removeItem(atPath: place)
    try FileManager.default.moveItem(atPath: aside, toPath: place)
    let again = try scene.sweep(.quarantine)
    #expect(again.counts == (isPossible ? [.place: 1] : [:]) && again.remaining == 0, "\(again.problems)")
    #expect(try scene.cache.lookup(scene.files[0], as: Data.self).value == contents(0))
    #expect((try scene.cache.lookup(scene.files[1], as: Data.self).value == contents(1)) == isPossible)
  }

  @Test("a file in the wrong place that goes with its damaged tree leaves nothing for the next repair")
  func misplacedInDamagedTree() throws {
    let scratch = try Scratch()
    let cache = try scratch.cache { $0.inlineLimit = 0 }
    try cache.tree("pair", to: scratch.path + "/pair") { path in
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
      for number in [UInt64(1), 2] { try contents(number).write(to: URL(fileURLWithPath: "\(path)/\(number)")) }
    }
    cache.flush()
    let store = try scratchStore(cache)
    let blobs = scratch.cachePath + "/blobs/"
    let paths = try [UInt64(1), 2].map { number in
      let digest = SHA256.hash([UInt8](contents(number))).hex
      return try #require(FileManager.default.subpaths(atPath: blobs)?.first { $0.contains("/" + digest) })
    }
    try FileManager.default.removeItem(atPath: blobs + paths[0])
    // It is looked at after the tree of the missing one was given up.
    try FileManager.default.moveItem(atPath: blobs + paths[1], toPath: blobs + "ff" + paths[1].dropFirst(2))

    for repair in [SweepOptions.Repair.quarantine, .delete] {
      var options = SweepOptions()
      options.repair = repair
      let report = try store.sweep(options)
      #expect(report.remaining == 0, "\(report.problems)")
      options.repair = .none
      let again = try store.sweep(options)
      #expect(again.isClean, "\(again.problems)")
    }
  }

  @Test("a file in the wrong place stays there as long as its own place cannot be looked at")
  func misplaced() throws {
    let scene = try SweepScene()
    let path = try scene.path(scene.files[0])
    let other = shard(try scene.path(scene.files[1])) + "/" + URL(fileURLWithPath: path).lastPathComponent
    try FileManager.default.moveItem(atPath: path, toPath: other)
    let (place, aside) = try displace(path, in: scene)
    try Data("a file".utf8).write(to: URL(fileURLWithPath: place))
    let report = try scene.sweep(.quarantine)
    #expect(report.count(.place) == 1 && report.count(.unreadable) == 1 && report.remaining == 2, "\(report.problems)")
    #expect(FileManager.default.fileExists(atPath: other))
    try FileManager.default.removeItem(atPath: place)
    // Nor need the directory be there: it is made.
    #expect(try scene.sweep(.quarantine).actions == [.place: [.moved: 1]])
    #expect(try scene.cache.lookup(scene.files[0], as: Data.self).value == contents(0))
    try FileManager.default.removeItem(atPath: aside)
  }

  /// The system calls that take a file away, in a cache for one user.
  static let removals: [(SweepOptions.Repair, SystemCall)] = [(.quarantine, .renameExclusively), (.delete, .unlink)]

  @Test(
    "files that cannot be moved or deleted are told one by one, each with what to do, and the next repair finishes them",
    arguments: removals, [EACCES, EROFS, EIO, ENOSPC])
  func obstacles(_ way: (repair: SweepOptions.Repair, call: SystemCall), _ number: Int32) throws {
    let scene = try SweepScene { $0.inlineLimit = 0 }
    // A blob, one file of a tree with all that goes with it, and a blob that was never committed.
    try scene.edit(try scene.path(scene.files[0])) { $0[0] ^= 1 }
    let manifest = try #require(try scene.store.index.entry(for: scene.tree)?.blob)
    let child = try #require(try scene.store.index.children(of: manifest.id).first?.record.name)
    try FileManager.default.removeItem(atPath: scene.scratch.cachePath + "/blobs/" + child.path)
    let stranger = try scene.path(scene.files[1]).split(separator: ".", omittingEmptySubsequences: false)
    let orphan = stranger.dropLast(3).joined(separator: ".") + ".00000000000000aa.1." + (stranger.last ?? "")
    try FileManager.default.copyItem(atPath: try scene.path(scene.files[1]), toPath: orphan)

    let plan = Faults.Plan { call, _ in call == way.call ? .error(number) : nil }
    let report = try Faults.$plan.withValue(plan) { try scene.sweep(way.repair) { $0.jobs = 1 } }
    let told = report.problems.filter { $0.action == .none }
    #expect(told.count == report.remaining && report.count(.corrupt) == 1 && report.count(.orphan) == 1)
    #expect(report.count(.leftover) == 2, "what is left of the tree: \(report.problems)")
    #expect(report.actions[.dangling] == [.removed: 1] && report.remaining == 4)
    for problem in told {
      #expect(problem.path?.hasPrefix("blobs/") == true)
      #expect(problem.detail.contains("it could not be \(way.repair == .delete ? "removed" : "moved to 'quarantine'")"))
      #expect(problem.detail.contains("(\(String(cString: strerror(number)))): "))
      #expect(problem.detail.hasSuffix(", then repair again"))
    }
    #expect(report.reclaimableBytes == 0 && report.quarantinedBytes == 0)
    // Nothing that was damaged is served meanwhile.
    #expect(try scene.cache.lookup(scene.files[0], as: Data.self).reason == .corrupt)
    #expect(try !scene.cache.contains(scene.tree))
    let again = try scene.sweep(way.repair)
    #expect(again.count(.leftover) == 3 && again.count(.orphan) == 1 && again.remaining == 0, "\(again.problems)")
    #expect(try scene.sweep().isClean)
  }

  @Test("what has the name of the quarantine is named before anything is read, with what to do")
  func noQuarantine() throws {
    let scene = try SweepScene()
    try scene.edit(try scene.path(scene.files[0])) { $0[0] ^= 1 }
    let place = try scene.scratch.write("results.larder/quarantine", "in the way")
    let plan = Faults.Plan { call, _ in call == .pread ? .kill : nil }
    let error = #expect(throws: LarderError.self) {
      try Faults.$plan.withValue(plan) { try scene.sweep(.quarantine) { $0.jobs = 1 } }
    }
    #expect(error?.message.contains("('\(place)'). Move away what lies there") == true, "\(String(describing: error))")
    #expect(try scene.sweep(.delete).remaining == 0)
  }
}
