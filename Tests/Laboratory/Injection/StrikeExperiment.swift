import Foundation
import LarderSystem

/// `laboratory strike [--list] [--workers N] [--at DIRECTORY] [OPERATION ...]`: strikes every call that passes the seam
/// in each operation, with every fault.
enum StrikeExperiment {
  static func run(_ arguments: [String]) throws {
    #if DEBUG
      var names: [String] = []
      var workers = 2
      var root = FileManager.default.fileExists(atPath: "/dev/shm") ? "/dev/shm" : NSTemporaryDirectory()
      var words = arguments[...]
      while let word = words.popFirst() {
        switch word {
        case "--list": return StruckOperation.all.forEach { print($0.name) }
        case "--workers": workers = max(1, words.popFirst().flatMap { Int($0) } ?? 2)
        case "--at": root = words.popFirst() ?? root
        default: names.append(word)
        }
      }
      let chosen = StruckOperation.all.filter { names.isEmpty || names.contains($0.name) }
      guard names.isEmpty || chosen.count == names.count else {
        throw Child.Failure("there is no such operation. See --list.")
      }
      var total = Tally()
      for operation in chosen {
        let tally = try StrikeRun(operation: operation, root: root, workers: workers).run()
        tell(
          "\(operation.name): \(tally.calls) calls, \(tally.strikes) strikes, \(tally.unreached) not reached, "
            + "\(tally.violations.count) violations, \(tally.milliseconds) ms")
        for violation in tally.violations.prefix(20) { tell("  \(violation)") }
        total.add(tally)
      }
      tell("\(chosen.count) operations, \(total.strikes) strikes, \(total.violations.count) violations")
      if !total.violations.isEmpty || total.strikes == 0 { throw Child.Failure("promises were not kept") }
    #else
      throw Child.Failure("the seam for faults is in debug builds alone")
    #endif
  }
}

#if DEBUG
  /// Prints at once, also into a file.
  private func tell(_ line: String) { FileHandle.standardOutput.write(Data((line + "\n").utf8)) }

  struct Tally {
    var calls = 0
    var strikes = 0
    /// Strikes whose call did not come, because the operation took another way.
    var unreached = 0
    var violations: [String] = []
    var milliseconds = 0

    mutating func add(_ other: Tally) {
      calls += other.calls
      strikes += other.strikes
      unreached += other.unreached
      violations += other.violations
      milliseconds += other.milliseconds
    }
  }

  /// All strikes of one operation, by several workers with a directory each.
  struct StrikeRun {
    let operation: StruckOperation
    let root: String
    let workers: Int

    func run() throws -> Tally {
      let begin = Date()
      var template = Array("\(root)/larder-strike-XXXXXX".utf8CString)
      guard mkdtemp(&template) != nil else { throw Child.Failure("cannot make a directory in \(root)") }
      let scratch = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
      defer { try? FileManager.default.removeItem(atPath: scratch) }

      let original = Site(root: scratch + "/original")
      try FileManager.default.createDirectory(atPath: original.root, withIntermediateDirectories: true)
      let prepared = try Child.run { _ in try operation.prepare(original) }
      if prepared.signal != 0 || prepared.word("thrown") != nil {
        throw Child.Failure("'\(operation.name)' cannot be prepared: \(prepared.said), signal \(prepared.signal)")
      }
      let image = try SiteImage(of: original.root)
      let counted = Site(root: scratch + "/counted")
      try image.restore(counted.root)
      // Once without a fault and without a child: what the children inherit is then warm, and they take half the time.
      try operation.run(counted, nil) { _ in }
      try Judge(operation: operation, site: counted, succeeded: true, wasKilled: false).judge()
      try image.restore(counted.root)
      let calls = try operation.calls(counted)

      var tally = Tally()
      tally.calls = calls.count
      let strikes = Strike.Kind.allCases.flatMap { kind in
        calls.indices.filter { kind.meets(calls[$0]) }.map { Strike(kind: kind, index: $0) }
      }
      let running = try (0..<workers).map { worker in
        try Child.start { say in
          alarm(0)
          let site = Site(root: "\(scratch)/worker-\(worker)")
          for number in stride(from: worker, to: strikes.count, by: workers) {
            let strike = strikes[number]
            try image.restore(site.root)
            let (violation, isReached) = try strike.strike(operation, site)
            if !isReached { say("unreached \(strike.index)") }
            if let violation {
              say(
                "violation \(strike.kind.rawValue) at call \(strike.index) (\(calls[strike.index].rawValue)): \(violation)"
              )
            }
            say("strike")
          }
          say("done")
        }
      }
      for (reader, process) in running {
        let ending = Child.finish(reader, process)
        tally.strikes += ending.said.filter { $0 == "strike" }.count
        tally.unreached += ending.lines("unreached").count
        tally.violations += ending.lines("violation")
        if ending.word("done") == nil {
          throw Child.Failure(
            "a worker of '\(operation.name)' failed: \(ending.said.suffix(2)), signal \(ending.signal)")
        }
      }
      tally.milliseconds = Int(Date().timeIntervalSince(begin) * 1000)
      return tally
    }
  }
#endif
