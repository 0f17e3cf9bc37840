internal import Larder
internal import LarderSystem

extension Command {
  @Sendable static func verifyCache(_ invocation: Invocation, _ context: Context) throws -> ExitStatus {
    var options = try invocation.sweepOptions()
    let path = try ChosenDirectory(invocation, context).path
    let changes = options.repair != .none && !options.dryRun
    if changes, invocation.flag("read-only") {
      throw CommandError(.refused, "Cannot repair the cache at '\(path)': \(invocation.prohibition("read-only"))")
    }
    // A sweep that reads everything records when it did so; where it cannot, it is of no less use.
    let purpose: CachePurpose = changes ? .changing : options.quick || options.dryRun ? .looking : .verifying
    let warning = Locked<CacheWarning?>(nil)
    let store: ArtifactStore
    do {
      store = try invocation.openCache(for: purpose, context) { told in warning.withLock { $0 = told } }
    } catch let error as LarderError
      where error.code == .damaged && !changes
    {
      let index = CacheDescription.indexKind(at: path)
      let report = VerifyReport(
        SweepReport(unreadable: index, error), options, directory: invocation.text("dir") ?? path,
        index: index.rawValue,
        isRecorded: false, command: invocation.verifyCommand, now: context.clock.now())
      return try context.finish(invocation, report)
    }
    defer { store.endSession() }

    let progress = ProgressLine(invocation, context)
    if let progress { options.progress = { progress.show($0) } }
    var found: SweepReport
    do {
      progress?.begin()
      defer { progress?.end() }
      found = try store.sweep(options)
      if store.isDamaged {
        // Opening the cache again saves what can be read of its index, and says so.
        store.abandon()
        let renewed = try invocation.openCache(for: .changing, context)
        defer { renewed.endSession() }
        var second = try renewed.sweep(options)
        second.noteIndexReplaced(after: found)
        found = second
      }
    }
    if !store.isDamaged, changes, let warning = warning.withLock({ $0 }), warning.error.code == .damaged {
      found.noteReplaced(CacheDescription.indexKind(at: path), because: warning.error.message)
    }

    let report = VerifyReport(
      found, options, directory: invocation.text("dir") ?? path, index: store.directory.description.index.kind,
      isRecorded: !options.quick && !store.settings.readOnly, command: invocation.verifyCommand,
      now: context.clock.now())
    return try context.finish(invocation, report)
  }
}

extension Context {
  fileprivate func finish(_ invocation: Invocation, _ report: VerifyReport) throws -> ExitStatus {
    if invocation.flag("json") || !invocation.flag("quiet") || !report.found.isClean {
      try self.report(
        invocation, report.json, lines: report.lines(verbose: invocation.flag("verbose")),
        stressing: .verification)
    }
    return report.status(exitCode: invocation.flag("exit-code"))
  }
}

extension Invocation {
  fileprivate func sweepOptions() throws(CommandError) -> SweepOptions {
    var options = SweepOptions()
    options.quick = flag("quick")
    options.repair = flag("repair") ? (flag("delete") ? .delete : .quarantine) : .none
    options.dryRun = flag("dry-run")
    if let nanoseconds = number("max-duration") {
      guard nanoseconds > 0 else {
        throw .usage("'--max-duration' must be above zero. Leave it out to verify everything.")
      }
      options.maximumDuration = .nanoseconds(nanoseconds)
    }
    options.jobs = number("jobs").map { Int($0) }
    return options
  }

  /// What to type to verify the same cache in another way. A directory from the environment is there next time too.
  fileprivate var verifyCommand: VerifyCommand {
    let isGiven = origin("dir") == .commandLine
    return VerifyCommand(directory: isGiven ? text("dir") : nil, deletes: flag("delete"))
  }
}
