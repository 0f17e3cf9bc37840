import Foundation
import Larder
import LarderFormat
import LarderIndex
import LarderSystem

extension StruckOperation {
  static var puts: [StruckOperation] {
    [
      put("put into the index", "new", .random(500, 10)),
      put("put a file", "new", .random(30_000, 11)),
      put("put an encoded file", "new", .text(4000, 12)),
      put("put a replacement", "file", .random(40_000, 13)),
      put("put a replacement of what nobody else has", "text", .random(40_000, 14)),
      put("put equal content", "new", .random(30_000, 2)),
      put("put durably into the index", "new", .random(500, 15), durable: true),
      put("put a file durably", "new", .random(30_000, 16), durable: true),
      put("put durably what another session did not flush", "new", .random(30_000, 2), durable: true, lateFlushes: 1),
      put("put a tree", "grove", grove),
      put("put a tree durably", "grove", grove, durable: true, lateFlushes: 1),
      healing("put that heals a damaged file") { path in
        var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        bytes[100] ^= 1
        try overwrite(path, bytes)
      },
      healing("put that heals a missing file") { try FileManager.default.removeItem(atPath: $0) },
      streamed, evicting, barrier, closing,
    ]
  }

  static let grove = Artifact.tree([
    "leaf": Samples.random(25_000, 20), "twig": Samples.random(200, 21), "old": Samples.random(30_000, 2),
  ])

  private static func put(
    _ title: String, _ name: String, _ artifact: Artifact, durable: Bool = false, lateFlushes: Int = 0
  ) -> StruckOperation {
    StruckOperation(
      name: title, states: changing { $0[name] = artifact }, isDurable: durable, lateFlushes: lateFlushes,
      options: { if durable { $0.durability = .durable } },
      prepare: { site in
        try standard(site)
        try site.layOut(name, artifact)
      },
      act: { site, store in try store?.put(name, artifact, site) })
  }

  /// The blob of "file", "twin" and the tree is damaged; storing its content under another name heals all of them.
  private static func healing(_ title: String, _ damage: @escaping (String) throws -> Void) -> StruckOperation {
    var after = artifacts
    after["new"] = artifacts["file"]
    var before = artifacts
    for name in ["file", "twin", "tree"] { before[name] = nil }
    return StruckOperation(
      name: title, states: [before, after],
      prepare: { site in
        try standard(site)
        try damage(try file(of: "file", site))
      },
      act: { site, store in try store?.put("new", .random(30_000, 2), site) })
  }

  private static var streamed: StruckOperation {
    StruckOperation(
      name: "put in pieces", states: changing { $0["new"] = .random(90_000, 22) },
      act: { _, store in
        let bytes = Samples.random(90_000, 22)
        var rest = bytes[...]
        let draft = EntryDraft(key: Site.key("new"), call: Site.call("new"), representation: "data")
        let outcome = try store?.put(
          draft,
          reading: { buffer throws(LarderError) in
            let piece = rest.prefix(10_000)
            buffer.copyBytes(from: piece)
            rest = rest.dropFirst(piece.count)
            return piece.count
          }, beforeCommit: { () throws(LarderError) in })
        guard case .stored? = outcome else { throw Violation("a put was answered with \(String(describing: outcome))") }
      })
  }

  /// A put in a cache that is full: what saves the least for its size goes.
  private static var evicting: StruckOperation {
    let new = Artifact.random(30_000, 23)
    var placed = artifacts
    placed["new"] = new
    return StruckOperation(
      name: "put that evicts", states: [artifacts, placed], options: { $0.maximumSize = .bytes(80_000) },
      act: { site, store in try store?.put("new", new, site) }
    ).leaving(evictable: ["file", "twin", "tree", "text", "inline"])
  }

  private static var barrier: StruckOperation {
    StruckOperation(
      name: "sync", states: [changing { $0["new"] = .random(30_000, 24) }[1]], isDurable: true,
      before: { site, store in try store.put("new", .random(30_000, 24), site) },
      act: { _, store in try store?.sync() })
  }

  /// The end of a store with a session, counters, and a log that is long enough to be emptied.
  private static var closing: StruckOperation {
    StruckOperation(
      name: "close with a long log", states: [artifacts.merging(many) { $1 }],
      prepare: { site in
        try standard(site)
        let store = try site.open()
        for (name, artifact) in many { try store.put(name, artifact, site) }
        // The process ends without closing it, which leaves the log as long as it is.
        _ = Unmanaged.passRetained(store)
      },
      before: { site, store in
        try store.put("file", .random(30_000, 2), site)
        _ = try store.artifact("file", site)
      },
      act: { _, store in
        store?.endSession()
        store?.index.close()
      })
  }

  private static let many = Dictionary(
    uniqueKeysWithValues: (0..<60).map { ("many-\($0)", Artifact.random(3000, 100 + UInt64($0))) })

  /// The file of an artifact's blob.
  static func file(of name: String, _ site: Site) throws -> String {
    let store = try site.open()
    defer { store.endSession() }
    guard let blob = try store.index.entry(for: Site.key(name))?.blob?.record.name else {
      throw Violation("'\(name)' has no file")
    }
    return site.cache + "/blobs/" + blob.path
  }

  /// Blob files are read-only.
  static func overwrite(_ path: String, _ bytes: Data) throws {
    try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path)
    try bytes.write(to: URL(fileURLWithPath: path))
    try FileManager.default.setAttributes([.posixPermissions: 0o444], ofItemAtPath: path)
  }
}
