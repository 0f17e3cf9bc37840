import Foundation
import LarderFormat
import LarderIndex
import LarderSystem
import Testing

@testable import Larder

/// An index that fails while it commits may have committed: nothing is removed, nothing is believed.
@Suite("A commit whose answer is lost", .timeLimit(.minutes(5))) struct LostAnswerTests {
  let scratch: Scratch
  let cache: ArtifactCache
  let warmed: SessionID

  init() throws {
    scratch = try Scratch()
    cache = try scratch.cache()
    // The session opens now, so that the next transaction is an entry's.
    try cache.put(contents(100), for: Call("warm"))
    warmed = try #require(try scratchStore(cache).index.sessions().first).id
  }

  /// Fails this call on its first `times` occasions.
  private func losing(_ call: SystemCall, times: Int = 1) -> Faults.Plan {
    let count = Counter()
    return Faults.Plan { made, _ in made == call && count.increment() <= times ? .error(5) : nil }
  }

  private func states() throws -> [SessionRecord.State?] {
    let sessions = try scratchStore(cache).index.sessions()
    return [sessions.first { $0.id == warmed }?.state, sessions.first { $0.id != warmed }?.state]
  }

  @Test("one that did not happen is made again under another session, and what it had placed is left to a sweep")
  func didNotHappen() throws {
    let key = try Faults.$plan.withValue(losing(.commit)) { try cache.put(contents(1), for: Call("f")) }
    #expect(try cache.lookup(key, as: Data.self).value == contents(1))
    #expect(scratch.blobFiles().count == 3)
    #expect(try states() == [.dead, .open])
    // Its lock is free, so that the sweep takes the file for what it is.
    var options = SweepOptions()
    options.repair = .delete
    let report = try scratchStore(cache).sweep(options)
    #expect(scratch.blobFiles().count == 2, "\(report)")
    #expect(try cache.lookup(key, as: Data.self).value == contents(1))
  }

  @Test("one that did happen is found by its seal and not made twice", arguments: ["put", "value", "durable"])
  func happened(_ way: String) throws {
    let cache = way == "durable" ? try scratch.cache { $0.durability = .durable } : self.cache
    if way == "durable" { try cache.put(contents(101), for: Call("warm too")) }
    let files = scratch.blobFiles().count
    try Faults.$plan.withValue(losing(.committed)) {
      if way == "value" {
        let value: Data = try cache.value("f") { contents(1) }
        #expect(value == contents(1))
      } else {
        try cache.put(contents(1), for: Call("f"))
      }
    }
    #expect(try cache.lookup(cache.key("f"), as: Data.self).value == contents(1))
    #expect(scratch.blobFiles().count == files + 1)
    cache.flush()
    let puts = try scratchStore(cache).index.statistics(since: 0).filter { $0.name == "puts" && $0.function == "f" }
    #expect(puts.map(\.value) == [1])
    try cache.sync()
    #expect(try scratchStore(cache).index.entry(for: cache.key("f"))?.blob?.record.durable == true)
  }

  @Test("a tree whose commit did not happen is stored again as a whole", arguments: [SystemCall.commit, .committed])
  func tree(_ call: SystemCall) throws {
    try scratch.write("tree/a", String(repeating: "a", count: 9000))
    try scratch.write("tree/inner/b", "b")
    let store = try scratchStore(cache)
    let key = try cache.key("tree")
    let outcome = try Faults.$plan.withValue(losing(call)) {
      try store.put(path: scratch.path + "/tree", EntryDraft(key: key, representation: Representation.tree))
    }
    guard case .stored = outcome else { throw Unexpected(what: "\(outcome)") }
    guard case .hit = try store.export(key, CallName(), to: scratch.path + "/copy") else {
      throw Unexpected(what: "a miss")
    }
    #expect(try scratch.read("copy/inner/b") == "b")
  }

  @Test("an index that keeps failing is an error after three rounds, and no file that may be in use is removed")
  func keepsFailing() throws {
    let count = Counter()
    // Every entry fails, fences and sessions do not.
    let plan = Faults.Plan { call, _ in
      call == .commit && (count.increment() - 1).isMultiple(of: 3) ? .error(5) : nil
    }
    #expect { try Faults.$plan.withValue(plan) { try cache.put(contents(1), for: Call("f")) } } throws: {
      ($0 as? LarderError)?.code == .index
    }
    #expect(scratch.blobFiles().count == 4)
    #expect(try cache.lookup(cache.key("f"), as: Data.self).value == nil)
    let value: Data = try scratch.cache { $0.failures = .degrade }.value("g") { contents(5) }
    #expect(value == contents(5))
  }

  @Test("a session with a file that could not be removed ends dead, not forgotten")
  func unsettledEnd() throws {
    try cache.put(contents(1), for: Call("f"))
    let plan = Faults.Plan { call, _ in call == .unlink ? .error(5) : nil }
    // The key is taken, so what was placed has to go again.
    try Faults.$plan.withValue(plan) {
      let draft = EntryDraft(key: try cache.key("f"), representation: Representation.data)
      let store = try scratchStore(cache)
      var ifAbsent = draft
      ifAbsent.mode = .ifAbsent
      _ = try contents(2).withUnsafeBytes { try store.put($0, ifAbsent) }
    }
    #expect(scratch.blobFiles().count == 3)
    cache.flush()
    #expect(try states() == [.dead, nil])
  }

  private struct Unexpected: Error { let what: String }
}
