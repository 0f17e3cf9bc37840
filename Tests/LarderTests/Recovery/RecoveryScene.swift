import Foundation
import LarderFormat
import LarderIndex
import LarderSystem

@testable import Larder

/// A cache with small values, whose index gets damaged.
final class RecoveryScene {
  let scratch: Scratch
  let keys: [ArtifactKey]
  let warnings = NeverFailsTheJobTests.Warnings()
  static let count = 20

  init() throws {
    scratch = try Scratch()
    let cache = try scratch.cache()
    keys = try (0..<Self.count).map { try cache.put(Self.value($0), for: Call("f", ["n": $0])) }
    cache.flush()
  }

  var path: String { scratch.cachePath }
  var index: String { path + "/index.sqlite" }

  static func value(_ number: Int) -> String { "value \(number)" }
  func value(_ number: Int) -> String { Self.value(number) }

  func open(_ change: (inout CacheOptions) -> Void = { _ in }) throws -> ArtifactCache {
    try ArtifactCache(
      at: path,
      options: scratch.options {
        $0.failures = .degrade
        $0.report = warnings.report
        change(&$0)
      })
  }

  /// Copies the log into the index, so that damage to the file is damage to the index.
  func close() throws { try SQLiteIndex.open(at: index).shortenLog() }

  func contents(_ path: String) throws -> Data { try Data(contentsOf: URL(fileURLWithPath: path)) }

  /// What a recovery must not leave.
  func leftovers() -> [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    return names.filter { $0.contains(".sav") || $0 == "index.damaged" }.sorted()
  }
}

func sqlite(_ path: String, _ statement: String) throws {
  let process = Process()
  process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
  process.arguments = ["sqlite3", path, statement]
  process.standardOutput = FileHandle.nullDevice
  try process.run()
  process.waitUntilExit()
  if process.terminationStatus != 0 { throw ShellFailure(sql: statement) }
}

func number(_ path: String, _ statement: String) throws -> Int? {
  let process = Process()
  let output = Pipe()
  process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
  process.arguments = ["sqlite3", path, statement]
  process.standardOutput = output
  try process.run()
  let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
  process.waitUntilExit()
  return Int(text.trimmingCharacters(in: .whitespacesAndNewlines))
}

func patch(_ path: String, at offset: Int, _ bytes: [UInt8]) throws {
  let file = try Descriptor(path, .readWrite)
  try file.seek(to: Int64(offset))
  try file.writeAll(bytes)
}
