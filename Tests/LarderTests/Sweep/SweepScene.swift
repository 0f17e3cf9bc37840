import Foundation
import LarderFormat
import LarderIndex
import LarderSystem

@testable import Larder

/// SQL that did not run.
struct ShellFailure: Error { var sql: String }

/// A cache with a few artifacts of each kind, and ways to damage it.
struct SweepScene {
  let scratch: Scratch
  let cache: ArtifactCache
  /// Values in files, values in the index, and a tree.
  let files: [ArtifactKey]
  let inline: [ArtifactKey]
  let tree: ArtifactKey

  init(_ change: (inout CacheOptions) -> Void = { _ in }) throws {
    let scratch = try Scratch()
    let cache = try scratch.cache(change)
    self.scratch = scratch
    self.cache = cache
    files = try (0..<4).map { number in
      try cache.put(contents(UInt64(number)), for: Call("file", version: "1", ["n": number]))
    }
    inline = try (0..<4).map { number in try cache.put("value \(number)", for: Call("inline", ["n": number])) }
    try cache.tree("tree", to: scratch.path + "/tree") { path in
      try FileManager.default.createDirectory(atPath: path + "/b", withIntermediateDirectories: true)
      try contents(100).write(to: URL(fileURLWithPath: path + "/a"))
      try Data("small".utf8).write(to: URL(fileURLWithPath: path + "/b/c"))
    }
    tree = try cache.key("tree")
    cache.flush()
  }

  var store: ArtifactStore { get throws { try cache.shared.store() } }

  func sweep(_ repair: SweepOptions.Repair = .none, _ change: (inout SweepOptions) -> Void = { _ in }) throws
    -> SweepReport
  {
    var options = SweepOptions()
    options.repair = repair
    change(&options)
    return try store.sweep(options)
  }

  /// The path of the file of a value.
  func path(_ key: ArtifactKey) throws -> String {
    let name = try store.index.entry(for: key)?.blob?.record.name
    return scratch.cachePath + "/blobs/" + (name?.path ?? "none")
  }

  func edit(_ path: String, _ change: (inout Data) -> Void) throws {
    var data = try Data(contentsOf: URL(fileURLWithPath: path))
    change(&data)
    try FileManager.default.removeItem(atPath: path)
    try data.write(to: URL(fileURLWithPath: path))
  }

  /// Runs SQL on the index, as somebody might who opens it with another program.
  func alter(_ sql: String) throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["sqlite3", scratch.cachePath + "/index.sqlite", sql]
    try process.run()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw ShellFailure(sql: sql) }
  }

  /// What there is below a directory of the cache.
  func names(_ directory: String) -> [String] {
    (FileManager.default.subpaths(atPath: scratch.cachePath + "/" + directory) ?? []).sorted()
  }
}
