internal import Larder

// The words for what a sweep tells.

extension SweepReport.Kind {
  /// What there is one, or there are many, of.
  var noun: (one: String, many: String) {
    switch self {
    case .orphan, .corrupt, .size, .place, .leftover: ("blob", "blobs")
    case .unreadable: ("place", "places")
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

  /// What happened to problems of several kinds; for rows that were removed, one sentence for each thing that a row is.
  func sentences(_ counts: [(kind: SweepReport.Kind, count: Int64)], quarantine: String) -> [String] {
    guard self == .removed else {
      let sum = counts.reduce(0) { $0 + $1.count }
      return sum == 0 ? [] : [sentence(HumanText.grouped(sum), isOne: sum == 1, quarantine: quarantine)]
    }
    return ["entry", "row", "blob"].compactMap { noun in
      let same = counts.filter { $0.kind.noun.one == noun }
      let sum = same.reduce(0) { $0 + $1.count }
      guard sum > 0, let words = same.first?.kind.noun else { return nil }
      return HumanText.count(sum, words.one, words.many) + " removed"
    }
  }

  private func sentence(_ count: String, isOne: Bool, quarantine: String) -> String {
    switch self {
    case .none, .removed: ""
    case .quarantined: "\(count) \(isOne ? "file" : "files") moved to \(quarantine)"
    case .deleted: "\(count) \(isOne ? "file" : "files") deleted"
    case .moved: "\(count) \(isOne ? "file moved to its place" : "files moved to their places")"
    case .finished: "\(count) interrupted \(isOne ? "removal" : "removals") finished"
    case .corrected: "\(count) \(isOne ? "fault" : "faults") of the index corrected"
    }
  }
}
