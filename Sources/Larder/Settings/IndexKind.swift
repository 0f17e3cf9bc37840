internal import LarderIndex

/// Where a cache keeps its entries. It is chosen when the cache is made.
package enum IndexKind: String, Hashable, Sendable, CaseIterable {
  /// One SQLite file, `index.sqlite`: any number of processes on one host, at any size.
  case sqlite
  /// A journal of JSON lines, `index.jsonl`, which people can read, diff and ask with `jq`: any number of processes on one
  /// host. Who opens the cache reads the whole journal, so it is for caches of up to some 100,000 entries.
  case json

  /// The name of the file in the cache.
  package var fileName: String {
    switch self {
    case .sqlite: "index.sqlite"
    case .json: "index.jsonl"
    }
  }

  /// As it is written on a command line: `sqlite:`.
  package var address: String { rawValue + ":" }

  package init?(address: String) {
    guard address.hasSuffix(":") else { return nil }
    self.init(rawValue: String(address.dropLast()))
  }

  /// The format of such an index that this version reads and writes.
  package var format: Int64 {
    switch self {
    case .sqlite: SQLiteIndex.format
    case .json: JSONIndex.format
    }
  }
}
