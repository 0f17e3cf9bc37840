internal import Foundation
internal import Glibc

/// The directory of a run, removed with everything in it when the run is over.
final class ScratchDirectory {
  let path: String

  init(in parent: String) throws {
    var template = Array("\(parent)/larder-benchmarks.XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw Failure("make a directory in '\(parent)'") }
    path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  /// How many bytes can still be stored here.
  func room() throws -> Int64 {
    var status = statvfs()
    guard statvfs(path, &status) == 0 else { throw Failure("ask for the free space of '\(path)'") }
    return Int64(clamping: UInt64(status.f_bavail) * UInt64(status.f_frsize))
  }

  /// Removes what is in it.
  func empty() throws {
    for name in try FileManager.default.contentsOfDirectory(atPath: path) {
      try FileManager.default.removeItem(atPath: "\(path)/\(name)")
    }
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// The kind of file system and where it is mounted, as far as the system tells.
  var fileSystem: String {
    guard let mounts = try? String(contentsOfFile: "/proc/mounts", encoding: .utf8) else { return "unknown" }
    let places = mounts.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
    let match = places.filter { fields in
      guard fields.count > 2 else { return false }
      let place = fields[1] == "/" ? "/" : fields[1] + "/"
      return path.hasPrefix(place)
    }
    guard let mount = match.max(by: { $0[1].count < $1[1].count }) else { return "unknown" }
    var kind = mount[2]
    let device = mount[0].split(separator: "/").last.map(String.init) ?? ""
    // What ext4 does without a journal says little about what it does with one.
    let journals = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/fs/jbd2")) ?? []
    if kind == "ext4" && !journals.contains(where: { $0.hasPrefix(device + "-") }) { kind += " without journal" }
    return "\(kind) on \(mount[1])"
  }
}

/// A primitive that did not do its part; a benchmark that measured it would lie.
struct Failure: Error, CustomStringConvertible {
  let description: String
  init(_ action: String) { description = "Cannot \(action): \(String(cString: strerror(errno)))." }
  init(sqlite message: String) { description = "SQLite: \(message)." }
  init(message: String) { description = message }
}
