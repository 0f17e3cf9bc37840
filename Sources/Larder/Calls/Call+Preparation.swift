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
    let inputs = InputsOnDemand(variables)
    let derived = try derive(namespace: namespace, environment: environment, inputs: inputs)
    return PreparedCall(
      name: CallName(namespace: namespace, function: function, version: version), key: derived.key,
      document: derived.document.cbor, detail: derived.detail.cbor, inputs: inputs.snapshot)
  }
}

extension KeyArguments {
  /// The leaves that stand for these arguments in documents, for selecting entries by them; marked arguments have none.
  package func leaves() throws -> [KeyDocument.Leaf] {
    try Call("any", self).prepared(namespace: "", environment: .portable, variables: [:]).leaves()
  }
}

extension PreparedCall {
  fileprivate func leaves() throws -> [KeyDocument.Leaf] { try KeyDocument(decoding: document).arguments }

  /// Whether the input files are still those that the key was derived from.
  package func inputsAreUnchanged() -> Bool { inputs.areUnchanged() }
}

extension EntryDraft {
  /// The entry that the result of a call becomes.
  package init(_ call: PreparedCall, representation: String) {
    self.init(key: call.key, call: call.name, representation: representation)
    document = call.document
    detail = call.detail
  }
}

/// Opens the memo of digests when the first input asks for it: most calls have none, and opening costs more than a hit.
private final class InputsOnDemand: InputResolver {
  private let variables: [String: String]
  private var recorder: InputRecorder?

  init(_ variables: [String: String]) { self.variables = variables }

  var snapshot: InputSnapshot { recorder?.snapshot ?? InputSnapshot() }

  private func opened() -> InputRecorder {
    if let recorder { return recorder }
    var options = CacheOptions()
    options.environment = variables
    let opened = InputRecorder(FileDigests(options))
    recorder = opened
    return opened
  }

  func file(_ path: String) throws -> FileIdentity { try opened().file(path) }
  func tree(_ path: String) throws -> [TreeItem] { try opened().tree(path) }
  func pepper() throws -> [UInt8] { try Pepper.load(variables) }
}
