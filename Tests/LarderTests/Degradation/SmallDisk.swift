import Foundation
import LarderSystem

/// A small file system of its own, mounted for one test; takes root.
final class SmallDisk: Sendable {
  enum Kind: Sendable {
    /// In memory, with this size and as many files and directories.
    case memory(megabytes: Int, files: Int)
    /// ext4 in an image that lies in memory.
    case ext4(megabytes: Int)
  }

  let path: String
  private let image: String?

  init(_ kind: Kind) throws {
    path = FileManager.default.temporaryDirectory.appending(path: "larder-disk-\(UUID().uuidString)").path
    try makeDirectories(path)
    switch kind {
    case .memory(let megabytes, let files):
      image = nil
      try Self.run("mount", "-t", "tmpfs", "-o", "size=\(megabytes)m,nr_inodes=\(files)", "tmpfs", path)
    case .ext4(let megabytes):
      let image = (Self.isDirectory("/dev/shm") ? "/dev/shm" : "/tmp") + "/larder-disk-\(UUID().uuidString).img"
      self.image = image
      let file = try Descriptor(image, [.readWrite, .create])
      try file.truncate(to: Int64(megabytes) << 20)
      // Without blocks that are root's alone: the tests run as root and shall meet the end.
      try Self.run("mkfs.ext4", "-q", "-m", "0", image)
      try Self.run("mount", "-o", "loop", image, path)
    }
  }

  deinit {
    try? Self.run("umount", path)
    try? FileManager.default.removeItem(atPath: path)
    if let image { try? FileManager.default.removeItem(atPath: image) }
  }

  /// Takes all space that is left, to the last block.
  func fill() throws {
    let file = try Descriptor(path + "/filler", [.readWrite, .create, .append])
    for size in [1 << 20, 4096, 512, 1] {
      let bytes = [UInt8](repeating: 0xA5, count: size)
      while true { do throws(SystemError) { try file.writeAll(bytes) } catch { break } }
    }
    try? file.syncFileSystem()
    for size in [4096, 1] {
      let bytes = [UInt8](repeating: 0xA5, count: size)
      while true { do throws(SystemError) { try file.writeAll(bytes) } catch { break } }
    }
  }

  /// Takes all inodes that are left, and says how many there were.
  func fillWithFiles() -> Int {
    var count = 0
    while FileManager.default.createFile(atPath: path + "/\(count)", contents: nil) { count += 1 }
    return count
  }

  func empty() throws { try FileManager.default.removeItem(atPath: path + "/filler") }

  var freeBytes: Int64 { get throws { try Descriptor(directory: path).freeSpace() } }

  /// Whether this process may mount; false is said aloud, because tests are skipped for it.
  static let isPossible: Bool = {
    guard Host.userID == 0 else { return skipped("mounting takes root") }
    do {
      _ = try SmallDisk(.memory(megabytes: 1, files: 10))
      return true
    } catch { return skipped("mounting is not allowed here") }
  }()

  static let areImagesPossible: Bool = {
    guard isPossible else { return false }
    do {
      _ = try SmallDisk(.ext4(megabytes: 8))
      return true
    } catch { return skipped("there are no loop devices, or there is no mkfs.ext4") }
  }()

  private static func skipped(_ why: String) -> Bool {
    print("skipped: tests on small disks: \(why)")
    return false
  }

  private static func isDirectory(_ path: String) -> Bool { (try? FileStatus(following: path))?.kind == .directory }

  struct Failure: Error {
    var command: [String]
    var status: Int32
  }

  private static func run(_ command: String...) throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = command
    process.standardError = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    if process.terminationStatus != 0 { throw Failure(command: command, status: process.terminationStatus) }
  }
}
