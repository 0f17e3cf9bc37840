internal import Larder

// The words for what a sweep tells.

extension SweepReport.Kind {
  /// What there is one, or there are many, of.
  var noun: (one: String, many: String) {
    switch self {
    case .orphan, .corrupt, .size, .place, .leftover: ("blob", "blobs")
    case .dangling: ("entry", "entries")
    case .signature, .unsigned: ("row", "rows")
    case .staging, .foreign: ("file", "files")
    case .index: ("fault", "faults")
    }
  }

  /// Whether it is left from something that did not happen: then its age says more than its name.
  var isResidue: Bool { [.orphan, .staging, .leftover].contains(self) }
}

extension SweepReport.Action {
  static let inOrder: [SweepReport.Action] = [.quarantined, .deleted, .moved, .removed, .finished, .corrected]

  /// What happened to one problem; nil when nothing did.
  var participle: String? {
    switch self {
    case .none: nil
    case .quarantined: "moved to quarantine"
    case .deleted: "deleted"
    case .moved: "moved to its place"
    case .removed: "removed"
    case .finished: "finished"
    case .corrected: "corrected"
    }
  }

  /// What happened to several problems.
  func sentence(_ count: String, isOne: Bool, quarantine: String) -> String {
    switch self {
    case .none: ""
    case .quarantined: "\(count) \(isOne ? "file" : "files") moved to \(quarantine)"
    case .deleted: "\(count) \(isOne ? "file" : "files") deleted"
    case .moved: "\(count) \(isOne ? "file moved to its place" : "files moved to their places")"
    case .removed: "\(count) \(isOne ? "entry" : "entries") removed"
    case .finished: "\(count) interrupted \(isOne ? "removal" : "removals") finished"
    case .corrected: "\(count) \(isOne ? "fault" : "faults") of the index corrected"
    }
  }
}
