import Foundation
import Larder
import LarderFormat
import LarderIndex
import LarderSystem

extension StruckOperation {
  static var gets: [StruckOperation] {
    [
      get("get from the index", "inline"), get("get a file", "file"), get("get an encoded file", "text"),
      export("get to a file", "file"), export("get a tree to a directory", "tree"),
      stream("get in pieces", "text"),
      reading("look up without reading") { _, store in
        guard case .hit? = try store?.entry(for: Site.key("file"), Site.call("file")) else { throw Missed() }
      },
      reading("record what was used") { _, store in
        guard let store, case .hit(let entry, _) = try store.entry(for: Site.key("file"), Site.call("file")) else {
          throw Missed()
        }
        store.countHit(entry)
        store.flushStatistics()
      },
    ]
  }

  private static func reading(_ title: String, _ act: @escaping (Site, ArtifactStore?) throws -> Void)
    -> StruckOperation
  {
    StruckOperation(name: title, states: [artifacts], act: act)
  }

  private static func get(_ title: String, _ name: String) -> StruckOperation {
    reading(title) { _, store in
      switch try store?.bytes(for: Site.key(name), Site.call(name), as: [UInt8].self) {
      case .hit(_, let bytes): try compare(.bytes(bytes), name)
      case .miss(let miss): throw Missed(miss.reason)
      case nil: break
      }
    }
  }

  private static func stream(_ title: String, _ name: String) -> StruckOperation {
    reading(title) { _, store in
      var bytes: [UInt8] = []
      switch try store?.stream(
        Site.key(name), Site.call(name), begin: { _ in }, into: { bytes += $0 })
      {
      case .hit: try compare(.bytes(bytes), name)
      case .miss(let miss):
        if !bytes.isEmpty { throw Violation("a miss has handed out \(bytes.count) bytes") }
        throw Missed(miss.reason)
      case nil: break
      }
    }
  }

  private static func export(_ title: String, _ name: String) -> StruckOperation {
    var operation = reading(title) { site, store in
      switch try store?.export(Site.key(name), Site.call(name), to: site.output + "/result") {
      case .hit:
        guard let found = try result(site) else { throw Violation("a hit has left no result") }
        try compare(found, name)
      case .miss(let miss): throw Missed(miss.reason)
      case nil: break
      }
    }
    // The result is there as a whole or not at all, and beside it nothing that a living process left.
    operation.outcome = { site, wasKilled in
      if let found = try result(site) { try compare(found, name) }
      let strays = try FileManager.default.contentsOfDirectory(atPath: site.output).filter { $0 != "result" }
      if !wasKilled && !strays.isEmpty { throw Violation("a get has left \(strays) beside its result") }
    }
    return operation
  }

  private static func result(_ site: Site) throws -> Artifact? {
    let place = site.output + "/result"
    var isDirectory: ObjCBool = false
    guard FileManager.default.fileExists(atPath: place, isDirectory: &isDirectory) else { return nil }
    if isDirectory.boolValue { return .tree(try Site.files(place)) }
    return .bytes([UInt8](try Data(contentsOf: URL(fileURLWithPath: place))))
  }

  private static func compare(_ found: Artifact, _ name: String) throws {
    if found != artifacts[name] { throw Violation("L0: a get of '\(name)' gave other bytes than were put") }
  }
}

/// A miss where a strike made a hit impossible: as good as an error, never as good as a hit.
struct Missed: Error, CustomStringConvertible {
  let reason: MissReason?
  init(_ reason: MissReason? = nil) { self.reason = reason }
  var description: String { "miss: \(reason?.rawValue ?? "none")" }
}
