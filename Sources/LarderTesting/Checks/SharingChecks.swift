import Foundation
internal import LarderCrypto
internal import LarderFormat
internal import LarderIndex
internal import LarderSystem

extension IndexConformance {
  static let sharing: [Check] = [
    Check("two openings of an index see at once what the other one commits and removes") { scene in
      guard scene.store.isShared else { return }
      try scene.withPlace { place in
        let one = try scene.store.create(in: place, identity: .sample)
        let two = try scene.store.open(in: place)
        try one.open(.sample)
        try two.open(.other)
        for number in UInt64(0)..<40 {
          let (writer, reader, session) = number.isMultiple(of: 2) ? (one, two, SessionID.sample) : (two, one, .other)
          let put = EntryCommit.put("k", .file("v\(number)", number: number, session: session), session: session)
          guard case .committed = try writer.commit(put) else { throw ConformanceFailure("step \(number)") }
          try expect(try reader.entry(for: key("k"))?.seal == put.seal, "step \(number)")
          try expect(try reader.totals().entries == 1)
          if number % 5 == 4 {
            try expect(try reader.remove(EntryRemoval(keys: [key("k")], time: time(1))).removed == [key("k")])
            try expect(try writer.entry(for: key("k")) == nil)
          }
        }
        try one.verify()
        one.close()
        two.close()
      }
    },
    Check("of two that put the same content one row stays, and of two that put a key if absent the first wins") {
      scene in
      guard scene.store.isShared else { return }
      try scene.withPlace { place in
        let one = try scene.store.create(in: place, identity: .sample)
        let two = try scene.store.open(in: place)
        try one.open(.sample)
        try two.open(.other)
        _ = try one.commit(.put("a", .file("same", number: 1)))
        let loser = EntryCommit.put("b", .file("same", number: 1, session: .other), session: .other)
        try expect(try two.commit(loser).word == "committed, 1 surplus, 0 condemned")
        try expect(
          try two.commit(.put("a", .file("other", number: 2, session: .other), mode: .ifAbsent, session: .other)).word
            == "present")
        try one.fence(.other)
        try expect(
          try two.commit(.put("c", .file("late", number: 3, session: .other), session: .other)).word
            == "refused: sessionClosed")
        one.close()
        two.close()
      }
    },
    Check("eight threads share one index, readers beside them") { scene in
      try scene.withIndex { index in
        let failures = Locked<[String]>([])
        DispatchQueue.concurrentPerform(iterations: 8) { thread in
          for step in 0..<60 {
            do {
              let name = "\(thread) \(step)"
              let commit = EntryCommit.put(name, .file("c\(step % 20)", number: UInt64(thread * 1000 + step)))
              guard case .committed = try index.commit(commit) else { throw ConformanceFailure("not committed") }
              try expect(try index.entry(for: key(name))?.blob?.record.form.contentDigest == digest("c\(step % 20)"))
              if step.isMultiple(of: 10) { _ = try index.entries(after: nil, limit: 50) }
            } catch { failures.withLock { $0.append("\(thread) \(step): \(error)") } }
          }
        }
        try expect(failures.withLock { $0 } == [], failures.withLock { $0.joined(separator: "; ") })
        let totals = try index.totals()
        try expect(totals.entries == 480 && totals.blobs == 20)
      }
    },
  ]
}
