#if DEBUG
  import Foundation
  import LarderFormat
  import LarderIndex
  import LarderSystem
  import Testing

  @Suite("Journals on failing disks") struct JournalFaultTests {
    @Test(
      "a line that cannot be written is taken back, and the error says why",
      arguments: [
        (ENOSPC, IndexError.Code.full), (EDQUOT, .full), (EFBIG, .fileLimit), (EROFS, .readOnly), (EIO, .failed),
      ])
    func append(number: Int32, code: IndexError.Code) async throws {
      try await withJournal { index, file in
        _ = try index.commit(.put("a", .inline("a")))
        let before = (try contents(file), try rows(index))
        let error = #expect(throws: IndexError.self) {
          try Faults.$plan.withValue(Faults.Plan { call, _ in call == .write ? .error(number) : nil }) {
            try index.commit(.put("b", .inline("b")))
          }
        }
        #expect(error?.code == code && error?.isOutcomeUnknown == false)
        #expect(try contents(file) == before.0 && rows(index) == before.1)
        _ = try index.commit(.put("b", .inline("b")))
        #expect(try index.entry(for: key("b")) != nil && index.takeNotices() == [])
      }
    }

    @Test("a line that was begun and cannot be taken back is cut off by the next writer, and its outcome is unknown")
    func half() async throws {
      try await withJournal { index, file in
        let before = try rows(index)
        let writes = Locked(0)
        let plan = Faults.Plan { call, _ in
          if call == .ftruncate { return .error(EIO) }
          guard call == .write else { return nil }
          // Twice asked about each transfer: whether it fails, and how much of it is made.
          let count = writes.withLock { count in
            count += 1
            return count
          }
          return count > 4 ? .error(ENOSPC) : .short
        }
        let error = #expect(throws: IndexError.self) {
          try Faults.$plan.withValue(plan) { try index.commit(.put("b", .inline("b"))) }
        }
        #expect(error?.isOutcomeUnknown == true && error?.code == .full)
        #expect(try rows(index) == before)
        let other = try JSONIndex.open(at: file)
        #expect(try rows(other) == before)
        _ = try other.commit(.put("c", .inline("c")))
        #expect(other.takeNotices().count == 1)
        #expect(try index.entry(for: key("c")) != nil)
      }
    }

    @Test("a failed flush has an unknown outcome, and the next durable commit writes the file anew")
    func flush() async throws {
      try await withJournal(durable: true) { index, file in
        let error = #expect(throws: IndexError.self) {
          try Faults.$plan.withValue(Faults.Plan { call, _ in call == .fsync ? .error(EIO) : nil }) {
            try index.commit(.put("b", .inline("b")))
          }
        }
        #expect(error?.isOutcomeUnknown == true)
        let before = try FileStatus(of: file)
        let beside = try JSONIndex.open(at: file)
        _ = try index.commit(.put("c", .inline("c")))
        #expect(try FileStatus(of: file).inode != before.inode)
        #expect(try rows(beside) == rows(index))
      }
    }

    @Test(
      "a compaction that fails anywhere, or is the last thing that a process does, leaves the old file or the new one")
    func compaction() async throws {
      try await withJournal { index, file in
        for number in 0..<200 {
          _ = try index.commit(.put("k\(number % 5)", .inline("\(number) \(String(repeating: "x", count: 900))")))
        }
        let before = try rows(index)
        let bytes = try contents(file)
        for step in 0..<40 {
          Faults.$plan.withValue(Faults.Plan { _, index in index == step ? .error(EIO) : nil }) {
            index.shortenLog()
          }
          #expect(try rows(index) == before, "step \(step)")
          let other = try JSONIndex.open(at: file)
          #expect(try rows(other) == before, "step \(step)")
          if try FileStatus(of: file).size < bytes.count { break }
        }
        index.shortenLog()
        #expect(try rows(index) == before)
        _ = try index.commit(.put("more", .inline("more")))
        #expect(try index.check(quick: false) == [])
      }
      for step in 0..<24 {
        try await withScratch { path in
          let file = path + "/index.jsonl"
          let index = try JSONIndex.create(at: file, identity: .sample)
          try index.open(.sample)
          for number in 0..<90 {
            _ = try index.commit(.put("k\(number % 5)", .inline("\(number) \(String(repeating: "x", count: 900))")))
          }
          let before = try rows(index)
          index.close()
          _ = await #expect(processExitsWith: .failure) { [file = file as String, step = step as Int] in
            let index = try JSONIndex.open(at: file)
            Faults.$plan.withValue(Faults.Plan { _, index in index == step ? .kill : nil }) { index.shortenLog() }
            exit(1)
          }
          let other = try JSONIndex.open(at: file)
          #expect(try rows(other) == before, "step \(step)")
          _ = try other.commit(.put("more", .inline("more")))
          #expect(try other.check(quick: false) == [])
        }
      }
    }

    #if os(Linux)
      @Test("a limit on the size of files is told as such, and the index goes on afterwards")
      func fileLimit() async throws {
        try await withJournal { index, file in
          await #expect(processExitsWith: .success) { [file = file as String] in
            signal(SIGXFSZ, SIG_IGN)
            var limit = rlimit(rlim_cur: 500_000, rlim_max: 500_000)
            setrlimit(__rlimit_resource_t(UInt32(RLIMIT_FSIZE.rawValue)), &limit)
            let index = try JSONIndex.open(at: file)
            let error = #expect(throws: IndexError.self) {
              for number in 0..<1000 {
                _ = try index.commit(.put("\(number)", .inline(String(repeating: "x", count: 3000 + number))))
              }
            }
            #expect(error?.code == .fileLimit && error?.isOutcomeUnknown == false, "\(error?.message ?? "")")
            #expect(try index.entry(for: key("0"))?.blob != nil)
          }
          let count = try index.totals().entries
          #expect(count > 10 && count < 1000 && index.takeNotices() == [])
          #expect(try index.commit(.put("more", .inline("v"))).word == "committed, 0 surplus, 0 condemned")
          #expect(try unsound(index) == nil)
        }
      }
    #endif
  }
#endif
