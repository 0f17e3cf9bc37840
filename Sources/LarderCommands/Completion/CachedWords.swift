internal import Larder
internal import LarderIndex
internal import LarderSystem

/// Words of a cache, each with what it stands for.
protocol CachedWords {
  func functions(withVersions: Bool) -> [(word: String, description: String)]
  func tags() -> [(word: String, description: String)]
  func keys(beginningWith digits: String, whole: Bool) -> [(word: String, description: String)]
}

/// The words of a cache on disk. A shell waits for them between two keystrokes, so a large cache is only sampled: keys are
/// in no order that means anything, so the first entries are as good as any. Whatever fails is passed over in silence.
struct StoredWords: CachedWords {
  private static let sampleSize = 2000
  private static let offeredKeys = 100
  private let store: ArtifactStore

  init(_ store: ArtifactStore) { self.store = store }

  private func sample() -> [StoredEntry] {
    var entries: [StoredEntry] = []
    try? store.visit(EntrySelection()) { entry in
      entries.append(entry)
      return entries.count < StoredWords.sampleSize
    }
    return entries
  }

  func functions(withVersions: Bool) -> [(word: String, description: String)] {
    var names: Set<String> = []
    let isSmall =
      (try? store.status(since: nil, where: { _, _ in true })).map { status in
        // Counters know every function, but no version, and also functions of which nothing is left.
        for function in status.functions where function.activity.puts > 0 { names.insert(function.name) }
        return status.totals.entries <= Int64(StoredWords.sampleSize)
      } ?? false
    let sample = sample()
    if isSmall { names = [] }
    for record in sample.map(\.record) {
      if withVersions, !record.version.isEmpty {
        names.remove(record.function)
        names.insert("\(record.function)@\(record.version)")
      } else {
        names.insert(record.function)
      }
    }
    return names.sorted().map { ($0, "") }
  }

  func tags() -> [(word: String, description: String)] {
    Set(sample().flatMap(\.record.tags)).sorted().map { ($0, "") }
  }

  func keys(beginningWith digits: String, whole: Bool) -> [(word: String, description: String)] {
    guard digits.utf8.count <= 64, digits.utf8.allSatisfy({ "0123456789abcdef".utf8.contains($0) }),
      let keys = try? store.keys(beginningWith: digits, limit: StoredWords.offeredKeys)
    else { return [] }
    return keys.map { key in
      let word = key.description
      let length = whole ? 64 : max(12, min(64, digits.utf8.count + 4))
      return (String(word.prefix(length)), name(of: key))
    }
  }

  /// What the entry is of, as the list of entries has it.
  private func name(of key: ArtifactKey) -> String {
    guard case .hit(let entry, _)? = try? store.entry(for: key, CallName(namespace: "")) else { return "" }
    let record = entry.record
    return (record.function.isEmpty ? "–" : record.function) + (record.version.isEmpty ? "" : "@" + record.version)
      + record.tags.map { " #" + $0 }.joined()
  }
}
