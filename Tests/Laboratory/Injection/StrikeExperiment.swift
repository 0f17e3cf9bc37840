import Foundation
import LarderSystem

/// `laboratory strike [--list] [--soak] [--seed N] [--call N] [--workers N] [--at DIRECTORY] [OPERATION ...]`: strikes every call
/// that passes the seam in each operation, with every fault. An OPERATION may be the beginning of several names. Of a loop
/// its first and last rounds are struck, and calls that the seed draws from the others; calls that only look do not fill the
/// disk, and are not where a process is killed; one operation of each sort meets every fault, its variants fewer of the
/// milder ones. With `--soak` every call is struck with everything.
enum StrikeExperiment {
  static func run(_ arguments: [String]) throws {
    #if DEBUG && os(Linux)
      var names: [String] = []
      var workers = 2
      var soak = false
      var only: Int?
      var seed = UInt64.random(in: 0...UInt64(UInt32.max))
      var root = FileManager.default.fileExists(atPath: "/dev/shm") ? "/dev/shm" : NSTemporaryDirectory()
      var words = arguments[...]
      while let word = words.popFirst() {
        switch word {
        case "--soak": soak = true
        case "--seed": seed = words.popFirst().flatMap { UInt64($0) } ?? seed
        case "--call": only = words.popFirst().flatMap { Int($0) }
        case "--list": return StruckOperation.all.forEach { print($0.name) }
        case "--workers": workers = max(1, words.popFirst().flatMap { Int($0) } ?? 2)
        case "--at": root = words.popFirst() ?? root
        default: names.append(word)
        }
      }
      let chosen = StruckOperation.all.filter { operation in
        names.isEmpty || names.contains { operation.name.hasPrefix($0) }
      }
      guard !chosen.isEmpty else {
        throw Child.Failure("there is no such operation. See --list.")
      }
      tell("seed \(seed)")
      var total = Tally()
      for operation in chosen {
        let tally = try StrikeRun(
          operation: operation, root: root, workers: workers, seed: soak ? nil : seed, only: only
        ).run()
        tell(
          "\(operation.name): \(tally.calls) calls, \(tally.repeated) in loops, \(tally.strikes) strikes, \(tally.unreached) not reached, "
            + "\(tally.violations.count) violations, \(tally.milliseconds) ms")
        for violation in tally.violations.prefix(20) { tell("  \(violation)") }
        total.add(tally)
      }
      tell(
        "strikes: \(chosen.count) operations, \(total.calls) calls, \(total.repeated) in loops, \(total.strikes) strikes, "
          + "\(total.unreached) not reached, \(total.violations.count) violations, \(total.milliseconds / 1000) s")
      if !total.violations.isEmpty || total.strikes == 0 { throw Child.Failure("promises were not kept") }
    #else
      throw Child.Failure("the seam for faults is in debug builds alone, and reaches SQLite on Linux alone")
    #endif
  }
}

#if DEBUG && os(Linux)
  /// Prints at once, also into a file.
  private func tell(_ line: String) { FileHandle.standardOutput.write(Data((line + "\n").utf8)) }

  struct Tally {
    var calls = 0
    /// Those of them in the middle of a loop.
    var repeated = 0
    var strikes = 0
    /// Strikes whose call did not come, because the operation took another way.
    var unreached = 0
    var violations: [String] = []
    var milliseconds = 0

    mutating func add(_ other: Tally) {
      calls += other.calls
      repeated += other.repeated
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
    /// Draws the calls in the middle of loops; nil strikes all.
    let seed: UInt64?
    /// The one call that is struck, to look at it again; nil for all.
    let only: Int?

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

      let isMiddle = Rounds.isMiddle(calls)
      var tally = Tally()
      tally.calls = calls.count
      tally.repeated = isMiddle.count { $0 }
      let strikes = Strike.Kind.allCases.flatMap { kind in
        chosen(calls, isMiddle, kind).map { Strike(kind: kind, index: $0, call: calls[$0]) }.filter(isStruck)
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

    /// The calls that are struck: all; but of those in the middle of a loop some that are drawn for each kind.
    private func chosen(_ calls: [SystemCall], _ isMiddle: [Bool], _ kind: Strike.Kind) -> [Int] {
      if let only { return only < calls.count ? [only] : [] }
      guard let seed else { return Array(calls.indices) }
      let middle = calls.indices.filter { isMiddle[$0] }
      var draw = seed &+ UInt64(kind.rawValue.utf8.reduce(0) { $0 &* 31 &+ Int($1) })
      let drawn = (0..<Self.drawn).compactMap { _ -> Int? in
        draw = draw &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return middle.isEmpty ? nil : middle[Int(draw >> 33) % middle.count]
      }
      return calls.indices.filter { !isMiddle[$0] } + Set(drawn).sorted()
    }

    private static let drawn = 20

    /// Whether a strike is worth its time: what cannot lead to anything new is left out, and of the milder faults in what
    /// differs little from one of the operations that are struck completely, two in three.
    private func isStruck(_ strike: Strike) -> Bool {
      guard strike.kind.meets(strike.call) else { return false }
      guard let seed, only == nil else { return true }
      guard strike.kind.tells(strike.call) else { return false }
      if operation.isComplete || strike.kind == .kill || strike.kind == .eio { return true }
      return (UInt64(strike.index) &+ seed).isMultiple(of: 3)
    }
  }
#endif
