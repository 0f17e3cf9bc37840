import Foundation
import LarderFormat
import LarderIndex
import LarderSystem
import Testing

@testable import Larder

/// Promise 7 as a table: every way in which the system can refuse × every way of asking for a value.
@Suite("Whatever the system refuses, the computed value comes back", .timeLimit(.minutes(5))) struct FaultTableTests {
  let scratch: Scratch
  init() throws { scratch = try Scratch() }

  struct Fault: CustomTestStringConvertible, Sendable {
    var testDescription: String
    var number: Int32
    var code: LarderError.Code
  }

  static let faults = [
    Fault(testDescription: "disk full", number: ENOSPC, code: .fullDisk),
    Fault(testDescription: "quota exceeded", number: EDQUOT, code: .fullDisk),
    Fault(testDescription: "file limit exceeded", number: EFBIG, code: .fullDisk),
    Fault(testDescription: "too many open files", number: EMFILE, code: .io),
    Fault(testDescription: "too many open files on the host", number: ENFILE, code: .io),
    Fault(testDescription: "no permission", number: EACCES, code: .refused),
    Fault(testDescription: "not permitted", number: EPERM, code: .refused),
    Fault(testDescription: "read-only file system", number: EROFS, code: .refused),
    Fault(testDescription: "input/output error", number: EIO, code: .io),
    Fault(testDescription: "no memory", number: ENOMEM, code: .io),
  ]

  enum Question: String, CaseIterable, Sendable {
    case value, valueAsync, memoize, file, tree, put, putByKey

    /// Asks for something of 40,000 bytes that is not there, and gives what came back.
    func answer(_ cache: ArtifactCache, _ number: Int, _ content: Data, _ directory: String) async throws -> Data {
      if self == .valueAsync {
        return try await cache.value("async", ["n": number]) {
          await Task.yield()
          return content
        }
      }
      return try ask(cache, number, content, directory)
    }

    private func ask(_ cache: ArtifactCache, _ number: Int, _ content: Data, _ directory: String) throws -> Data {
      switch self {
      case .value, .valueAsync: return try cache.value("value", ["n": number]) { content }
      case .memoize: return try cache.memoize("memoized") { (_: Int) throws in content }(number)
      case .file:
        let path = directory + "/file-\(number)"
        try cache.file("file", ["n": number], to: path) { try content.write(to: URL(fileURLWithPath: $0)) }
        return try Data(contentsOf: URL(fileURLWithPath: path))
      case .tree:
        let path = directory + "/tree-\(number)"
        try cache.tree("tree", ["n": number], to: path) { try content.write(to: URL(fileURLWithPath: $0 + "/a")) }
        return try Data(contentsOf: URL(fileURLWithPath: path + "/a"))
      case .put:
        try cache.put(content, for: Call("put", ["n": number]))
        return content
      case .putByKey:
        try cache.put(content, for: cache.key("by key", ["n": number]))
        return content
      }
    }
  }

  /// Calls that only storing makes; the result itself is delivered with others.
  static let storing: Set<SystemCall> = [.write, .link, .fchmod, .fallocate]

  @Test(
    "the value comes back, one warning for each kind of failure, each failure counted; strict throws",
    arguments: faults, Question.allCases)
  func table(_ fault: Fault, _ question: Question) async throws {
    let warnings = NeverFailsTheJobTests.Warnings()
    let cache = try scratch.cache {
      $0.failures = .degrade
      $0.report = warnings.report
    }
    let plan = Faults.Plan { call, _ in Self.storing.contains(call) ? .error(fault.number) : nil }
    for number in 0..<3 {
      let content = contents(UInt64(number))
      let got = try await Faults.$plan.withValue(plan) {
        try await question.answer(cache, number, content, scratch.path)
      }
      #expect(got == content)
    }
    #expect(plan.calls > 0)
    #expect(warnings.all.map(\.code) == [fault.code])
    let store = try scratchStore(cache)
    store.flushStatistics()
    let failures = try store.index.statistics(since: 0).filter { $0.name == StatisticName.failures }.map(\.value)
    #expect(failures.reduce(0, +) == 3)

    let strict = try scratch.cache()
    await #expect(throws: LarderError.self) {
      _ = try await Faults.$plan.withValue(plan) { try await question.answer(strict, 9, contents(9), scratch.path) }
    }
    // And once the fault is gone everything is as if it had never been.
    #expect(try await question.answer(strict, 9, contents(9), scratch.path) == contents(9))
    #expect(try await strict.verify().isClean)
  }

  @Test("a lookup that the system refuses is a miss with a reason, and one warning", arguments: faults)
  func lookup(_ fault: Fault) throws {
    let key = try scratch.cache().put(contents(1), for: Call("f"))
    let warnings = NeverFailsTheJobTests.Warnings()
    let cache = try scratch.cache {
      $0.failures = .degrade
      $0.report = warnings.report
    }
    let reading: Set<SystemCall> = [.open, .read, .pread, .fstat]
    let plan = Faults.Plan { call, _ in reading.contains(call) ? .error(fault.number) : nil }
    let (reason, computed) = try Faults.$plan.withValue(plan) {
      (try cache.lookup(key, as: Data.self).reason, try cache.value("f") { Data([1]) })
    }
    #expect(reason == .error)
    #expect(computed == Data([1]))
    #expect(warnings.all.count <= 1)
    // A refusal proves nothing against the blob: it stays until the computed value takes its place, or is evicted to make
    // room for that.
    let later = try cache.lookup(key, as: Data.self)
    #expect(
      [contents(1), Data([1])].contains(later.value) || later.reason == .evicted, "\(later.reason?.rawValue ?? "")")
  }
}
