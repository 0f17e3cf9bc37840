internal import LarderCrypto
package import LarderFormat
internal import LarderIndex
internal import LarderSystem

extension Call {
  /// The call with its key, for those who have no cache open: files and trees among the arguments are read.
  ///
  /// - Parameters:
  ///   - namespace: The namespace; "" for none.
  ///   - environment: What enters the key besides the arguments.
  ///   - variables: The environment variables that say where the memo of digests and the pepper are.
  /// - Returns: The call, ready to become an entry.
  /// - Throws: ``LarderError`` with the code `argument` for what cannot be part of a key.
  package func prepared(
    namespace: String, environment: KeyEnvironment, variables: [String: String]
  ) throws -> PreparedCall {
    var options = CacheOptions()
    options.environment = variables
    let inputs = InputRecorder(FileDigests(options))
    let derived = try derive(namespace: namespace, environment: environment, inputs: inputs)
    return PreparedCall(
      name: CallName(namespace: namespace, function: function, version: version), key: derived.key,
      derived: derived, inputs: inputs.snapshot)
  }
}

extension KeyArguments {
  /// The leaves that stand for these arguments in documents, for selecting entries by them; marked arguments have none.
  package func leaves() throws -> [KeyDocument.Leaf] {
    try Call("any", self).prepared(namespace: "", environment: .portable, variables: [:]).derived.document.arguments
  }
}

extension PreparedCall {
  /// Whether the input files are still those that the key was derived from.
  package func inputsAreUnchanged() -> Bool { inputs.areUnchanged() }

  /// The path of an input that changed since the key was derived; nil where none has.
  package var changedInput: String? { inputs.firstChanged }

  /// The same call without one of its arguments, as if it had been prepared so at the same moment.
  package func without(_ argument: String) throws -> PreparedCall {
    let derived = try derived.without(argument)
    return PreparedCall(name: name, key: derived.key, derived: derived, inputs: inputs)
  }

  /// The same call, of which some inputs may change: they are results as well.
  package func allowingChanges(of paths: Set<PathName>) -> PreparedCall {
    var inputs = inputs
    inputs.files.removeAll { paths.contains(PathName($0.path)) }
    inputs.trees.removeAll { paths.contains(PathName($0.path)) }
    return PreparedCall(name: name, key: key, derived: derived, inputs: inputs)
  }
}

extension EntryDraft {
  /// The entry that the result of a call becomes.
  package init(_ call: PreparedCall, representation: String) {
    self.init(key: call.key, call: call.name, representation: representation)
    document = call.document
    detail = call.derived.detail.cbor
  }
}
