internal import LarderCrypto
internal import LarderFormat

/// The first line of a journal: what the file is, and which part of it is compacted.
///
///     {"larder":"index","format":1,"cache_id":"…","index_id":"…","sequence":0,"bytes":256,"parts":0,"last":"…","anew":false,"checksum":"…"}
///
/// It is filled up with spaces to 256 bytes, so that it can be written when the rest of the file is. `bytes` is where the
/// compacted part ends, which has `parts` lines and holds all rows as they were after the transaction `sequence`, whose
/// checksum was `last`. With `anew` the rows are others than those of the file that this one replaced.
struct JournalHeader: Equatable {
  static let format: Int64 = 1
  static let count = 256

  var identity: IndexIdentity
  var sequence: Int64 = 0
  var end = Int64(JournalHeader.count)
  var parts: Int64 = 0
  var last: UInt64 = 0
  var isAnew = false

  init(identity: IndexIdentity) { self.identity = identity }

  var bytes: [UInt8] {
    var text = JSONWriter(capacity: Self.count)
    text.literal("{\"larder\":\"index\",\"format\":")
    text.integer(Self.format)
    text.literal(",\"cache_id\":")
    text.string(identity.cacheID.description)
    text.literal(",\"index_id\":")
    text.string(identity.indexID.description)
    text.literal(",\"sequence\":")
    text.integer(sequence)
    text.literal(",\"bytes\":")
    text.integer(end)
    text.literal(",\"parts\":")
    text.integer(parts)
    text.literal(",\"last\":")
    text.session(last)
    text.literal(",\"anew\":")
    text.flag(isAnew)
    let sum = text.bytes.withUnsafeBytes(checksum)
    text.literal(",\"checksum\":")
    text.session(sum)
    text.literal("}")
    return text.bytes + [UInt8](repeating: 0x20, count: Self.count - 1 - text.bytes.count) + [0x0A]
  }

  /// Reads the first bytes of a file.
  ///
  /// - Throws: ``IndexError/Code/foreign`` for a file that is something else, ``IndexError/Code/damaged`` for one that is an
  ///   index, or was.
  init(_ bytes: UnsafeRawBufferPointer, path: String) throws(IndexError) {
    guard var text = JSONReader(bytes), !bytes.allSatisfy({ $0 == 0 }) else {
      throw .damaged(path, "it begins with nothing")
    }
    guard text.take("{\"larder\":\"index\",\"format\":") else {
      // A journal whose first line was overwritten still goes on like one.
      let rest = UnsafeRawBufferPointer(rebasing: bytes[min(Self.count, bytes.count)...])
      if var second = JSONReader(rest), second.take("{\"checksum\":\"") {
        throw .damaged(path, "its first line is not that of an index")
      }
      throw IndexError(
        .foreign,
        "'\(path)' is a file of another program, not an index of Larder. Nothing was changed; choose another directory."
      )
    }
    let format: Int64
    do throws(JSONFault) {
      format = try text.integer()
      if format == Self.format { try self.init(from: &text) } else { self.init(identity: .none) }
    } catch { throw .damaged(path, "its first line is not sound") }
    guard format == Self.format else {
      throw IndexError(
        .foreign,
        "Cannot open the index '\(path)': its format is \(format) and this Larder reads \(Self.format). "
          + "Update Larder, or choose another directory.")
    }
    // One text for each header: with this the checksum is compared, too.
    guard bytes.count >= Self.count, self.bytes.elementsEqual(bytes[..<Self.count]) else {
      throw .damaged(path, "its first line is not sound")
    }
  }

  private init(from text: inout JSONReader) throws(JSONFault) {
    try text.expect(",\"cache_id\":")
    let cache = CacheID(try text.string())
    try text.expect(",\"index_id\":")
    guard let cache, let index = CacheID(try text.string()) else { throw JSONFault() }
    identity = IndexIdentity(cacheID: cache, indexID: index)
    try text.expect(",\"sequence\":")
    sequence = try text.integer()
    try text.expect(",\"bytes\":")
    end = try text.integer()
    try text.expect(",\"parts\":")
    parts = try text.integer()
    try text.expect(",\"last\":")
    last = try text.session()
    try text.expect(",\"anew\":")
    isAnew = try text.flag()
    guard 0...1 << 62 ~= sequence, Int64(Self.count)...1 << 62 ~= end, 0...1 << 62 ~= parts else { throw JSONFault() }
  }
}

extension IndexIdentity {
  fileprivate static let none = IndexIdentity(cacheID: CacheID(high: 0, low: 0), indexID: CacheID(high: 0, low: 0))
}

/// What a line says of its own bytes: the first 8 bytes of their SHA-256.
func checksum(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
  SHA256.hash(bytes).withUnsafeBytes { UInt64(bigEndian: $0.loadUnaligned(as: UInt64.self)) }
}
