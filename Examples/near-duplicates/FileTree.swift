import Foundation

/// A message for the person at the terminal.
struct PipelineError: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}

/// The files below a directory: regular ones, links not followed, names that begin with a dot left out.
struct FileTree {
  let root: String
  /// Relative to the root, ascending.
  let paths: [String]

  /// - Throws: `PipelineError` where there is no such directory.
  init(root: String, suffixes: [String] = []) throws {
    var isDirectory: ObjCBool = false
    guard FileManager.default.fileExists(atPath: root, isDirectory: &isDirectory), isDirectory.boolValue else {
      throw PipelineError("There is no directory at '\(root)'. Name one that exists.")
    }
    self.root = root
    var paths: [String] = []
    for path in try FileManager.default.subpathsOfDirectory(atPath: root) {
      if path.split(separator: "/").contains(where: { $0.hasPrefix(".") }) { continue }
      if !suffixes.isEmpty, !suffixes.contains(where: path.hasSuffix) { continue }
      var status = stat()
      guard lstat(root + "/" + path, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_size > 0 else {
        continue
      }
      paths.append(path)
    }
    self.paths = paths.sorted()
  }

  func absolute(_ path: String) -> String { root + "/" + path }

  static func bytes(of path: String) throws -> [UInt8] {
    do {
      return [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
    } catch {
      throw PipelineError("Cannot read '\(path)': \(error.localizedDescription)")
    }
  }
}
