import Foundation
import Larder
import LarderSystem

/// The processes of the experiment that times how long a cache takes to open after a crash.
///
///     opening make DIR              makes a cache
///     opening write DIR BYTES       puts until the log is that long, says "ready", and waits to be killed
///     opening open DIR              opens, looks one key up, prints the nanoseconds of both, and ends as if killed
enum Opening {
  static func run(_ words: [String]) throws {
    guard words.count >= 2 else { throw Misuse() }
    switch words[0] {
    case "make": _ = try ArtifactCache(at: words[1], options: options).value("f") { 1 }
    case "write": try write(words[1], until: Int64(words.last ?? "") ?? 0)
    case "open": try open(words[1])
    default: throw Misuse()
    }
  }

  struct Misuse: Error {}

  private static var options: CacheOptions {
    var options = CacheOptions()
    options.failures = .strict
    return options
  }

  private static func write(_ path: String, until length: Int64) throws {
    let cache = try ArtifactCache(at: path, options: options)
    var number = 0
    while try FileStatus(of: path + "/index.sqlite-wal").size < length {
      let bytes = Data((0..<1000).map { _ in UInt8.random(in: 0...255) })
      try cache.put(bytes, for: Call("written", ["n": number]))
      number += 1
    }
    try tell("ready \(number)")
    // Until the end of the input, or of the process.
    while readLine() != nil {}
  }

  private static func open(_ path: String) throws {
    let clock = Clock.system
    let start = clock.uptime()
    let cache = try ArtifactCache(at: path, options: options)
    let opened = clock.uptime()
    let found = try cache.lookup(cache.key("f"), as: Int.self).value
    let end = clock.uptime()
    try tell("\(opened - start) \(end - opened) \(found == 1 ? "found" : "lost")")
    // An orderly end would record counters, and the next opening would find another log.
    withExtendedLifetime(cache) { _ = kill(getpid(), SIGKILL) }
  }

  private static func tell(_ line: String) throws {
    try FileHandle.standardOutput.write(contentsOf: Data((line + "\n").utf8))
  }
}
