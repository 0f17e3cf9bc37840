package import LarderFormat
internal import LarderIndex
internal import LarderSystem

/// Which version of each function was stored last.
package struct NewestVersions: Sendable {
  private struct Name: Hashable {
    var namespace: [UInt8]
    var function: [UInt8]

    init(_ entry: EntryRecord) {
      namespace = Array(entry.namespace.utf8)
      function = Array(entry.function.utf8)
    }
  }

  private var newest: [Name: (version: String, created: Timestamp)] = [:]

  fileprivate mutating func note(_ entry: EntryRecord) {
    if entry.function.isEmpty { return }
    let name = Name(entry)
    if let known = newest[name] {
      // Of two that were stored at the same time the names decide, so that the answer is always the same.
      if known.created > entry.created || known.created == entry.created && known.version >= entry.version { return }
    }
    newest[name] = (entry.version, entry.created)
  }

  /// Whether another version of the entry's function was stored after all entries of this one. What was put under a bare
  /// key has no function, and is superseded by nothing.
  package func supersede(_ entry: EntryRecord) -> Bool {
    guard let newest = newest[Name(entry)] else { return false }
    return !newest.version.utf8.elementsEqual(entry.version.utf8)
  }
}

extension ArtifactStore {
  /// Looks at all entries for the version of each function that was stored last; memory grows with the functions and not
  /// with the entries.
  package func newestVersions(of function: Glob?, in namespace: String?) throws -> NewestVersions {
    var selection = EntrySelection()
    selection.function = function
    selection.namespace = namespace
    var versions = NewestVersions()
    try visit(selection) { entry in
      versions.note(entry.record)
      return true
    }
    return versions
  }
}
