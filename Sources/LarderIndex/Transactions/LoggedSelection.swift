internal import LarderCrypto
internal import LarderFormat

/// What a row of the log of removals says was removed, as JSON that people read and SQLite takes apart: keys,
///
///     {"keys":[64 hexadecimal digits, …]}
///
/// or a selection, of which each text narrows what is meant further; an empty one means every entry:
///
///     {"select":["namespace=…","function=a pattern","tag=…","arg=the leaf in hexadecimal=the argument's name", …]}
///
/// What this version does not know is nil, and may mean any entry.
enum LoggedSelection {
  private static let opening = "{\"select\":"

  static func text(_ keys: ArraySlice<ArtifactKey>) -> String {
    "{\"keys\":[\"\(keys.map(\.description).joined(separator: "\",\""))\"]}"
  }

  static func text(_ selection: EntrySelection) -> String {
    var items: [String] = []
    if let namespace = selection.namespace { items.append("namespace=" + namespace) }
    if let function = selection.function { items.append("function=" + function.text) }
    items += selection.tags.map { "tag=" + $0 }
    items += selection.arguments.map { "arg=\($0.digest.hex)=\($0.name)" }
    return opening + TagText.text(items) + "}"
  }

  /// The selection of a row; nil where it is none, or none that this version knows.
  static func selection(_ text: String) -> EntrySelection? {
    guard text.hasPrefix(opening), text.hasSuffix("}") else { return nil }
    return selection(list: text.dropFirst(opening.count).dropLast())
  }

  /// The selection that an array of texts is.
  static func selection(list text: some StringProtocol) -> EntrySelection? {
    guard let items = TagText.list(text) else { return nil }
    var selection = EntrySelection()
    for item in items {
      guard let (name, value) = split(item[...]) else { return nil }
      switch name {
      case "namespace" where selection.namespace == nil: selection.namespace = String(value)
      case "function" where selection.function == nil:
        guard let glob = Glob(String(value)) else { return nil }
        selection.function = glob
      case "tag": selection.tags.append(String(value))
      case "arg":
        guard let (hex, name) = split(value), let digest = Digest(hex: String(hex)) else { return nil }
        selection.arguments.append(.init(name: String(name), digest: digest))
      default: return nil
      }
    }
    return selection
  }

  private static func split(_ text: Substring) -> (Substring, Substring)? {
    guard let equals = text.unicodeScalars.firstIndex(of: "=") else { return nil }
    return (text[..<equals], text[text.unicodeScalars.index(after: equals)...])
  }
}
