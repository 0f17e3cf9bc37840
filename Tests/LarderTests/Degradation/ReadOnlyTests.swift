import Foundation
import LarderFormat
import LarderIndex
import LarderSystem
import Testing

@testable import Larder

#if canImport(Glibc)
  import Glibc
#endif

/// Directories that may be read and not written, by those who did not ask for it.
@Suite("A directory that cannot be written", .timeLimit(.minutes(3)), .serialized) struct ReadOnlyTests {
  let scratch: Scratch
  init() throws { scratch = try Scratch() }

  static let isRoot = Host.userID == 0

  private func mount(_ words: String...) throws -> Bool {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = words
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    return process.terminationStatus == 0
  }

  private func fill() throws -> ArtifactKey { try fill(scratch.cachePath) }

  private func fill(_ path: String) throws -> ArtifactKey {
    let cache = try ArtifactCache(at: path, options: scratch.options())
    _ = try cache.value("small") { "small" }
    return try cache.put(contents(1), for: Call("large"))
  }

  @Test(
    "serves hits to another user with one warning, computes the rest, and throws at the put under strict",
    .enabled(if: isRoot, "becoming another user takes root"))
  func otherUser() async throws {
    let key = try fill()
    let directory = scratch.path
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: directory)
    await #expect(processExitsWith: .success) {
      [directory = directory as String, key = key.description as String] in
      try reporting("/tmp") {
        guard setgid(65534) == 0, setuid(65534) == 0, let key = ArtifactKey(key) else {
          throw Violation(what: "setuid")
        }
        var options = CacheOptions()
        options.environment = [:]
        try check(directory + "/results.larder", options, key)
      }
    }
  }

  @Test("that others may not even read is computed around, with one warning", .enabled(if: isRoot))
  func nothingAllowed() async throws {
    _ = try fill()
    let directory = scratch.path
    try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: scratch.cachePath)
    await #expect(processExitsWith: .success) { [directory = directory as String] in
      try reporting("/tmp") {
        guard setgid(65534) == 0, setuid(65534) == 0 else { throw Violation(what: "setuid") }
        let warnings = NeverFailsTheJobTests.Warnings()
        var options = CacheOptions()
        options.environment = [:]
        options.report = warnings.report
        let cache = try ArtifactCache(at: directory + "/results.larder", options: options)
        try demand(try cache.value("small") { "computed" } == "computed", "computed")
        try demand(warnings.all.map(\.code) == [.refused], "\(warnings.all)")
        options.failures = .strict
        do {
          _ = try ArtifactCache(at: directory + "/results.larder", options: options)
          throw Violation(what: "strict throws")
        } catch let error as LarderError { try demand(error.code == .refused, "\(error)") }
      }
    }
  }

  @Test(
    "because its file system is read-only serves hits with one warning", .enabled(if: SmallDisk.isPossible),
    arguments: [false, true])
  func readOnlyFileSystem(isKilled: Bool) async throws {
    let disk = try SmallDisk(.memory(megabytes: 64, files: 10_000))
    let path = disk.path + "/cache"
    let key: ArtifactKey
    if isKilled {
      // The log of a killed writer is still beside the index, and what serves reading it.
      await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String] in
        var options = CacheOptions()
        options.environment = [:]
        options.failures = .strict
        let cache = try ArtifactCache(at: path, options: options)
        _ = try cache.value("small") { "small" }
        try cache.put(contents(1), for: Call("large"))
        withExtendedLifetime(cache) { _ = kill(getpid(), SIGKILL) }
      }
      key = try ArtifactCache(at: disk.path + "/other", options: scratch.options()).key("large")
    } else {
      key = try fill(path)
    }
    #expect(try mount("mount", "-o", "remount,ro", disk.path))
    defer { _ = try? mount("mount", "-o", "remount,rw", disk.path) }
    try check(path, scratch.options(), key)
  }
}

/// What holds wherever the directory cannot be written.
func check(_ path: String, _ options: CacheOptions, _ key: ArtifactKey) throws {
  let warnings = NeverFailsTheJobTests.Warnings()
  var degrading = options
  degrading.failures = .degrade
  degrading.report = warnings.report
  let cache = try ArtifactCache(at: path, options: degrading)
  try demand(try cache.value("small") { "other" } == "small", "a hit")
  try demand(try cache.lookup(key, as: Data.self).value == contents(1), "a hit in a file")
  try demand(warnings.all.isEmpty, "no warning of hits: \(warnings.all)")
  for number in 0..<3 { try demand(try cache.value("new", ["n": number]) { number } == number, "a miss") }
  try demand(warnings.all.map(\.code) == [.refused], "one warning, not \(warnings.all)")
  try demand(
    warnings.all.first?.message.hasPrefix("The cache at '\(path)' cannot be written, so it is only read.") == true,
    "\(warnings.all)")
  try cache.put(1, for: Call("put"))
  try demand(try !cache.contains(cache.key("new", ["n": 0])), "nothing was stored")
  try demand(warnings.all.count == 1, "one warning, not \(warnings.all)")
  do {
    _ = try cache.remove(key)
    throw Violation(what: "a removal that did not happen must not look like one")
  } catch let error as LarderError { try demand(error.code == .refused, "\(error)") }

  var throwing = options
  throwing.failures = .strict
  let strict = try ArtifactCache(at: path, options: throwing)
  try demand(try strict.value("small") { "other" } == "small", "strict throws at no hit")
  do {
    _ = try strict.value("new") { 1 }
    throw Violation(what: "strict throws at a put")
  } catch let error as LarderError { try demand(error.code == .refused, "\(error)") }
  do {
    try strict.put(1, for: Call("put"))
    throw Violation(what: "strict throws at a put")
  } catch let error as LarderError { try demand(error.code == .refused, "\(error)") }
}

struct Violation: Error { var what: String }
func demand(_ condition: Bool, _ what: @autoclosure () -> String) throws {
  if !condition { throw Violation(what: what()) }
}
