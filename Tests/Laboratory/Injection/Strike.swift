#if DEBUG && os(Linux)
  import Foundation
  import Larder
  import LarderIndex
  import LarderSystem

  /// One call of an operation, and what happens to it.
  struct Strike: Sendable {
    enum Kind: String, CaseIterable, Sendable {
      case kill, eio, enospc, eintr, short

      var fault: Faults.Fault {
        switch self {
        case .kill: .kill
        case .eio: .error(EIO)
        case .enospc: .error(ENOSPC)
        case .eintr: .error(EINTR)
        case .short: .short
        }
      }

      /// Whether this can happen to a call at all.
      func meets(_ call: SystemCall) -> Bool {
        self != .short || [.read, .write, .pread, .pwrite].contains(call)
      }

      /// Whether this leads to something that no other strike leads to: a process that ends before a call that changes
      /// nothing leaves what it leaves before the next that does, and to look takes no room on a disk.
      func tells(_ call: SystemCall) -> Bool { !(self == .kill || self == .enospc) || !Strike.looks.contains(call) }
    }

    let kind: Kind
    let index: Int
    let call: SystemCall

    /// Whether a sweep looks at what is left.
    private var isSwept: Bool { kind == .eio || kind == .kill && kind.tells(call) }

    private static let looks: Set<SystemCall> = [
      .read, .pread, .fstat, .stat, .lstat, .access, .readlink, .opendir, .readdir, .statvfs, .lseek, .getcwd,
    ]

    /// Runs the operation in a child that is struck, then lets another one judge what is there.
    ///
    /// - Returns: The violation, or nil; and whether the call was reached.
    func strike(_ operation: StruckOperation, _ site: Site) throws -> (violation: String?, isReached: Bool) {
      let struck = try Child.run { say in try operation.run(site, self, say) }
      let isReached = struck.word("struck") != nil || struck.signal == SIGKILL
      if struck.signal != 0 && struck.signal != SIGKILL {
        let cause = struck.signal == SIGALRM ? "hangs" : "died by signal \(struck.signal)"
        return ("the struck process \(cause), after \(struck.said.suffix(3))", isReached)
      }
      if let thrown = struck.word("thrown") { return (thrown, isReached) }
      if let violation = struck.word("violation") { return (violation, isReached) }
      let succeeded = struck.word("succeeded") != nil
      let judged = try Child.run { say in
        do {
          try Judge(
            operation: operation, site: site, succeeded: succeeded, wasKilled: struck.signal == SIGKILL,
            sweeps: isSwept, makesRoom: kind == .enospc
          ).judge()
          say("sound")
        } catch { say("violation \(error)") }
      }
      if judged.word("sound") != nil { return (nil, isReached) }
      let words = judged.word("violation") ?? judged.word("thrown") ?? "the judge died by signal \(judged.signal)"
      return ("\(words) [\(struck.said.joined(separator: "; "))]", isReached)
    }
  }

  extension StruckOperation {
    /// The calls that the operation makes when nothing happens to them.
    func calls(_ site: Site) throws -> [SystemCall] {
      let ending = try Child.run { say in try run(site, nil, say) }
      guard ending.word("succeeded") != nil else {
        throw Child.Failure("'\(name)' fails without a fault: \(ending.said), signal \(ending.signal)")
      }
      return ending.lines("call").compactMap { SystemCall(rawValue: $0) }
    }

    /// Runs the operation, and says what became of it.
    func run(_ site: Site, _ strike: Strike?, _ say: (String) -> Void) throws {
      SQLiteSeam.install()
      let store = opensItself ? nil : try site.open(options)
      if let store { try before(site, store) }
      let log = Locked<[SystemCall]>([])
      let plan = Faults.Plan(reachingLibraries: true) { call, index in
        // A transfer asks twice, for the call and for its length.
        log.withLock { if index == $0.count { $0.append(call) } }
        guard let strike, index == strike.index, strike.kind.meets(call) else { return nil }
        return strike.kind.fault
      }
      Faults.processPlan.withLock { $0 = plan }
      var failure: (any Error)?
      do { try act(site, store) } catch { failure = error }
      Faults.processPlan.withLock { $0 = nil }
      let calls = log.withLock { $0 }
      if strike == nil { for call in calls { say("call \(call.rawValue)") } }
      let struck = strike.flatMap { $0.index < calls.count && $0.kind.meets(calls[$0.index]) ? calls[$0.index] : nil }
      if let struck { say("struck \(struck.rawValue)") }
      if let failure {
        say("failed \(failure)")
        if let words = fault(in: failure, strike, struck) { say("violation \(words): \(failure)") }
      } else {
        say("succeeded")
        if isDurable, let strike, let struck, strike.kind == .eio || strike.kind == .enospc,
          [.fsync, .syncfs].contains(struck)
        {
          let later = calls[(strike.index + 1)...].count { [.fsync, .syncfs].contains($0) }
          if later == 0 && lateFlushes == 0 {
            say("violation L6: a flush failed, nothing was flushed afterwards, and the operation succeeded")
          }
        }
      }
      if let store {
        if failure == nil { try afterwards(site, store) }
        try aftermath(store, site)
      }
    }

    /// Whether a failure is one that this strike may lead to.
    private func fault(in failure: any Error, _ strike: Strike?, _ struck: SystemCall?) -> String? {
      if failure is Violation { return "a violation" }
      guard failure is LarderError || failure is Missed else { return "L6: an error without a type" }
      guard let strike, struck != nil else { return "a failure without a strike" }
      // SQLite does not repeat these few, and no local file system interrupts them: locks are taken without waiting.
      let unrepeated: [SystemCall] = [.fsync, .stat, .fstat, .lstat, .access, .mmap, .unlink, .fcntl]
      if strike.kind == .short { return "a short transfer was taken for a failure" }
      if strike.kind == .eintr, let struck, !unrepeated.contains(struck) {
        return "an interrupt was taken for a failure"
      }
      return nil
    }

    /// The process goes on with the same store: a strike leaves nothing in it that is spoiled.
    private func aftermath(_ store: ArtifactStore, _ site: Site) throws {
      // Closing is an operation of its own.
      if name.hasPrefix("close") { return }
      let artifact = Artifact.random(9000, 98)
      do {
        try store.put("afterwards", artifact, site)
        guard try store.artifact("afterwards", site) == artifact else {
          throw Violation("L0: the same process does not find what it stored after the strike")
        }
        _ = try store.remove([Site.key("afterwards")])
        store.endSession()
      } catch let violation as Violation { throw violation } catch {
        throw Violation("the same process cannot go on after the strike: \(error)")
      }
    }
  }
#endif
