internal import FoundationEssentials
internal import LarderFormat
internal import LarderSystem

/// What `larder.json` says: the format, what a reader must know of, and the choices made when the cache was made.
package struct CacheDescription: Codable, Hashable, Sendable {
  package struct Index: Codable, Hashable, Sendable {
    /// `sqlite` or `json`.
    package var kind: String
    /// Where it is, relative to the cache; never with a password.
    package var place: String
  }

  package struct Defaults: Codable, Hashable, Sendable {
    package var encoding: String
    package var durability: String
    /// Stored bytes; nil for no limit.
    package var maximumSize: Int64?

    enum CodingKeys: String, CodingKey {
      case encoding, durability
      case maximumSize = "maximum_size"
    }
  }

  /// Whether unsigned entries are accepted.
  package enum Signatures: String, Codable, Sendable { case optional, required }

  package var format: Int
  package var id: String
  package var created: String
  /// Features without which the cache must not be opened.
  package var required: [String]
  /// Features that a reader may ignore.
  package var optional: [String]
  package var index: Index
  package var signatures: Signatures
  package var defaults: Defaults

  /// What the index is; nil where this version does not know it.
  package var indexKind: IndexKind? { IndexKind(rawValue: index.kind) }

  package static let fileName = "larder.json"
  package static let format = 1
  static let knownFeatures: Set<String> = []

  /// Reads the bytes of `larder.json`, refusing what this version does not understand.
  ///
  /// - Throws: ``LarderError`` with the code `format`.
  package init(reading bytes: [UInt8], path: String) throws(LarderError) {
    struct Version: Decodable { var format: Int }
    let data = Data(bytes)
    let decoder = JSONDecoder()
    guard let version = try? decoder.decode(Version.self, from: data) else {
      throw LarderError(
        .format, "'\(path)' is no description of a cache. Restore it from a backup, or choose another directory.")
    }
    guard version.format == Self.format else {
      throw LarderError(
        .format,
        "Cannot open the cache: the format in '\(path)' is \(version.format) and this Larder reads \(Self.format). "
          + "Update Larder, or choose another directory.")
    }
    do { self = try decoder.decode(Self.self, from: data) } catch {
      throw LarderError(
        .format, "'\(path)' is damaged. Restore it from a backup, or choose another directory.", cause: error)
    }
    guard signatures == .optional else {
      throw LarderError(
        .format,
        "Cannot open the cache: '\(path)' requires signatures, and this Larder does not sign. Update Larder, or choose "
          + "another directory.")
    }
    if let unknown = required.first(where: { !Self.knownFeatures.contains($0) }) {
      throw LarderError(
        .format,
        "Cannot open the cache: '\(path)' requires the feature '\(unknown)', which this Larder does not know. "
          + "Update Larder, or choose another directory.")
    }
  }

  /// What the index of the cache in a directory is; SQLite where nothing says so.
  package static func indexKind(at path: String) -> IndexKind {
    guard let directory = try? Descriptor(directory: path),
      let description = try? CacheDirectory.readDescription(directory, path)
    else { return .sqlite }
    return description.indexKind ?? .sqlite
  }

  init(id: CacheID, created: Timestamp, index kind: IndexKind, defaults: Defaults) {
    format = Self.format
    self.id = id.description
    self.created = created.rfc3339
    required = []
    optional = []
    index = Index(kind: kind.rawValue, place: kind.fileName)
    signatures = .optional
    self.defaults = defaults
  }

  /// The bytes of the file, for people too.
  func json() throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return try [UInt8](encoder.encode(self)) + [0x0A]
  }
}
