/// Which entries are meant: those that fit everything that is said.
package struct EntrySelection: Hashable, Sendable {
  /// The namespace; nil for all.
  package var namespace: String?
  /// What the name of the function fits.
  package var function: Glob?
  package var tags: [String] = []
  /// Arguments as they stand in the documents of calls.
  package var arguments: [KeyDocument.Leaf] = []

  package init() {}

  /// Whether an entry is meant, whose document is in its record.
  package func matches(_ entry: EntryRecord) -> Bool { fits(entry) && fits(document: entry.document) }

  /// Whether the entry fits as far as can be told without its document.
  package func fits(_ entry: EntryRecord) -> Bool {
    if let namespace, !entry.namespace.utf8.elementsEqual(namespace.utf8) { return false }
    if let function, !function.matches(entry.function) { return false }
    return tags.allSatisfy { tag in entry.tags.contains { $0.utf8.elementsEqual(tag.utf8) } }
  }

  /// Whether the arguments in a document fit.
  package func fits(document: [UInt8]) -> Bool {
    if arguments.isEmpty { return true }
    guard let document = try? KeyDocument(decoding: document) else { return false }
    return arguments.allSatisfy(document.arguments.contains)
  }
}
