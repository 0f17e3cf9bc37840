internal import Larder
internal import LarderIndex

extension NamedCall {
  /// The call with its key; files and directories that it names are read.
  func prepared(_ invocation: Invocation, _ context: Context) throws -> PreparedCall {
    var given = KeyArguments()
    for (name, value) in arguments {
      switch value {
      case .json(let value): given.append(name, JSONArgument(value))
      case .text(let text): given.append(name, text)
      case .file(let path): given.append(name, InputFile(path))
      case .tree(let path): given.append(name, InputTree(path))
      }
    }
    return try Call(function.name, version: function.version ?? "", given).prepared(
      namespace: invocation.namespace,
      environment: try invocation.keyEnvironment(environment, isPortable: isPortable, context),
      variables: context.environment)
  }
}

extension Invocation {
  /// What enters a key beside the arguments: the variables with these names, and where it is not portable what it runs on.
  func keyEnvironment(
    _ names: [String], isPortable: Bool, _ context: Context
  ) throws(CommandError) -> KeyEnvironment {
    let base = isPortable ? KeyEnvironment.portable : .standard
    var result = base
    for name in names {
      if context.unreadableVariables.contains(name) {
        throw CommandError(
          .badInput, "The variable '\(name)' is not UTF-8, so it cannot be part of a key. Set it to text.")
      }
      if base.values.keys.contains(name) {
        throw .usage(
          "The variable '\(name)' cannot be part of a key that has an '\(name)' of its own. Use --portable, or another name."
        )
      }
      result = result.adding(name, context.environment[name])
    }
    return result
  }
}

extension Invocation {
  var namespace: String { text("namespace") ?? "" }

  /// The call that the options name, with its key; nil without `--function`.
  func preparedCall(_ context: Context) throws -> PreparedCall? {
    try namedCall()?.prepared(self, context)
  }
}
