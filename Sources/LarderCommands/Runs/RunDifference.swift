internal import Larder
internal import LarderCrypto
internal import LarderFormat
internal import LarderSystem

/// What a run gave otherwise than the stored one.
struct RunDifference {
  /// In words: what differs.
  let parts: [String]

  /// - Parameters:
  ///   - tree: The stored run.
  ///   - record: Its record.
  ///   - exit: How the run ended.
  ///   - streams: What it wrote to its streams.
  ///   - outputs: What it wrote elsewhere.
  /// - Throws: What it wrote cannot be read.
  init(
    _ tree: StoredTree, _ record: RunRecord, _ exit: ChildProcess.Exit, streams: [TreePart], outputs: [TreePart]
  ) throws {
    var parts: [String] = []
    if exit != record.exit { parts.append("the exit status") }
    for (path, name) in [(RunRecord.outputPath, "standard output"), (RunRecord.errorPath, "standard error")] {
      let new = try streams.first { $0.path == Array(path.utf8) }?.digest()
      if new != tree.item(path)?.digest { parts.append(name) }
    }
    let prefix = Array(RunRecord.outputsPath.utf8)
    let stored = Dictionary(
      tree.items.filter { $0.path.starts(with: prefix) }.map { ($0.path, Shape($0.kind)) },
      uniquingKeysWith: { first, _ in first })
    let made = try Dictionary(
      outputs.map { ($0.path, try Shape($0)) }, uniquingKeysWith: { first, _ in first })
    for path in Set(stored.keys).union(made.keys).sorted(by: { $0.lexicographicallyPrecedes($1) })
    where stored[path] != made[path] {
      parts.append("'\(Self.shown(path, record))'")
    }
    self.parts = parts
  }

  /// The path as the user knows it, for one that lies at `outputs/0/…`.
  private static func shown(_ path: [UInt8], _ record: RunRecord) -> String {
    let components = path.split(separator: 0x2F, maxSplits: 2).map { String(decoding: $0, as: UTF8.self) }
    guard components.count > 1, let number = Int(components[1]), record.outputs.indices.contains(number) else {
      return String(decoding: path, as: UTF8.self)
    }
    return ([record.outputs[number]] + components.dropFirst(2)).joined(separator: "/")
  }

  /// What an item is, and what it holds.
  private enum Shape: Equatable {
    case directory
    case link([UInt8])
    case file(Digest?, isExecutable: Bool)

    init(_ kind: TreeManifest.Item.Kind) {
      switch kind {
      case .directory: self = .directory
      case .link(let target): self = .link(target)
      case .file(let digest, _, let executable): self = .file(digest, isExecutable: executable)
      }
    }

    init(_ part: TreePart) throws {
      switch part.content {
      case .directory: self = .directory
      case .link(let target): self = .link(target)
      case .file(_, let status):
        self = .file(try part.digest(), isExecutable: status.isExecutable)
      case .bytes, .open: self = .file(try part.digest(), isExecutable: false)
      }
    }
  }
}

extension TreeManifest.Item {
  fileprivate var digest: Digest? {
    if case .file(let digest, _, _) = kind { digest } else { nil }
  }
}
