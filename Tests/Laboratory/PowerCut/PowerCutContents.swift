import Foundation
import LarderCrypto
import LarderTesting
import Shared

/// What is stored: few contents, so that they are often there already, in sizes on both sides of what lives in the index.
enum PowerCutContents {
  static let count = 40
  private static let sizes = [100, 700, 2500, 4000, 4200, 9000, 30_000, 70_000, 120_000, 200_000]

  /// Bytes that do not compress, always the same for a number.
  static func bytes(_ number: Int) -> Data {
    var random = SplitMix(seed: UInt64(number) &+ 0x6c61_7264_6572)
    var words: [UInt64] = []
    let size = sizes[number % sizes.count] + number
    for _ in 0...size / 8 { words.append(random.next()) }
    return words.withUnsafeBytes { Data($0.prefix(size)) }
  }

  static func digest(_ bytes: Data) -> String {
    String(bytes.withUnsafeBytes { SHA256.hash($0) }.hex.prefix(16))
  }

  /// Writes a small tree, and says what ``digest(ofTree:)`` makes of it.
  static func makeTree(_ numbers: [Int], at path: String) throws -> String {
    let files = FileManager.default
    try files.createDirectory(atPath: path + "/part/empty", withIntermediateDirectories: true)
    for (index, number) in numbers.enumerated() {
      let file = path + (index.isMultiple(of: 2) ? "/" : "/part/") + "file\(index)"
      try bytes(number).write(to: URL(fileURLWithPath: file))
      if index == 1 { try files.setAttributes([.posixPermissions: 0o755], ofItemAtPath: file) }
    }
    return try digest(ofTree: path)
  }

  /// Covers the names, the executable bits and the bytes of all files, and the names of directories.
  static func digest(ofTree path: String) throws -> String {
    let files = FileManager.default
    var all = SHA256()
    for name in try files.subpathsOfDirectory(atPath: path).sorted() {
      let file = path + "/" + name
      var isDirectory: ObjCBool = false
      _ = files.fileExists(atPath: file, isDirectory: &isDirectory)
      var line = name + "\0"
      if isDirectory.boolValue {
        line += "directory\n"
      } else {
        let bytes = try Data(contentsOf: URL(fileURLWithPath: file))
        line += "\(files.isExecutableFile(atPath: file)) \(digest(bytes))\n"
      }
      all.update(Array(line.utf8))
    }
    return String(all.finalize().hex.prefix(16))
  }
}
