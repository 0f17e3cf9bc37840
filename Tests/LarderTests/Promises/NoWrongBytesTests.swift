import Foundation
import LarderFormat
import LarderIndex
import LarderSystem
import LarderTesting
import Shared
import Testing

@testable import Larder

/// Promise 2: no wrong bytes, ever: damage is a miss with a reason, and the next put heals it.
@Suite("No wrong bytes, ever", .timeLimit(.minutes(5))) struct NoWrongBytesTests {
  let scratch: Scratch
  init() throws { scratch = try Scratch() }

  enum Damage: String, CaseIterable, Sendable {
    case flipFirst, flipMiddle, flipLast, truncate, empty, extend, zero, remove, link, directory, pipe

    func strike(_ path: String) throws {
      try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path)
      var bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
      switch self {
      case .flipFirst: bytes[0] ^= 1
      case .flipMiddle: bytes[bytes.count / 2] ^= 0x40
      case .flipLast: bytes[bytes.count - 1] ^= 0x80
      case .truncate: bytes.removeLast(bytes.count / 3)
      case .empty: bytes = []
      case .extend: bytes += [0]
      case .zero: bytes = [UInt8](repeating: 0, count: bytes.count)
      case .remove, .link, .directory, .pipe:
        try FileManager.default.removeItem(atPath: path)
        switch self {
        case .link:
          try Data(bytes).write(to: URL(fileURLWithPath: path + ".target"))
          try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: path + ".target")
        case .directory: try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
        case .pipe: #expect(mkfifo(path, 0o644) == 0)
        default: break
        }
        return
      }
      try Data(bytes).write(to: URL(fileURLWithPath: path))
    }

    var reason: MissReason {
      switch self {
      case .remove, .link, .directory, .pipe: .missingBlob
      default: .corrupt
      }
    }
  }

  private func value(_ encoding: Encoding) -> Data {
    var generator = SplitMix(seed: 3)
    return Data((0..<50_000).map { _ in UInt8(truncatingIfNeeded: generator.next() & (encoding == .raw ? 255 : 15)) })
  }

  @Test(
    "a damaged blob is a miss with its reason, the value is computed again and the blob healed for everybody",
    arguments: Damage.allCases, Encoding.allCases)
  func damage(_ damage: Damage, _ encoding: Encoding) throws {
    let cache = try scratch.cache { $0.encoding = encoding }
    let value = value(encoding)
    let keys = try ["a", "b"].map { try cache.key($0) }
    for name in ["a", "b"] { _ = try cache.value(name) { value } }
    let files = scratch.blobFiles()
    #expect(files.count == 1)
    try damage.strike(files[0])
    for key in keys { #expect(try cache.lookup(key, as: Data.self).reason == damage.reason) }

    let runs = Counter()
    let again = try cache.value("a") {
      runs.increment()
      return value
    }
    #expect(again == value)
    #expect(runs.value == 1)
    // The other key refers to the same content, which is sound again.
    for key in keys { #expect(try cache.lookup(key, as: Data.self).value == value) }
    #expect(try scratchStore(cache).index.totals().blobs == 1)
  }

  @Test("a damaged blob is healed by a put that did not look it up")
  func healedByPut() throws {
    let cache = try scratch.cache()
    let value = value(.raw)
    try cache.put(value, for: Call("a"))
    try Damage.flipMiddle.strike(scratch.blobFiles()[0])
    let key = try cache.put(value, for: Call("b"))
    #expect(try cache.lookup(key, as: Data.self).value == value)
    #expect(try cache.lookup(cache.key("a"), as: Data.self).value == value)
  }

  /// Columns of both tables, with a value that differs from what is stored.
  static let alterations: [(table: String, column: String, value: String)] = [
    ("entries", "namespace", "'other'"), ("entries", "tier", "'low'"), ("entries", "epoch", "epoch + 1"),
    ("entries", "document", "x'a0'"), ("entries", "content_digest", "zeroblob(32)"), ("entries", "size", "size + 1"),
    ("entries", "representation", "'data'"), ("entries", "created", "created - 1"),
    ("entries", "not_after", "9000000000000000000"), ("entries", "idle", "9000000000000000000"),
    ("entries", "cost", "cost + 1"), ("entries", "tags", "'[\"t\"]'"), ("entries", "seal", "zeroblob(32)"),
    ("entries", "seal_key", "'k'"), ("blobs", "content_digest", "zeroblob(32)"), ("blobs", "size", "size + 1"),
    ("blobs", "encoding", "'raw'"), ("blobs", "stored_digest", "zeroblob(32)"),
    ("blobs", "stored_size", "stored_size + 1"), ("blobs", "seal", "zeroblob(32)"), ("blobs", "seal_key", "'k'"),
  ]

  @Test("an altered row of the index is a miss, whichever column", arguments: alterations.indices)
  func alteredRow(_ index: Int) throws {
    let (table, column, altered) = Self.alterations[index]
    let value = [String: String](uniqueKeysWithValues: [("text", String(repeating: "long ", count: 100))])
    let key: ArtifactKey
    do {
      let cache = try scratch.cache()
      key = try cache.put(value, for: Call("f"))
    }
    try sqlite("UPDATE \(table) SET \(column) = \(altered)")
    let cache = try scratch.cache()
    let lookup = try cache.lookup(key, as: [String: String].self)
    #expect(lookup.reason == .signature, "\(table).\(column)")
    #expect(try cache.value("f") { value } == value)
    #expect(try cache.lookup(key, as: [String: String].self).value == value)
  }

  @Test("swapped rows are misses: an entry that points to another's blob, a blob with another's bytes")
  func swapped() throws {
    var keys: [ArtifactKey] = []
    do {
      let cache = try scratch.cache()
      for text in ["one", "two"] { keys.append(try cache.put(text, for: Call(text))) }
    }
    try sqlite("UPDATE entries SET blob = 3 - blob")
    #expect(try scratch.cache().lookup(keys[0], as: String.self).reason == .signature)
    try sqlite("UPDATE entries SET blob = 3 - blob")
    try sqlite("UPDATE blobs SET data = (SELECT data FROM blobs WHERE id = 2) WHERE id = 1")
    #expect(try scratch.cache().lookup(keys[0], as: String.self).reason == .corrupt)
    #expect(try scratch.cache().lookup(keys[1], as: String.self).value == "two")
  }

  @Test("a bomb that claims to be small is a miss and not unpacked")
  func bomb() throws {
    let cache = try scratch.cache()
    let key = try cache.put(Data(repeating: 0, count: 1 << 20), for: Call("f"))
    // A frame of the right stored size and digest cannot be forged without the seal; a bigger one is not read at all.
    #expect(try cache.lookup(key, as: Data.self).value?.count == 1 << 20)
    try sqlite("UPDATE blobs SET size = 100")
    #expect(try cache.lookup(key, as: Data.self).reason == .signature)
  }

  private func sqlite(_ statement: String) throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["sqlite3", scratch.cachePath + "/index.sqlite", statement]
    try process.run()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
  }
}
