internal import Larder
internal import LarderFormat
internal import LarderIndex
internal import LarderSystem

extension Command {
  @Sendable static func runCommand(_ invocation: Invocation, _ context: Context) throws -> ExitStatus {
    // Other numbers are those of the command that is run.
    do { return try Runner(RunRequest(invocation, context)).status() } catch let error as CommandError {
      throw [.notFound, .notExecutable, .usage].contains(error.status)
        ? error : CommandError(.notRun, error.message)
    } catch let error as OutputError {
      throw error
    } catch {
      throw CommandError(.notRun, CommandError(error).message)
    }
  }
}

/// Runs a command, or gives what it gave before.
private struct Runner {
  let request: RunRequest
  var invocation: Invocation { request.invocation }
  var context: Context { request.context }

  init(_ request: RunRequest) { self.request = request }

  func status() throws -> ExitStatus {
    guard let call = try keyed() else {
      if invocation.flag("dry-run") { return .no }
      return try compute(nil, .disabled).value
    }
    guard let cache = try openCache() else {
      let reason: MissReason = invocation.flag("no-cache") ? .disabled : .cold
      if invocation.flag("dry-run") { return try told(call, reason) }
      return try compute(call, reason).value
    }
    defer { cache.flush() }
    if invocation.flag("dry-run") { return try told(call, dryLook(cache, call)) }
    if invocation.flag("check"), let status = try checked(cache, call) { return status }
    // What was kept of separate streams serves both ways, where their order is known.
    if request.isMerged, let status = try givenInSeparateStreams(cache) { return status }
    let fatal = Fatal()
    let status = try cache.assembled(call, options: request.putOptions(isFailure: false)) { tree in
      try give(tree, isMerged: request.isMerged, fatal)
    } compute: { reason in
      if let error = fatal.error { throw error }
      return try compute(call, reason)
    }
    if let error = fatal.error { throw error }
    return status
  }

  /// The call that stands for the command; nil, with a word about it, where a word of the command keeps it from having a
  /// key.
  private func keyed() throws -> PreparedCall? {
    if let pipe = request.inputs.pipe {
      context.note(
        "Not kept: '\(pipe)' is a pipe, and what comes through it is not known before it is read. Copy it to a file, or "
          + "give it with --in -.", invocation)
      return nil
    }
    do { return try request.call(isMerged: request.isMerged) } catch let error as LarderError
      where error.code == .argument && !request.inputs.found.isEmpty
    {
      context.note("Not kept: \(error.message) With --no-auto-in no word is taken for a file.", invocation)
      return nil
    }
  }

  /// Nil where there is none, and none is to be made.
  private func openCache() throws -> ArtifactCache? {
    if invocation.flag("no-cache") { return nil }
    let options = invocation.runOptions(context)
    do {
      return try ArtifactCache(at: ChosenDirectory(invocation, context).path, options: options)
        .namespace(invocation.namespace)
    } catch let error as LarderError where error.code == .noCache && !options.create {
      return nil
    }
  }

  // From the cache

  /// What went wrong after something was written, which cannot be made good by running the command.
  private final class Fatal { var error: (any Error)? }

  private func give(_ tree: StoredTree, isMerged: Bool, _ fatal: Fatal) throws -> TreeUse<ExitStatus> {
    guard let replay = try RunReplay(tree) else { return .refused(.undecodable) }
    if let reason = request.refusal(of: replay.record, isMerged: isMerged) { return .refused(reason) }
    try request.outputs.restore(tree, replay.record)
    do { try replay.write(to: context) } catch let begun as RunReplay.Begun {
      fatal.error = begun.cause
      throw begun
    }
    if invocation.flag("verbose") { context.note("From the cache: the command was not run.", invocation) }
    tellUnusedInput()
    return .value(ExitStatus(replay.record.exit))
  }

  private func givenInSeparateStreams(_ cache: ArtifactCache) throws -> ExitStatus? {
    let call = try request.call(isMerged: false)
    let fatal = Fatal()
    let finding = try? cache.tree(call) { try give($0, isMerged: false, fatal) }
    if let error = fatal.error { throw error }
    guard case .hit(let entry, let status)? = finding else { return nil }
    cache.countHit(entry)
    return status
  }

  // By running it

  private func compute(_ call: PreparedCall?, _ reason: MissReason) throws -> Assembly<ExitStatus> {
    tellInputs(reason)
    let (end, capture) = try run()
    if end.isTimedOut {
      context.note("The command took longer than --timeout, and was ended.", invocation)
      return Assembly(.timedOut, nil)
    }
    let status = ExitStatus(end.exit)
    if let error = capture.closed[.output], error != .brokenPipe { throw error }
    let isWanted = reason != .disabled && !invocation.flag("no-store")
    guard let call, isWanted, !end.isInterrupted, capture.closed.isEmpty else { return Assembly(status, nil) }
    let isFailure = end.exit != .status(0)
    if isFailure && !invocation.flag("cache-failures") { return Assembly(status, nil) }
    do {
      let parts = try parts(call, end, capture)
      return Assembly(status, parts, request.putOptions(isFailure: isFailure))
    } catch let error as NotKept {
      context.note("Not kept: \(error.reason)", invocation)
      return Assembly(status, nil)
    }
  }

  private func run() throws -> (RunningCommand.End, RunCapture) {
    let capture = RunCapture(context)
    let command = RunningCommand(
      path: request.path, words: request.words, input: try request.input(), isMerged: request.isMerged,
      timeLimit: invocation.number("timeout").map { Duration.nanoseconds($0) })
    let end: RunningCommand.End
    do throws(SystemError) { end = try command.run(capture, context.clock) } catch {
      throw CommandError(
        error.call == .spawn && !error.isShortage ? .notExecutable : .notRun,
        "Cannot run '\(request.path)': \(error.reason).")
    }
    tellUnusedInput()
    return (end, capture)
  }

  /// Why a run is not kept that could have been.
  private struct NotKept: Error { let reason: String }

  /// What is kept of a run.
  private func parts(_ call: PreparedCall, _ end: RunningCommand.End, _ capture: RunCapture) throws -> [TreePart] {
    if let failure = capture.failure {
      throw NotKept(
        reason:
          "what the command wrote could not be set aside: \(failure.reason). Set TMPDIR to a place with more room.")
    }
    if let made = request.inputs.made(but: request.outputs) {
      throw NotKept(reason: "the command wrote '\(made)'. Name it with --out, so that it is restored too.")
    }
    if let changed = call.changedInput {
      throw NotKept(
        reason:
          "'\(changed)' changed while the command ran. If the command wrote it, name it with --out, and with --in too "
          + "if it read it.")
    }
    do {
      return try capture.parts(
        end.exit, isMerged: request.isMerged, isExact: end.isExact, outputs: request.outputs.paths)
        + request.outputs.parts()
    } catch let error as LarderError {
      throw NotKept(reason: error.message.hasSuffix(".") ? error.message : error.message + ".")
    }
  }

  // Without storing

  /// Runs the command and compares; nil where nothing is stored that it could be compared with.
  private func checked(_ cache: ArtifactCache, _ call: PreparedCall) throws -> ExitStatus? {
    var status: ExitStatus?
    var difference: RunDifference?
    let finding = try cache.tree(call) { tree -> TreeUse<Void> in
      guard let replay = try RunReplay(tree) else { return .refused(.undecodable) }
      if let reason = request.refusal(of: replay.record, isMerged: request.isMerged) { return .refused(reason) }
      // A second look at damage must not run it twice.
      if status != nil { return .value(()) }
      let (end, capture) = try run()
      status = end.isTimedOut ? .timedOut : ExitStatus(end.exit)
      let streams = capture.parts(
        end.exit, isMerged: request.isMerged, isExact: end.isExact, outputs: request.outputs.paths)
      let outputs = (try? request.outputs.parts()) ?? []
      difference = try RunDifference(replay, streams + outputs, hasOtherEnd: end.exit != replay.record.exit)
      return .value(())
    }
    guard case .hit = finding, let status else { return status }
    guard let difference, !difference.parts.isEmpty else {
      if invocation.flag("verbose") { context.note("The same as what is stored.", invocation) }
      return status
    }
    context.say(
      "larder: What is stored differs: \(difference.parts.joined(separator: ", ")). Either the command does not always give the "
        + "same, or it depends on something that is not in its key. Store it anew with --refresh.")
    return status == .done ? .no : status
  }

  private func dryLook(_ cache: ArtifactCache, _ call: PreparedCall) throws -> MissReason? {
    func look(_ call: PreparedCall, isMerged: Bool) throws -> MissReason? {
      let finding = try cache.tree(call) { tree -> TreeUse<Void> in
        guard let replay = try RunReplay(tree) else { return .refused(.undecodable) }
        return request.refusal(of: replay.record, isMerged: isMerged).map { .refused($0) } ?? .value(())
      }
      if case .miss(let miss) = finding { return miss.reason }
      return nil
    }
    if request.isMerged, try look(request.call(isMerged: false), isMerged: false) == nil { return nil }
    return try look(call, isMerged: request.isMerged)
  }

  /// What a dry run tells.
  private func told(_ call: PreparedCall, _ reason: MissReason?) throws -> ExitStatus {
    if invocation.flag("json") {
      try context.report(
        invocation,
        [
          ("schema", .string("larder.run/1")), ("hit", .bool(reason == nil)), ("key", .string(call.key.description)),
          ("reason", .optional(reason) { .string($0.rawValue) }),
          ("inputs", .array(request.inputs.names.map { .string($0) })),
        ], lines: [])
    } else {
      context.note(
        reason.map { "Would run it. \(missLine($0))" } ?? "Would give it from the cache.", invocation)
    }
    return reason == nil ? .done : .no
  }

  // Words

  private func tellInputs(_ reason: MissReason) {
    if reason == .disabled { return }
    let inputs = request.inputs
    if !inputs.found.isEmpty {
      context.note(
        "Inputs: \(inputs.found.joined(separator: ", ")) (found on the command line). Add others with --in.", invocation
      )
    }
    if !inputs.overwritten.isEmpty {
      context.note(
        "Not part of the key: \(inputs.overwritten.joined(separator: ", ")) (named with --out). If the command reads what was "
          + "there before, add it with --in.", invocation)
    }
    if !inputs.overlooked.isEmpty {
      context.note(
        "Not looked into: \(inputs.overlooked.joined(separator: ", ")). If the command reads it, add it with --in.",
        invocation)
    }
  }

  private func tellUnusedInput() {
    guard request.inputs.input == nil, StandardStream.input.holdsData else { return }
    context.note(
      "Standard input was not given to the command. Give it with --in -, so that it is part of the key.", invocation)
  }
}

extension ExitStatus {
  fileprivate init(_ exit: ChildProcess.Exit) {
    switch exit {
    case .status(let number): self.init(number)
    case .signal(let number): self.init(signal: number)
    }
  }
}

extension Invocation {
  /// How the cache is opened for a command that must be run whatever the cache can do.
  fileprivate func runOptions(_ context: Context) -> CacheOptions {
    var options = cacheOptions(context)
    options.failures = .degrade
    // What only looks makes no cache.
    options.create = !flag("no-store") && !flag("dry-run") && !flag("read-only")
    options.readOnly = flag("read-only") || flag("dry-run")
    if flag("refresh") { options.environment["LARDER_REFRESH"] = "1" }
    // Who says how long to wait means every wait.
    let limits = ["wait", "timeout"].compactMap { number($0) }
    options.leaseWait = limits.min().map { Duration.nanoseconds($0) }
    return options
  }
}
