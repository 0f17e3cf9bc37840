internal import LarderFormat
internal import LarderSystem

/// Everything below a directory, in the order of the paths' bytes: links are not followed, special files refused.
enum TreeWalk {
  struct Item: Sendable {
    enum Kind: Sendable { case file(FileStatus), directory, link(target: [UInt8]) }
    /// The path below the directory.
    var path: [UInt8]
    var kind: Kind

    var shape: Shape {
      switch kind {
      case .file(let status): Shape(path: path, what: status.isExecutable ? "x" : "f", target: [])
      case .directory: Shape(path: path, what: "d", target: [])
      case .link(let target): Shape(path: path, what: "l", target: target)
      }
    }
  }

  /// What a tree says of an item without the content of files.
  struct Shape: Hashable, Sendable {
    var path: [UInt8]
    var what: Character
    var target: [UInt8]
  }

  private static let depthLimit = 256

  /// - Throws: ``LarderError`` with the code `argument`.
  static func items(of path: String) throws -> [Item] {
    var items: [Item] = []
    do {
      try collect(Descriptor(path, [.read, .directory]), below: [], depth: 0, &items)
    } catch let error as SystemError {
      throw LarderError(.argument, "Cannot read the tree '\(printable(path))': \(error.reason).", cause: error)
    }
    return items.sorted { $0.path.lexicographicallyPrecedes($1.path) }
  }

  private static func collect(
    _ directory: borrowing Descriptor, below prefix: [UInt8], depth: Int, _ items: inout [Item]
  ) throws {
    guard depth < depthLimit else {
      throw LarderError(
        .argument,
        "The tree '\(printable(directory.path))' is deeper than \(depthLimit) directories. Name a part of it.")
    }
    for name in try directory.names() {
      let status = try directory.status(of: name)
      let path = prefix.isEmpty ? name : prefix + [0x2F] + name
      switch status.kind {
      case .file: items.append(Item(path: path, kind: .file(status)))
      case .link: items.append(Item(path: path, kind: .link(target: try directory.destination(ofLink: name))))
      case .directory:
        items.append(Item(path: path, kind: .directory))
        let inner = try directory.open(name, [.read, .directory, .noFollow])
        try collect(inner, below: path, depth: depth + 1, &items)
      case .special:
        throw LarderError(
          .argument,
          "'\(printable(directory.joined(name)))' is no file, directory or link and cannot be part of a tree. "
            + "Remove it, or name another tree.")
      }
    }
  }
}
