internal import Larder
internal import LarderFormat
internal import LarderSystem

/// The files and directories that a command writes.
struct RunOutputs {
  /// As the command line names them, each once.
  let paths: [String]
  let names: Set<PathName>
  /// Those that are links already, with what they say: the command writes to where they lead.
  private let links: [PathName: [UInt8]]

  /// - Throws: status 64 for what cannot be put back in one step.
  init(_ paths: [String]) throws(CommandError) {
    if let path = paths.first(where: { PathName($0).isWithoutName }) {
      throw .usage("'--out \(path)' cannot be restored. Name a file, or a directory by its name.")
    }
    var seen: Set<PathName> = []
    self.paths = paths.filter { seen.insert(PathName($0)).inserted }
    names = seen
    var links: [PathName: [UInt8]] = [:]
    for path in self.paths { links[PathName(path)] = Self.target(ofLink: path) }
    self.links = links
  }

  /// Whether a path is one of them.
  func holds(_ path: String) -> Bool { names.contains(PathName(path)) }

  /// Nil where there is no link.
  private static func target(ofLink path: String) -> [UInt8]? {
    let place = PathParts(path)
    return try? Descriptor(directory: place.directory).destination(ofLink: place.name)
  }

  private static func place(_ number: Int) -> String { "\(RunRecord.outputsPath)/\(number)" }

  /// What the command has left there, as parts of a tree.
  ///
  /// - Throws: ``LarderError`` for what is not there, or cannot be part of a tree.
  func parts() throws -> [TreePart] {
    if paths.isEmpty { return [] }
    var parts = [TreePart(RunRecord.outputsPath, .directory)]
    for (number, path) in paths.enumerated() { parts += try self.parts(of: path, Self.place(number)) }
    return parts
  }

  private func parts(of path: String, _ place: String) throws -> [TreePart] {
    if let target = Self.target(ofLink: path), target != links[PathName(path)] {
      return [TreePart(place, .link(target: target))]
    }
    let (real, status): (String, FileStatus)
    do throws(SystemError) {
      real = try resolvedPath(path)
      status = try FileStatus(of: real)
    } catch {
      throw LarderError(.argument, "the command did not write '\(printable(path))', which --out names")
    }
    switch status.kind {
    case .file: return [TreePart(place, .file(at: Array(real.utf8), status))]
    case .directory: return try [TreePart(place, .directory)] + TreePart.all(of: real, below: place)
    case .link, .special:
      throw LarderError(.argument, "'\(printable(path))', which --out names, is no file and no directory")
    }
  }

  /// Whether all of them are in a record.
  func areIn(_ record: RunRecord) -> Bool { paths.allSatisfy { number(of: $0, in: record) != nil } }

  /// Puts those of a stored run in their places.
  func restore(_ tree: StoredTree, _ record: RunRecord) throws {
    for path in paths {
      guard let number = number(of: path, in: record) else { continue }
      try tree.place(Self.place(number), at: path)
    }
  }

  private func number(of path: String, in record: RunRecord) -> Int? {
    record.outputs.firstIndex { PathName($0) == PathName(path) }
  }
}
