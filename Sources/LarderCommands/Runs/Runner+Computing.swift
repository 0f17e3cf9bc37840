internal import Larder
internal import LarderFormat
internal import LarderIndex
internal import LarderSystem

// Running a command, and keeping what it gives.
extension Runner {
  func compute(_ call: PreparedCall?, _ reason: MissReason) throws -> Assembly<ExitStatus> {
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

  func run() throws -> (RunningCommand.End, RunCapture) {
    let capture = RunCapture(context)
    let command = RunningCommand(
      path: request.path, words: request.words, input: try request.input(), isMerged: request.isMerged,
      timeLimit: invocation.number("timeout").map { Duration.nanoseconds($0) })
    let end: RunningCommand.End
    do throws(SystemError) { end = try command.run(capture, context.clock) } catch {
      // The file itself is there: it was found before.
      let reason = error.isMissing ? "the program that its first line names is not there" : error.reason
      throw CommandError(
        error.call == .spawn && !error.isShortage ? .notExecutable : .notRun,
        "Cannot run '\(request.path)': \(reason).")
    }
    tellUnusedInput()
    return (end, capture)
  }

  /// Why a run is not kept that could have been.
  private struct NotKept: Error { let reason: String }

  /// What is kept of a run.
  func parts(_ call: PreparedCall, _ end: RunningCommand.End, _ capture: RunCapture) throws -> [TreePart] {
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

  /// Runs the command and compares; nil where nothing is stored that it could be compared with.
  func checked(_ cache: ArtifactCache, _ call: PreparedCall) throws -> ExitStatus? {
    var status: ExitStatus?
    var difference: RunDifference?
    let finding = try cache.tree(call) { tree in
      try replay(of: tree, isMerged: request.isMerged).map { replay in
        // A second look at damage must not run it twice.
        if status != nil { return }
        let (end, capture) = try run()
        status = end.isTimedOut ? .timedOut : ExitStatus(end.exit)
        let streams = capture.parts(
          end.exit, isMerged: request.isMerged, isExact: end.isExact, outputs: request.outputs.paths)
        let outputs = (try? request.outputs.parts()) ?? []
        difference = try RunDifference(replay, streams + outputs, hasOtherEnd: end.exit != replay.record.exit)
      }
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
}

extension ExitStatus {
  init(_ exit: ChildProcess.Exit) {
    switch exit {
    case .status(let number): self.init(number)
    case .signal(let number): self.init(signal: number)
    }
  }
}
