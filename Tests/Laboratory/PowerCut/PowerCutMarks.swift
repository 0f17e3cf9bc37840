internal import LarderSystem

/// What a writer tells the outside, each line in one write: `begin OPERATION NAME VALUE d|f` before it touches the cache,
/// `done OPERATION…` when the cache has promised that these survive a power cut.
///
/// The file is on no disk whose power is cut, or it is the recorder of that disk: then a mark has its place among the
/// disk's writes.
final class PowerCutMarks: Sendable {
  /// What stands for no artifact.
  static let absent = "-"

  private let file: Descriptor

  init(_ path: String) throws { file = try Descriptor(path, [.writeOnly, .append]) }

  func begin(_ operation: String, _ name: PowerCutName, _ value: String, durable: Bool) throws {
    try write("begin \(operation) \(name) \(value) \(durable ? "d" : "f")\n")
  }

  func done(_ operations: [String]) throws {
    guard !operations.isEmpty else { return }
    try write("done \(operations.joined(separator: " "))\n")
  }

  private func write(_ line: String) throws {
    var line = line
    try line.withUTF8 { try file.writeAll(UnsafeRawBufferPointer($0)) }
  }
}
