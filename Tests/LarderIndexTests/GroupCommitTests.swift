import LarderFormat
import LarderIndex
import LarderSystem
import LarderTesting
import Testing

@Suite("Commits in one transaction") struct GroupCommitTests {
  #if DEBUG
    @Test("an error at the end of a transaction says that it may have happened", arguments: [true, false])
    func unsettled(happens: Bool) async throws {
      try await withIndex { index in
        let plan = Faults.Plan { call, _ in call == (happens ? .committed : .commit) ? .error(5) : nil }
        Faults.$plan.withValue(plan) {
          let error = #expect(throws: IndexError.self) { try index.commit(.put("a", .file("1", number: 1))) }
          #expect(error?.isOutcomeUnknown == true)
        }
        #expect(try (index.entry(for: key("a")) != nil) == happens)
        _ = try index.commit(.put("b", .file("2", number: 2)))
        let refused = try SQLiteIndex.open(at: index.path, readOnly: true)
        let error = #expect(throws: IndexError.self) { try refused.commit(.put("a", .file("1", number: 1))) }
        #expect(error?.isOutcomeUnknown == false)
      }
    }
  #endif
}
