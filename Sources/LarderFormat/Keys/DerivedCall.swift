package import LarderCrypto

/// A call whose key is derived: the document, and what of its arguments may be remembered for people.
package struct DerivedCall: Sendable {
  package enum Kind: String, Sendable, CaseIterable {
    case argument = "arg"
    case environment = "env"
    case file
    case tree
    case secret
    /// Shown, and no part of the key.
    case unkeyed
  }

  /// One argument or environment value.
  package struct Part: Sendable {
    package let name: String
    package let kind: Kind
    /// The leaf in the document; nil for what is not part of the key.
    package let digest: Digest?
    /// The canonical encoding; empty for a secret.
    package let encoding: [UInt8]
    /// The path of a file or tree, as given.
    package let path: String?
    /// What was found at the path of a file.
    package let file: FileIdentity?
    /// The sum of the sizes of a tree's files, or the size of a file.
    package let size: UInt64?
  }

  package let document: KeyDocument
  package let parts: [Part]

  package var key: ArtifactKey { document.key }

  /// The same call without one of its arguments. Its inputs need not be read once more.
  package func without(_ argument: String) throws -> DerivedCall {
    let rest = document.arguments.filter { !$0.name.utf8.elementsEqual(argument.utf8) }
    return DerivedCall(
      document: try KeyDocument(
        namespace: document.namespace, function: document.function, version: document.version, arguments: rest,
        environment: document.environment),
      parts: parts.filter { $0.kind == .environment || !$0.name.utf8.elementsEqual(argument.utf8) })
  }

  /// The arguments that are files or trees: what has to be looked at again after the computation.
  package var inputs: [Part] { parts.filter { $0.path != nil } }
}

extension DerivedCall.Part {
  init(_ argument: KeyArguments.Element, inputs: some InputResolver) throws {
    switch ArgumentRole(argument.value) {
    case .value(let value):
      let encoding = try EncodingArena.encode(value, argument: argument.name)
      self.init(argument.name, .argument, KeyLeaf.digest(.argument, encoding), encoding)
    case .unkeyed(let value):
      self.init(argument.name, .unkeyed, nil, try EncodingArena.encode(value, argument: argument.name))
    case .secret(let value):
      let digest = try Self.secretDigest(of: value, named: argument.name, inputs)
      self.init(argument.name, .secret, digest, [])
    case .file(let file):
      try Self.checkPath(file.path, of: argument.name)
      let identity = try inputs.file(file.path)
      let encoding = KeyLeaf.encoding(of: identity, name: file.isNamed ? LexicalPath.baseName(file.path) : nil)
      self.init(
        name: argument.name, kind: .file, digest: KeyLeaf.digest(.file, encoding), encoding: encoding,
        path: file.path, file: identity, size: identity.size)
    case .content(let identity):
      let encoding = KeyLeaf.encoding(of: identity, name: nil)
      self.init(
        name: argument.name, kind: .file, digest: KeyLeaf.digest(.file, encoding), encoding: encoding, path: nil,
        file: identity, size: identity.size)
    case .tree(let tree):
      try Self.checkPath(tree.path, of: argument.name)
      let items = try inputs.tree(tree.path)
      let encoding = try KeyLeaf.encoding(of: items, argument: argument.name)
      let size = items.reduce(UInt64(0)) { sum, item in
        if case .file(let file) = item.kind { sum &+ file.size } else { sum }
      }
      self.init(
        name: argument.name, kind: .tree, digest: KeyLeaf.digest(.tree, encoding), encoding: encoding,
        path: tree.path, file: nil, size: size)
    }
  }

  init(environment name: String, _ value: String?) {
    var writer = CBORWriter()
    if let value { writer.text(value) } else { writer.null() }
    self.init(name, .environment, KeyLeaf.digest(.environment, writer.bytes), writer.bytes)
  }

  private init(_ name: String, _ kind: DerivedCall.Kind, _ digest: Digest?, _ encoding: [UInt8]) {
    self.init(name: name, kind: kind, digest: digest, encoding: encoding, path: nil, file: nil, size: nil)
  }

  private static func secretDigest(
    of value: any Encodable, named name: String, _ inputs: some InputResolver
  ) throws -> Digest {
    let encoding = try EncodingArena.encode(value, argument: name, isSecret: true)
    let pepper = try inputs.pepper()
    guard !pepper.isEmpty else {
      throw LarderError(
        .argument,
        "Cannot put \(ArgumentPath.root(name)) into a key: the pepper that secrets are hashed with is empty. Set LARDER_PEPPER, or run "
          + "'larder init'.")
    }
    return KeyLeaf.secret(encoding, pepper: pepper)
  }

  private static func checkPath(_ path: String, of argument: String) throws {
    guard path.isEmpty || path.utf8.contains(0) else { return }
    throw LarderError(
      .argument,
      "Cannot put \(ArgumentPath.root(argument)) into a key: its path \(path.isEmpty ? "is empty" : "holds a zero byte"). "
        + "Name a file or directory.")
  }
}
