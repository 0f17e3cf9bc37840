/// One call of a function: what its key is made of. A call knows no cache.
public struct Call: Sendable {
  /// The name of the computation, such as `train/fold`.
  public let function: String
  /// The version of the computation; empty when none is given.
  public let version: String
  /// The arguments.
  public let arguments: KeyArguments

  /// Describes a call.
  ///
  /// - Parameters:
  ///   - function: The name of the computation.
  ///   - version: The version of the computation: results of one version are not taken for those of another.
  ///   - arguments: The arguments.
  public init(_ function: String, version: String = "", _ arguments: KeyArguments = [:]) {
    self.function = function
    self.version = version
    self.arguments = arguments
  }

  /// The longest name of a function, version, namespace, argument or environment value, in bytes of UTF-8.
  package static let nameLimit = 1024

  /// The document that the key is the digest of.
  ///
  /// - Throws: `LarderError` with code `argument`, or what the resolver throws.
  package func document(
    namespace: String, environment: KeyEnvironment, inputs: some InputResolver
  ) throws -> KeyDocument {
    try derive(namespace: namespace, environment: environment, inputs: inputs).document
  }

  /// The document, and what of the arguments may be remembered beside it.
  ///
  /// - Throws: `LarderError` with code `argument`, or what the resolver throws.
  package func derive(
    namespace: String, environment: KeyEnvironment, inputs: some InputResolver
  ) throws -> DerivedCall {
    try checkNames(namespace: namespace, environment: environment)
    var leaves: [KeyDocument.Leaf] = []
    var parts: [DerivedCall.Part] = []
    leaves.reserveCapacity(arguments.elements.count)
    parts.reserveCapacity(arguments.elements.count)
    for argument in arguments.elements {
      let part = try DerivedCall.Part(argument, inputs: inputs)
      parts.append(part)
      if let digest = part.digest { leaves.append(.init(name: argument.name, digest: digest)) }
    }
    var surroundings: [KeyDocument.Leaf] = []
    for part in environment.parts {
      parts.append(part)
      if let digest = part.digest { surroundings.append(.init(name: part.name, digest: digest)) }
    }
    try checkUnkeyedNames(parts)
    let document = try KeyDocument(
      namespace: namespace, function: function, version: version, arguments: leaves, environment: surroundings)
    return DerivedCall(document: document, parts: parts)
  }

  private func checkNames(namespace: String, environment: KeyEnvironment) throws {
    guard !function.isEmpty else {
      throw LarderError(.argument, "Cannot derive a key: the function has no name. Name the computation.")
    }
    try check(function, "the name of the function")
    try check(version, "the version")
    try check(namespace, "the namespace")
    for argument in arguments.elements { try check(argument.name, "the name of an argument") }
    for part in environment.parts { try check(part.name, "the name of an environment value") }
  }

  /// Any text is a name, control characters included: it is escaped wherever it is shown. Only its length is bounded.
  private func check(_ name: String, _ what: String) throws {
    let count = name.utf8.count
    guard count > Self.nameLimit else { return }
    throw LarderError(
      .argument,
      "Cannot derive a key: \(what) has \(count) bytes, and at most \(Self.nameLimit) are allowed. "
        + "Pass long text as the value of an argument.")
  }

  /// An argument outside the document must not share the name of one inside it: `explain` would mix them up.
  private func checkUnkeyedNames(_ parts: [DerivedCall.Part]) throws {
    guard parts.contains(where: { $0.kind == .unkeyed }) else { return }
    var names = Set<[UInt8]>()
    for part in parts where part.kind != .environment && !names.insert(Array(part.name.utf8)).inserted {
      throw LarderError(
        .argument,
        "Cannot derive a key for '\(function)': an argument named '\(part.name)' is given twice. Give it once.")
    }
  }
}
