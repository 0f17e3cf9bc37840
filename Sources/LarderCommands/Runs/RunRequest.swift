internal import Larder
internal import LarderFormat
internal import LarderIndex
internal import LarderSystem

/// One command that is to be run, or to be given from the cache.
struct RunRequest {
  let invocation: Invocation
  let context: Context
  let words: [String]
  /// The file that the first word runs.
  let path: String
  let inputs: RunInputs
  let outputs: RunOutputs
  /// Whether both streams go to one place, where their order shows. A person at a terminal sees them as they come.
  let isMerged: Bool

  init(_ invocation: Invocation, _ context: Context) throws {
    self.invocation = invocation
    self.context = context
    words = invocation.words
    if invocation.number("timeout") == 0 {
      throw CommandError.usage("'--timeout' must be above zero. Leave it out to wait for as long as it takes.")
    }
    outputs = try RunOutputs(invocation.texts("out"))
    do throws(ExecutableSearch.Failure) {
      path = try ExecutableSearch.path(of: words[0], in: context.environment["PATH"])
    } catch {
      switch error {
      case .missing:
        throw CommandError(.notFound, "Cannot run '\(words[0])': there is no such command. Check the name, or PATH.")
      case .notExecutable(let path):
        let isDirectory = (try? FileStatus(following: path))?.kind == .directory
        let reason = isDirectory ? "it is a directory." : "it may not be executed. Make it so with chmod +x."
        throw CommandError(.notExecutable, "Cannot run '\(path)': \(reason)")
      }
    }
    inputs = try RunInputs(invocation, words, running: path, outputs: outputs, context)
    isMerged = context.output.width == nil && context.output.isSame(as: context.messages)
  }

  /// The call that stands for the command. Its inputs are read.
  func call() throws -> PreparedCall {
    var names: Set<String> = []
    let environment = try invocation.keyEnvironment(
      invocation.texts("env").filter { names.insert($0).inserted }, isPortable: invocation.flag("portable"), context)
    let function = try self.function()
    return try Call(function.name, version: function.version ?? "", inputs.arguments(words, isMerged: isMerged))
      .prepared(namespace: invocation.namespace, environment: environment, variables: context.environment)
      .allowingChanges(of: outputs.names)
  }

  /// The call that stands for the same command with its streams in different places.
  func separated(_ call: PreparedCall) throws -> PreparedCall {
    isMerged ? try call.without(RunInputs.streams) : call
  }

  private func function() throws(CommandError) -> FunctionName {
    guard let text = invocation.text("function") else {
      return FunctionName(name: String(LexicalPath.baseName(words[0])), version: nil)
    }
    guard let function = FunctionName(text) else {
      throw .usage("'--function' is '\(text)' but must be NAME or NAME@VERSION.")
    }
    return function
  }

  /// What makes a stored run of no use; nil where it can be given.
  func refusal(of record: RunRecord, isMerged: Bool) -> MissReason? {
    if !outputs.areIn(record) { return .arguments }
    // The order shows, and is not known.
    if self.isMerged, !isMerged, !record.isExact { return .arguments }
    return nil
  }

  /// What the command reads: what larder has read, or nothing.
  func input() throws -> OpenFile {
    if let input = inputs.input { return try input.opened() }
    return OpenFile(try Descriptor("/dev/null", .read))
  }

  func putOptions(isFailure: Bool) -> PutOptions {
    let time = (isFailure ? invocation.number("cache-failures") : nil) ?? invocation.number("ttl")
    return PutOptions(
      encoding: invocation.text("encoding").flatMap { Encoding(rawValue: $0) },
      timeToLive: time.map { .nanoseconds($0) }, tags: invocation.texts("tag"))
  }
}
