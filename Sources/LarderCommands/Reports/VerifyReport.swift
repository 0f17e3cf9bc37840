package import Larder
package import LarderSystem

/// What to type to verify the same cache in another way.
package struct VerifyCommand: Sendable {
  /// As it has to be typed again; nil where it is known without.
  private let directory: String?
  private let deletes: Bool

  package init(directory: String? = nil, deletes: Bool = false) {
    self.directory = directory
    self.deletes = deletes
  }

  var repair: String { words(["--repair"] + (deletes ? ["--delete"] : [])) }
  var naming: String { words(["--verbose"]) }

  private func words(_ options: [String]) -> String {
    (["larder", "verify"] + options + (directory.map { ["--dir", shellWord($0)] } ?? [])).joined(separator: " ")
  }
}

/// What a sweep found, told to people and to machines.
package struct VerifyReport: Sendable {
  let found: SweepReport
  let options: SweepOptions
  /// As the user named it.
  let directory: String
  let index: String
  /// Whether the next run with a limit knows what this one verified.
  let isRecorded: Bool
  let command: VerifyCommand
  let now: Timestamp

  /// - Parameters:
  ///   - found: What the sweep found.
  ///   - options: What it was asked to do.
  ///   - directory: The cache, as the user named it.
  ///   - index: The kind of its index.
  ///   - isRecorded: Whether the index knows now what was verified.
  ///   - command: What to type to verify the cache in another way.
  ///   - now: The time at which the sweep ended.
  package init(
    _ found: SweepReport, _ options: SweepOptions, directory: String, index: String, isRecorded: Bool,
    command: VerifyCommand, now: Timestamp
  ) {
    self.found = found
    self.options = options
    self.directory = directory
    self.index = index
    self.isRecorded = isRecorded
    self.command = command
    self.now = now
  }

  /// Whether the sweep was to change anything.
  var repairs: Bool { options.repair != .none && !options.dryRun }

  /// Whether there were problems, and all of them are mended.
  var isRepaired: Bool { repairs && !found.isClean && found.remaining == 0 }

  /// Problems that are still there.
  var remaining: Int64 { repairs ? found.remaining : found.problemCount }

  /// Everything that was found, files of others too.
  var total: Int64 { found.counts.values.reduce(0, +) }

  /// Whether more was found than is listed.
  var isTruncated: Bool { total > Int64(found.problems.count) }

  /// How the command ends.
  package func status(exitCode: Bool) -> ExitStatus {
    if found.isClean { return .done }
    if exitCode { return .no }
    return remaining == 0 ? .done : .problems
  }
}

// For machines

extension VerifyReport {
  package var json: [(String, JSONText.Value)] {
    [
      ("schema", .string("larder.verify/1")), ("clean", .bool(found.isClean)), ("repaired", .bool(isRepaired)),
      ("dry_run", .bool(options.dryRun)), ("entries", .integer(found.entries)), ("blobs", .integer(found.blobs)),
      ("problems", .array(found.problems.map(json))), ("problems_truncated", .bool(isTruncated)),
      ("counts", .object(SweepReport.Kind.allCases.map { ($0.rawValue, .integer(found.count($0))) })),
      ("remaining", .integer(remaining)), ("in_flight", .integer(found.inFlight)),
      ("reclaimable_bytes", .integer(found.reclaimableBytes)),
      ("quarantined_bytes", .integer(found.quarantinedBytes)), ("read_bytes", .integer(found.readBytes)),
      ("duration_seconds", .double(found.duration.inSeconds)), ("complete", .bool(found.isComplete)),
      ("portions", .integer(Int64(found.portions))),
    ]
  }

  private func json(_ problem: SweepReport.Problem) -> JSONText.Value {
    .object([
      ("kind", .string(problem.kind.rawValue)), ("blob", .optional(problem.blob) { .string($0) }),
      ("path", .optional(problem.path) { .string($0) }),
      ("key", .optional(problem.key) { .string($0.description) }),
      ("function", .optional(problem.function) { .string($0) }), ("detail", .string(problem.detail)),
      ("bytes", .integer(problem.bytes)), ("age_seconds", .optional(problem.age) { .double(Double($0) / 1e9) }),
      ("action", .string(problem.action.rawValue)),
    ])
  }
}

extension Duration {
  var inSeconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }
}
