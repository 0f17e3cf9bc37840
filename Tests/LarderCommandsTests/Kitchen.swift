internal import Foundation
internal import LarderCrypto
internal import LarderSystem
internal import LarderTesting
internal import Shared

/// A directory of its own for one test, with a cache in it, a home, and a clock that stands still.
final class Kitchen {
  let path: String
  var cache: String { path + "/cache" }
  var environment: [String: String]
  /// The working directory.
  var directory: String
  /// 2026-11-18 03:12:45 UTC
  var now = Timestamp(nanoseconds: 1_794_971_565_000_000_000)

  init() throws {
    path = FileManager.default.temporaryDirectory.appendingPathComponent("larder-commands-\(UUID().uuidString)").path
    environment = ["HOME": path + "/home", "LARDER_DIR": path + "/cache"]
    directory = path
    try FileManager.default.createDirectory(atPath: path + "/home", withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func run(_ line: String, input: [UInt8] = []) -> Outcome { run(words(line), input: input) }

  func run(_ words: [String], input: [UInt8] = []) -> Outcome {
    larder(words, input: input, environment: environment, now: now, in: directory)
  }

  /// Lets time pass.
  func wait(seconds: Int64) { now = now.adding(nanoseconds: seconds * 1_000_000_000) }

  func file(_ name: String, _ content: [UInt8], permissions: Int = 0o644) throws -> String {
    let place = path + "/" + name
    let directory = URL(fileURLWithPath: place).deletingLastPathComponent()
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    try Data(content).write(to: URL(fileURLWithPath: place))
    try FileManager.default.setAttributes([.posixPermissions: permissions], ofItemAtPath: place)
    return place
  }

  func content(_ place: String) throws -> [UInt8] { try [UInt8](Data(contentsOf: URL(fileURLWithPath: place))) }

  /// Every name below a directory with kind, permissions and content: equal only where nothing was touched. The memory
  /// that processes share beside the index is left out: readers keep their marks in it.
  func inventory(_ place: String) throws -> [String: String] {
    var items: [String: String] = [:]
    guard let walk = FileManager.default.enumerator(atPath: place) else { return items }
    while let name = walk.nextObject() as? String {
      if name.hasSuffix("-shm") { continue }
      let full = place + "/" + name
      let attributes = try FileManager.default.attributesOfItem(atPath: full)
      let mode = (attributes[.posixPermissions] as? Int).map { String($0, radix: 8) } ?? "?"
      switch attributes[.type] as? FileAttributeType {
      case .typeDirectory?: items[name] = "directory \(mode)"
      case .typeSymbolicLink?: items[name] = "link \(try FileManager.default.destinationOfSymbolicLink(atPath: full))"
      default: items[name] = "file \(mode) \(SHA256.hash(try content(full)).hex)"
      }
    }
    return items
  }
}

/// The same bytes for one seed, everywhere.
func bytes(_ count: Int, seed: UInt64) -> [UInt8] {
  var generator = SplitMix(seed: seed)
  var bytes: [UInt8] = []
  bytes.reserveCapacity(count + 8)
  while bytes.count < count { withUnsafeBytes(of: generator.next()) { bytes.append(contentsOf: $0) } }
  return Array(bytes.prefix(count))
}
