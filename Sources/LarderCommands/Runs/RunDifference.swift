internal import Larder
internal import LarderFormat

/// What a run gave otherwise than the stored one.
struct RunDifference {
  /// In words: what differs.
  let parts: [String]

  /// - Parameters:
  ///   - replay: The stored run.
  ///   - new: What is to be compared with it, as parts of a tree.
  ///   - hasOtherEnd: Whether it ended in another way.
  /// - Throws: What was written cannot be read.
  init(_ replay: RunReplay, _ new: [TreePart], hasOtherEnd: Bool) throws {
    func counts(_ item: TreeManifest.Item) -> Bool {
      ![RunRecord.path, RunRecord.outputsPath].contains { Array($0.utf8) == item.path }
    }
    let comparison = TreeComparison(
      TreeManifest(replay.tree.items.filter(counts)), TreeManifest(try new.map { try $0.item() }.filter(counts)))
    parts =
      (hasOtherEnd ? ["the exit status"] : [])
      + Self.sorted(comparison.differences.map { String(decoding: $0.path, as: UTF8.self) }).map {
        Self.shown($0, replay.record)
      }
  }

  /// Both streams first.
  private static func sorted(_ paths: [String]) -> [String] {
    let streams = [RunRecord.outputPath, RunRecord.errorPath]
    return streams.filter(paths.contains) + paths.filter { !streams.contains($0) }
  }

  /// What the user calls it.
  private static func shown(_ path: String, _ record: RunRecord) -> String {
    if path == RunRecord.outputPath { return "standard output" }
    if path == RunRecord.errorPath { return "standard error" }
    // As in outputs/0/…
    let components = path.split(separator: "/", maxSplits: 2)
    guard components.count > 1, let number = Int(components[1]), record.outputs.indices.contains(number) else {
      return "'\(path)'"
    }
    return "'" + ([record.outputs[number]] + components.dropFirst(2).map(String.init)).joined(separator: "/") + "'"
  }
}
