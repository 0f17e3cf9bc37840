import Foundation
import Larder
import LarderFormat
import LarderIndex
import LarderSystem

extension StruckOperation {
  static var openings: [StruckOperation] {
    [
      opening("open"),
      opening(
        "open after a crash",
        prepare: { site in
          // The process ends here: its session, its log and the memory beside the log stay as they are.
          let store = try site.open()
          try store.put("new", .random(30_000, 30), site)
          store.index.close()
          let abandoned = try site.open()
          try abandoned.put("newer", .random(400, 31), site)
          _ = Unmanaged.passRetained(abandoned)
        }
      ).holding(["new": .random(30_000, 30), "newer": .random(400, 31)]),
      opening("open to read", options: { $0.readOnly = true }),
      making("make a cache") { _ in },
      making("make a cache where a maker was killed") { site in
        // Everything but the description, which comes last.
        _ = try site.open()
        try FileManager.default.removeItem(atPath: site.cache + "/larder.json")
      },
      making("make a cache where a maker was killed early") { site in
        try FileManager.default.createDirectory(atPath: site.cache + "/blobs/00", withIntermediateDirectories: true)
        try Data().write(to: URL(fileURLWithPath: site.cache + "/locks"))
      },
    ]
  }

  private static func opening(
    _ title: String, options: @escaping (inout CacheOptions) -> Void = { _ in },
    prepare: @escaping (Site) throws -> Void = { _ in }
  ) -> StruckOperation {
    StruckOperation(
      name: title, states: [artifacts], opensItself: true,
      prepare: { site in
        try standard(site)
        try prepare(site)
      },
      act: { site, _ in
        let store = try site.open(options)
        guard case .hit = try store.entry(for: Site.key("inline"), Site.call("inline")) else { throw Missed() }
      })
  }

  private static func making(
    _ title: String, _ prepare: @escaping (Site) throws -> Void
  ) -> StruckOperation {
    StruckOperation(
      name: title, states: [[:]], opensItself: true, prepare: prepare,
      act: { site, _ in _ = try site.open() })
  }

  private func holding(_ more: Contents) -> StruckOperation {
    var copy = self
    copy.states = states.map { $0.merging(more) { $1 } }
    return copy
  }
}
