import Foundation
internal import LarderCrypto
internal import LarderFormat
internal import LarderIndex
internal import LarderSystem

extension IndexConformance {
  #if DEBUG
    /// What happens when a call to the system fails or is the last one. Calls that a library makes below Larder are met
    /// where that library tells of them; see `SQLiteSeam`.
    package static let faults: [Check] = operations.flatMap { operation in
      [
        Check("\(operation.name): where any call fails it has happened whole or not at all, and the index goes on") {
          scene in
          for number in [EIO, ENOSPC, EDQUOT] { try fail(operation, with: number, scene) }
        },
        Check("\(operation.name): ended between any two calls it has happened whole or not at all") { scene in
          try end(operation, scene)
        },
      ]
    }
  #else
    /// Only a debug build has the seam at which calls are made to fail.
    package static let faults: [Check] = []
  #endif
}

#if DEBUG
  /// Something that changes an index, in one transaction.
  private struct Operation: Sendable {
    var name: String
    var body: @Sendable (any CacheIndex) throws -> Void
  }

  private let operations: [Operation] = [
    Operation(name: "commit") { _ = try $0.commit(.put("new", .file("new", number: 50))) },
    Operation(name: "commit of a tree in place of another") {
      _ = try $0.commit(
        .put("tree", .file("m2", number: 51), children: [.file("x", number: 52), .file("z", number: 53)]))
    },
    Operation(name: "several commits") {
      _ = try $0.commit([.put("p", .inline("p")), .put("q", .file("q", number: 54)), .put("a", .file("r", number: 55))])
    },
    Operation(name: "removal") { _ = try $0.remove(EntryRemoval(keys: [key("tree"), key("a")], time: time(1))) },
    Operation(name: "eviction") { _ = try $0.evict(toBytes: 0, entries: 1, batch: 10, at: time(1)) },
    Operation(name: "withdrawal") { index in
      let blob = try require(try index.liveBlob(digest("x"), domain: ""))
      _ = try index.withdraw(blob.id, reason: .corrupt, evidence: "why", at: time(1))
    },
    Operation(name: "fence") { try $0.fence(.other) },
    Operation(name: "barrier") { try $0.markDurable([.sample], upTo: try $0.highestBlob(), and: []) },
    Operation(name: "recording") {
      try $0.record(
        [UseRecord(key: key("a"), count: 1, last: time(9))],
        [Statistic(day: 1, namespace: "", function: "", name: "hits", value: 1)])
    },
  ]

  /// All rows, as far as they can differ.
  private func rows(_ index: any CacheIndex) throws -> [[IndexRow]] {
    try IndexTable.allCases.map { try index.all($0) }
  }

  private func fill(_ index: any CacheIndex) throws {
    try index.open(.sample)
    try index.open(.other)
    _ = try index.commit(.put("a", .file("a", number: 1)))
    _ = try index.commit(.put("b", .inline("b")))
    _ = try index.commit(.put("tree", .file("m", number: 2), children: [.file("x", number: 3), .file("y", number: 4)]))
  }

  /// Makes each call of an operation fail in turn, each time on a new index, until one goes by without a failure.
  private func fail(_ operation: Operation, with number: Int32, _ scene: ConformanceScene) throws {
    var call = 0
    while true {
      let isStruck = Locked(false)
      try scene.withPlace { place in
        let index = try scene.store.create(in: place, identity: .sample)
        try fill(index)
        let before = try rows(index)
        let struck = call
        let plan = Faults.Plan(reachingLibraries: true) { _, count in
          guard count == struck else { return nil }
          isStruck.withLock { $0 = true }
          return .error(number)
        }
        var thrown: IndexError?
        do { try Faults.$plan.withValue(plan) { try operation.body(index) } } catch let error as IndexError {
          thrown = error
          try expect(!error.message.isEmpty)
        }
        // What it knows of itself, and what is there for others.
        let after = try rows(index)
        if let thrown {
          try expect(
            after == before || thrown.isOutcomeUnknown, "call \(struck): it failed, and changed something: \(thrown)")
        }
        try index.verify()
        // It goes on.
        try expect(
          try index.commit(.put("later", .file("later", number: 90))).word == "committed, 0 surplus, 0 condemned",
          "call \(struck)")
        try index.verify()
        let known = try rows(index)
        index.close()
        if scene.store.isShared {
          try scene.withIndex(in: place) { again in
            try expect(try rows(again) == known, "call \(struck): others see something else")
            try again.verify()
          }
        }
      }
      if !isStruck.withLock({ $0 }) { return }
      call += 1
    }
  }

  /// Keeps a copy of the files at each call of an operation: what a process leaves that ends there.
  private func end(_ operation: Operation, _ scene: ConformanceScene) throws {
    guard !scene.store.files.isEmpty else { return }
    try scene.withPlace { place in
      let index = try scene.store.create(in: place, identity: .sample)
      try fill(index)
      let before = try rows(index)
      let copies = Locked<[String]>([])
      let failures = Locked<[String]>([])
      let files = scene.store.files
      let plan = Faults.Plan(reachingLibraries: true) { _, count in
        let copy = place + ".at.\(count)"
        // A transfer is asked for twice, the second time for its length.
        if copies.withLock({ $0.contains(copy) }) { return nil }
        // Not through Larder's own calls: those are counted here.
        do {
          try FileManager.default.createDirectory(atPath: copy, withIntermediateDirectories: false)
          for file in files where FileManager.default.fileExists(atPath: place + "/" + file) {
            try FileManager.default.copyItem(atPath: place + "/" + file, toPath: copy + "/" + file)
          }
          copies.withLock { $0.append(copy) }
        } catch { failures.withLock { $0.append("\(error)") } }
        return nil
      }
      try Faults.$plan.withValue(plan) { try operation.body(index) }
      try expect(failures.withLock { $0 } == [], failures.withLock { $0.joined(separator: "; ") })
      let after = try rows(index)
      index.close()
      for copy in copies.withLock({ $0 }) {
        try scene.withIndex(in: copy) { left in
          let found = try rows(left)
          try expect(found == before || found == after, "\(copy.suffix(6)): half of it is there")
          try left.verify()
          // Whoever comes next can write.
          try left.fence(.sample)
          try left.verify()
        }
        try? FileManager.default.removeItem(atPath: copy)
      }
    }
  }
#endif
