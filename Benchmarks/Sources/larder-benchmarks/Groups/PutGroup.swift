internal import Foundation
internal import Larder

extension Group {
  /// Storing new content under new keys.
  static func put(_ size: Int, _ kind: Payload.Kind, in directory: String) throws -> Group {
    let large = size > 1 << 20
    let place = "\(directory)/put-\(size)-\(kind.rawValue)"
    try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
    let cache = try openCache(place + "/cache.larder")
    let rows = try BareSQLite(at: place + "/bare.sqlite")
    let notes = try BareSQLite(at: place + "/notes.sqlite")
    let files = try BareFiles(at: place + "/files")
    let twins = try BareFiles(at: place + "/twins")
    let codec = BareCodec()
    let box = PayloadBox(Payload(size, kind))
    let note = Data(repeating: 0x2E, count: 400)
    let isInline = codec.stored(box.payload.bytes).count <= 4096
    let keys = KeyBox()
    let next: (Int) throws -> Void = { number in
      box.payload.mark(number)
      keys.key = try cache.key("put", ["number": number])
      // Large files would fill the disk.
      if large { files.remove(number - 1); twins.remove(number - 1) }
    }
    let rowWithBytes = "SQLite insert, bytes in the row"
    let rowAndFile = "SQLite insert + file"
    return Group(
      name: "put \(box.payload.name)", rounds: large ? 12 : size > 4096 ? 20 : 40, batch: large ? 3 : 25,
      primitive: isInline ? rowWithBytes : rowAndFile, codec: "SHA-256 + zstd",
      contenders: [
        Contender("Larder put", prepare: next) { _ in
          if let key = keys.key { try cache.put(box.payload.bytes, for: key) }
        },
        Contender(rowWithBytes, prepare: next) { try rows.insert($0, box.payload.bytes) },
        Contender("file create + write + rename", prepare: next) { try files.write($0, box.payload.bytes) },
        Contender(rowAndFile, prepare: next) {
          try twins.write($0, box.payload.bytes)
          try notes.insert($0, note)
        },
        Contender("SHA-256 + zstd", prepare: next) { _ in codec.encode(box.payload.bytes) },
      ])
  }
}

/// The payload that the contenders of a group share.
final class PayloadBox {
  var payload: Payload
  init(_ payload: Payload) { self.payload = payload }
}

final class KeyBox {
  var key: ArtifactKey?
}

func openCache(_ path: String, _ durability: CacheOptions.Durability = .fast) throws -> ArtifactCache {
  var options = CacheOptions()
  options.failures = .strict
  options.durability = durability
  options.environment = [:]
  return try ArtifactCache(at: path, options: options)
}
