/// What is remembered of a call's arguments beside its document, so that it can be shown and a miss explained.
///
/// In deterministic CBOR `{"v": 1, "args": [item], "env": [item]}`, in the order in which the caller gave them, where an
/// item is `{"n": name, "k": kind, "p": preview}` and has where they apply `"c"`, the canonical encoding of a value up
/// to 4 KiB, as a byte string, `"path"` and `"size"`. Of a secret there is nothing but three dots.
package struct CallDetail: Hashable, Sendable {
  package typealias Kind = DerivedCall.Kind

  package struct Item: Hashable, Sendable {
    package let name: String
    package let kind: Kind
    /// At most 200 characters, for people.
    package let preview: String
    /// The canonical encoding; nil when it is too large, for secrets and for what is not a value.
    package let value: [UInt8]?
    /// Where a file or directory lay.
    package let path: String?
    /// Its size in bytes; of a directory the sum of its files.
    package let size: UInt64?
  }

  /// Values with a longer encoding are not kept.
  package static let valueLimit = 4096

  /// The largest detail, in bytes.
  package static let sizeLimit = 1 << 20

  package let arguments: [Item]
  package let environment: [Item]

  package init(_ call: DerivedCall) {
    arguments = call.parts.filter { $0.kind != .environment }.map(Item.init)
    environment = call.parts.filter { $0.kind == .environment }.map(Item.init).sorted { $0.name < $1.name }
  }

  /// The canonical bytes.
  ///
  /// Where they are too many, values are left out, then previews: a call with many arguments must not fill the index.
  package var cbor: [UInt8] {
    for shape in [Shape.whole, .withoutValues, .empty] {
      if let bytes = try? document(shape).encoded(), bytes.count <= Self.sizeLimit { return bytes }
    }
    return []
  }

  private enum Shape { case whole, withoutValues, empty }

  private func document(_ shape: Shape) -> CBORValue {
    func list(_ items: [Item]) -> CBORValue {
      .array(shape == .empty ? [] : items.map { $0.encoded(withValue: shape == .whole) })
    }
    return .map([
      .init(.text("v"), .unsigned(1)), .init(.text("args"), list(arguments)), .init(.text("env"), list(environment)),
    ])
  }

  /// Reads the canonical bytes, and refuses everything that this format does not write.
  ///
  /// - Throws: `CBORError`.
  package init(decoding bytes: [UInt8]) throws(CBORError) {
    guard bytes.count <= Self.sizeLimit else { throw CBORError(.value, at: Self.sizeLimit) }
    let document = try CBORValue(decoding: bytes)
    guard document.pairs?.count == 3, document["v"] == .unsigned(1), let arguments = document["args"]?.elements,
      let environment = document["env"]?.elements
    else { throw CBORError(.value, at: 0) }
    self.arguments = try arguments.map { item throws(CBORError) in try Item(item, isEnvironment: false) }
    self.environment = try environment.map { item throws(CBORError) in try Item(item, isEnvironment: true) }
  }
}

extension CallDetail.Item {
  init(_ part: DerivedCall.Part) {
    name = part.name
    kind = part.kind
    path = part.path
    size = part.size
    switch part.kind {
    case .secret:
      preview = "•••"
      value = nil
    case .file, .tree:
      let place = part.path.map { Self.plain($0) + " " } ?? ""
      preview = CBORPreview.shortened("\(place)(\(part.size ?? 0) bytes)")
      value = nil
    case .argument, .environment, .unkeyed:
      preview = CBORPreview.text(of: part.encoding)
      value = part.encoding.count <= CallDetail.valueLimit ? part.encoding : nil
    }
  }

  /// A path without quotes, unless something in it has to be escaped.
  private static func plain(_ path: String) -> String {
    let quoted = CBORValue.quoted(path)
    return quoted.utf8.count == path.utf8.count + 2 ? path : quoted
  }

  func encoded(withValue: Bool) -> CBORValue {
    var pairs: [CBORValue.Pair] = [
      .init(.text("n"), .text(name)), .init(.text("k"), .text(kind.rawValue)), .init(.text("p"), .text(preview)),
    ]
    if withValue, let value { pairs.append(.init(.text("c"), .bytes(value))) }
    if let path { pairs.append(.init(.text("path"), .text(path))) }
    if let size { pairs.append(.init(.text("size"), .unsigned(size))) }
    return .map(pairs)
  }

  init(_ item: CBORValue, isEnvironment: Bool) throws(CBORError) {
    guard let name = item["n"]?.text, let pairs = item.pairs, let kind = item["k"]?.text.flatMap(CallDetail.Kind.init),
      let preview = item["p"]?.text, (kind == .environment) == isEnvironment
    else { throw CBORError(.value, at: 0) }
    self.name = name
    self.kind = kind
    self.preview = preview
    value = item["c"]?.byteString
    path = item["path"]?.text
    if case .unsigned(let bytes)? = item["size"] { size = bytes } else { size = nil }
    let known = 3 + [value != nil, path != nil, size != nil].count { $0 }
    guard pairs.count == known, value == nil || kind != .secret else { throw CBORError(.value, at: 0) }
  }
}

extension DerivedCall {
  /// What may be remembered of the arguments.
  package var detail: CallDetail { CallDetail(self) }
}
