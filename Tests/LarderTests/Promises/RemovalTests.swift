import Foundation
import LarderBlobs
import LarderFormat
import LarderIndex
import LarderSystem
import Testing

@testable import Larder

/// Promise 4: removal is the mirror image of a put: the entry goes first, then the file, then what announced it.
@Suite("Removal is the mirror image", .timeLimit(.minutes(5))) struct RemovalTests {
  let scratch: Scratch
  init() throws { scratch = try Scratch() }

  @Test("the file is unlinked only after the entry is gone, and its row is forgotten last")
  func order() throws {
    let cache = try scratch.cache()
    let key = try cache.put(contents(1), for: Call("f"))
    let store = try scratchStore(cache)
    let index = store.index
    let seen = Locked<[String]>([])
    let plan = Faults.Plan { call, _ in
      guard call == .unlink else { return nil }
      let entry = try? index.entry(for: key)
      let condemned = (try? index.condemned(limit: 10)) ?? []
      seen.withLock { $0.append("entry \(entry == nil ? "gone" : "there"), condemned \(condemned.count)") }
      return nil
    }
    #expect(try Faults.$plan.withValue(plan) { try cache.remove(key) })
    #expect(seen.withLock { $0 } == ["entry gone, condemned 1"])
    #expect(try index.condemned(limit: 10).isEmpty)
    #expect(scratch.blobFiles().isEmpty)
  }

  @Test("a file that cannot be unlinked stays announced, and its content can be put again")
  func unlinkFails() throws {
    let cache = try scratch.cache()
    let key = try cache.put(contents(1), for: Call("f"))
    let plan = Faults.Plan { call, _ in call == .unlink ? .error(1) : nil }
    #expect(try Faults.$plan.withValue(plan) { try cache.remove(key) })
    #expect(try scratchStore(cache).index.condemned(limit: 10).count == 1)
    try cache.put(contents(1), for: key)
    #expect(try cache.lookup(key, as: Data.self).value == contents(1))
    #expect(scratch.blobFiles().count == 2, "a condemned name is never used again")
  }

  @Test("what somebody put into the place of the file stays", arguments: ["link", "directory"])
  func stranger(_ kind: String) throws {
    let cache = try scratch.cache()
    let key = try cache.put(contents(1), for: Call("f"))
    let path = try #require(scratch.blobFiles().first)
    try FileManager.default.removeItem(atPath: path)
    if kind == "link" {
      try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: "/nowhere")
    } else {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
    }
    #expect(try cache.remove(key))
    let left = try FileManager.default.attributesOfItem(atPath: path)[.type] as? FileAttributeType
    #expect(left == (kind == "link" ? .typeSymbolicLink : .typeDirectory))
    let report = try scratchStore(cache).sweep(SweepOptions())
    #expect(report.counts == [.foreign: 1], "\(report.problems)")
  }

  @Test("a lookup that is overtaken again and again finds the newest artifact, and calls none of the others missing")
  func overtakenLookup() throws {
    let cache = try scratch.cache()
    let key = try cache.put(contents(1), for: Call("f"))
    let store = try scratchStore(cache)
    let looks = Counter()
    let found = try store.find(key, CallName()) { (_, blob) throws(BlobReadError) -> Data in
      if looks.increment() < 5 { try? cache.put(contents(UInt64(looks.value + 1)), for: key) }
      return try store.read(blob, as: Data.self)
    }
    guard case .hit(_, let bytes) = found else { return #expect(Bool(false), "\(found)") }
    #expect(bytes == contents(5))
  }

  @Test("a put whose content is removed by others again and again, while it looks at it, stores its own in the end")
  func overtakenPut() throws {
    let cache = try scratch.cache()
    let other = try ArtifactCache(at: cache.shared.store().directory.path, options: scratch.options())
    let elsewhere = try other.put(contents(1), for: Call("elsewhere"))
    let rounds = Counter()
    let plan = Faults.Plan { call, _ in
      guard call == .pread else { return nil }
      Faults.$plan.withValue(nil) {
        // The file that is being read stays readable; the row that the commit counts on does not stay.
        _ = try? other.remove(elsewhere)
        _ = try? other.put(contents(1), for: elsewhere)
      }
      _ = rounds.increment()
      return nil
    }
    let key = try Faults.$plan.withValue(plan) { try cache.put(contents(1), for: Call("f")) }
    #expect(rounds.value >= 3)
    #expect(try cache.lookup(key, as: Data.self).value == contents(1))
    #expect(try cache.lookup(elsewhere, as: Data.self).value == contents(1))
    #expect(scratch.blobFiles().count == 1)
  }

  @Test("a process killed before any system call of a removal leaves the artifact whole or gone")
  func killedAnywhere() async throws {
    let directory = scratch.path
    let key = try scratch.cache().key("f")
    let step = Counter()
    var ended = false
    while !ended {
      let cache = try scratch.cache()
      try cache.put(contents(1), for: key)
      cache.flush()
      let current = step.increment() - 1
      let result = await #expect(processExitsWith: .failure) {
        [directory = directory as String, current = current as Int] in
        let cache = try ArtifactCache(at: directory + "/results.larder", options: childOptions(directory))
        let plan = Faults.Plan { _, index in index == current ? .kill : nil }
        _ = try Faults.$plan.withValue(plan) { try cache.remove(cache.key("f")) }
        exit(42)
      }
      ended = try #require(result).exitStatus == .exitCode(42)
      let lookup = try cache.lookup(key, as: Data.self)
      #expect(lookup.value == contents(1) || lookup.reason == .invalidated, "killed before call \(current)")
    }
    #expect(step.value >= 2)
    // Beside orphans of killed processes nothing dangles: what is there can be read.
    #expect(try scratch.cache().put(contents(2), for: Call("g")) != key)
  }

  @Test("removing many takes all of them and tells which were there")
  func many() throws {
    let cache = try scratch.cache()
    let keys = try (0..<50).map { try cache.put("value \($0)", for: Call("f", ["n": $0])) }
    let missing = try cache.key("f", ["n": 99])
    #expect(try Set(cache.remove(keys + [missing])) == Set(keys))
    #expect(try cache.remove(keys).isEmpty)
    #expect(try scratchStore(cache).index.totals() == IndexTotals())
  }
}
