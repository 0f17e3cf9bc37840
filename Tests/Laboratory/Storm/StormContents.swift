import Foundation
import LarderCrypto
import LarderSystem
import LarderTesting
import Shared

/// The few contents that are stored under many keys, and trees whose files are some of them, so that every blob is
/// shared by entries and trees.
struct StormContents {
  static let standard = StormContents()

  /// Every second one is small enough to live in the index. No two have the same size.
  let blobs: [Data]
  /// How many of them are stored all the time. The others come and go, so that their last entry is often removed while
  /// somebody else is about to refer to them.
  static let frequent = 8
  let digests: [String]
  let trees: [Tree]

  struct Tree {
    var name: String
    var files: [(path: String, content: Data)]
    var digest: String
  }

  private init() {
    let blobs = (0..<32).map { number in
      Self.noise(number.isMultiple(of: 2) ? 120 + 90 * number : 6000 + 1200 * number, seed: UInt64(number))
    }
    self.blobs = blobs
    digests = blobs.map(Self.digest)
    trees = (0..<6).map { number in
      var files = [("a", blobs[number * 3 % 32]), ("b/c", blobs[(number * 5 + 11) % 32])]
      if number.isMultiple(of: 2) { files.append(("b/d", blobs[number + 19])) }
      return Tree(name: "tree-\(number)", files: files, digest: Self.digest(ofFiles: files))
    }
  }

  private static func noise(_ size: Int, seed: UInt64) -> Data {
    var dice = SplitMix(seed: seed)
    var bytes: [UInt8] = []
    while bytes.count < size { withUnsafeBytes(of: dice.next()) { bytes.append(contentsOf: $0) } }
    return Data(bytes.prefix(size))
  }

  /// The first 16 digits of a digest: what histories call a content.
  private static func digest(_ bytes: Data) -> String {
    String(bytes.withUnsafeBytes { SHA256.hash($0) }.hex.prefix(16))
  }

  static func digest(ofFiles files: [(path: String, content: Data)]) -> String {
    digest(files.reduce(into: Data()) { $0 += Data("\($1.path) \($1.content.count)\n".utf8) + $1.content })
  }

  /// The digest of bytes that came out of a cache.
  func digest(of bytes: Data) -> String {
    // Comparing is cheaper than hashing.
    for (content, digest) in zip(blobs, digests) where content == bytes { return digest }
    return Self.digest(bytes)
  }

  /// The digest of a directory that came out of a cache; whatever else is in it changes the digest.
  func digest(ofTree path: String) throws -> String {
    let names = try FileManager.default.subpathsOfDirectory(atPath: path).sorted()
    let files = try names.compactMap { name -> (path: String, content: Data)? in
      if try FileStatus(of: path + "/" + name).kind == .directory { return nil }
      return (path: name, content: try Data(contentsOf: URL(filePath: path + "/" + name)))
    }
    return Self.digest(ofFiles: files)
  }

  func writeTrees(below path: String) throws {
    for tree in trees { try Self.write(tree, to: path + "/" + tree.name) }
  }

  static func write(_ tree: Tree, to path: String) throws {
    try FileManager.default.createDirectory(atPath: path + "/b", withIntermediateDirectories: true)
    for file in tree.files { try file.content.write(to: URL(filePath: path + "/" + file.path)) }
  }
}
