import Foundation
import Larder
import LarderFormat
import LarderSystem

/// A directory for one test, removed after it.
final class Scratch: Sendable {
  let path: String

  init() throws {
    path = FileManager.default.temporaryDirectory.appending(path: "larder-test-\(UUID().uuidString)").path
    try makeDirectories(path)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  var cachePath: String { path + "/results.larder" }

  /// A cache whose failures are thrown and whose surroundings are those of the test alone.
  func cache(_ change: (inout CacheOptions) -> Void = { _ in }) throws -> ArtifactCache {
    try ArtifactCache(at: cachePath, options: options(change))
  }

  func options(_ change: (inout CacheOptions) -> Void = { _ in }) -> CacheOptions {
    var options = CacheOptions()
    options.environment = ["LARDER_MEMO": path + "/memo.sqlite", "LARDER_PEPPER": "a pepper for tests only"]
    options.failures = .strict
    change(&options)
    return options
  }

  @discardableResult
  func write(_ name: String, _ text: String) throws -> String {
    let file = path + "/" + name
    try makeDirectories(String(file[..<(file.lastIndex(of: "/") ?? file.startIndex)]))
    try Data(text.utf8).write(to: URL(fileURLWithPath: file))
    return file
  }

  func read(_ name: String) throws -> String {
    String(decoding: try Data(contentsOf: URL(fileURLWithPath: path + "/" + name)), as: UTF8.self)
  }

  /// The blob files of the cache, by their paths.
  func blobFiles() -> [String] {
    let blobs = cachePath + "/blobs"
    return (FileManager.default.subpaths(atPath: blobs) ?? []).filter { $0.contains("/") }.map { blobs + "/" + $0 }
      .sorted()
  }

  /// What child processes reported.
  func reports() -> String { (try? read("reports")) ?? "" }
}

/// Runs the body of a child process; what it throws is found with ``Scratch/reports()``.
func reporting(_ directory: String, _ body: () throws -> Void) throws {
  do { try body() } catch {
    try appendLine("\(error)", to: directory + "/reports")
    throw error
  }
}

/// A clock that stands still until it is told.
final class TestClock: Sendable {
  private let time = Locked(Timestamp(nanoseconds: 1_800_000_000_000_000_000))

  var clock: Clock {
    Clock(now: { self.time.withLock { $0 } }, uptime: { UInt64(self.time.withLock { $0.nanoseconds }) })
  }

  func advance(seconds: Int64) { time.withLock { $0 = $0.adding(nanoseconds: seconds * 1_000_000_000) } }
}

/// Counts from several threads.
final class Counter: Sendable {
  private let count = Locked(0)
  @discardableResult func increment() -> Int {
    count.withLock { value in
      value += 1
      return value
    }
  }
  var value: Int { count.withLock { $0 } }
}
