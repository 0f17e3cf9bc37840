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
    do throws(SystemError) { try cache.makeDirectory(BlobTree.quarantineName) } catch {
      if !error.exists { throw error }
    }
    let directory = try cache.open(BlobTree.quarantineName, [.read, .directory, .noFollow])
    let copy = try cache.open(".", [.read, .directory])
    let numbers = try directory.names().compactMap { Self.number(String(decoding: $0, as: UTF8.self)) }
    let highest = numbers.max() ?? 0
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

  private static func name(_ number: Int) -> String { "index.\(number).sqlite" }

  private static func number(_ name: String) -> Int? {
    let parts = name.split(separator: ".", maxSplits: 2)
    guard parts.count == 3, parts[0] == "index", parts[2].hasPrefix("sqlite") else { return nil }
    return Int(parts[1]).flatMap { $0 > 0 ? $0 : nil }
  }
}
