internal import FoundationEssentials
internal import LarderBlobs
internal import LarderSystem

/// Where the files of a damaged index go: `quarantine/index.<n>.sqlite`, with the log beside it under the name that
/// SQLite looks for, so that it can be opened there.
struct IndexQuarantine: ~Copyable {
  private let cache: Descriptor
  private let directory: Descriptor
  private let index: String
  private let number: Int
  private let highest: Int

  init(in cache: borrowing Descriptor, _ index: String) throws(SystemError) {
    let directory = try BlobTree.openQuarantine(in: cache)
    let copy = try cache.open(".", [.read, .directory])
    let highest = try Self.highest(in: directory)
    // The index itself is moved last: where it is missing, somebody was killed who had begun with this number.
    let isWhole = try directory.holds(Self.name(highest))
    self.init(copy, directory, index, number: highest > 0 && !isWhole ? highest : highest + 1, highest)
  }

  private init(
    _ cache: consuming Descriptor, _ directory: consuming Descriptor, _ index: String, number: Int, _ highest: Int
  ) {
    self.cache = cache
    self.directory = directory
    self.index = index
    self.number = number
    self.highest = highest
  }

  /// Where the damaged index goes, relative to the cache.
  var place: String { BlobTree.quarantineName + "/" + Self.name(number) }

  /// Notes what happened beside it, before any of its files is moved.
  func explain(_ words: String, _ time: Timestamp) throws(SystemError) {
    try BlobTree.explain(Self.name(number), in: directory, from: index, words, time)
    try directory.sync()
  }

  /// Whether a recovery said that it is about to move the index here, and has not yet done so.
  static func isAnnounced(in cache: borrowing Descriptor) throws(SystemError) -> Bool {
    let directory: Descriptor
    do throws(SystemError) {
      directory = try cache.open(BlobTree.quarantineName, [.read, .directory, .noFollow])
    } catch {
      if error.isMissing { return false }
      throw error
    }
    let highest = try highest(in: directory)
    guard highest > 0, try directory.holds(name(highest) + ".json") else { return false }
    return try !directory.holds(name(highest))
  }

  /// Whether the log of the index is here already, and the index is not.
  var holdsLogAlone: Bool {
    get throws(SystemError) {
      if highest != number { return false }
      return try directory.holds(Self.name(number) + "-wal")
    }
  }

  /// Moves aside a file that is not part of the damaged index.
  ///
  /// - Returns: Where it is now, relative to the cache; nil if it was gone.
  func putAside(_ name: String, _ words: String, _ time: Timestamp) throws(SystemError) -> String? {
    try BlobTree.moveAside(name, of: cache, to: directory, words, time).map { BlobTree.quarantineName + "/" + $0 }
  }

  /// What was noted last.
  var words: String? {
    struct Note: Decodable { var reason: String }
    guard let file = try? directory.open(Self.name(highest) + ".json", [.read, .noFollow, .nonBlocking]),
      let bytes = try? file.contents(limit: 1 << 16)
    else { return nil }
    return (try? JSONDecoder().decode(Note.self, from: Data(bytes)))?.reason
  }

  /// Moves one file of the index here, if it is still in its place.
  func take(_ suffix: String) throws(SystemError) {
    do throws(SystemError) { try cache.rename(index + suffix, to: Self.name(number) + suffix, in: directory) } catch {
      if !error.isMissing { throw error }
    }
  }

  func sync() throws(SystemError) { try directory.sync() }

  private static func highest(in directory: borrowing Descriptor) throws(SystemError) -> Int {
    try directory.names().compactMap { number(String(decoding: $0, as: UTF8.self)) }.max() ?? 0
  }

  private static func name(_ number: Int) -> String { "index.\(number).sqlite" }

  private static func number(_ name: String) -> Int? {
    let parts = name.split(separator: ".", maxSplits: 2)
    guard parts.count == 3, parts[0] == "index", parts[2].hasPrefix("sqlite") else { return nil }
    return Int(parts[1]).flatMap { $0 > 0 ? $0 : nil }
  }
}
