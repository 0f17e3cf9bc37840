public import LarderFormat

/// What a sweep found and did.
public struct SweepReport: Sendable {
  /// What is wrong with something that a sweep found.
  public enum Kind: String, Sendable, CaseIterable {
    /// A blob that no entry refers to.
    case orphan
    /// An entry whose blob is not there, or whose tree has lost a file.
    case dangling
    /// A blob whose bytes differ from their digest.
    case corrupt
    /// A blob whose stored size is not the recorded one.
    case size
    /// A blob or a directory of blobs that cannot be read, so that nothing is known of it: for want of permission, because
    /// the disk fails, or because something else is in its place. A sweep does not mend it.
    case unreadable
    /// A blob's file that lies in the wrong directory.
    case place
    /// A row of the index that its seal does not fit.
    case signature
    /// A row without the signature that the cache asks for.
    case unsigned
    /// A file that was being written when its writer ended.
    case staging
    /// A file that Larder did not make; it is never touched, and is no problem of the cache.
    case foreign
    /// What a removal left that was interrupted.
    case leftover
    /// The index is at odds with itself.
    case index
  }

  /// What was done about a problem.
  public enum Action: String, Sendable, CaseIterable {
    /// Nothing.
    case none
    /// A file was moved to the directory `quarantine`.
    case quarantined
    /// A file was deleted.
    case deleted
    /// Entries or rows were removed, so that the next lookup is a miss with a reason.
    case removed
    /// A file was moved to where it belongs.
    case moved
    /// What an interrupted removal left was removed.
    case finished
    /// The index was set right.
    case corrected
  }

  /// One thing that a sweep found.
  public struct Problem: Hashable, Sendable {
    /// What is wrong.
    public var kind: Kind
    /// The file, relative to the directory of the cache; nil where there is none.
    public var path: String?
    /// The content digest of the blob, as 64 hexadecimal digits; nil where there is none.
    public var blob: String?
    /// The key of the entry; nil where the problem is not one of a single entry.
    public var key: ArtifactKey?
    /// The function of the entry with its version; nil where there is no entry.
    public var function: String?
    /// What is wrong, in words.
    public var detail: String
    /// The bytes on disk that the problem takes.
    public var bytes: Int64
    /// Nanoseconds since the file was last changed; nil where there is none.
    public var age: Int64?
    /// What was done.
    public var action: Action

    package init(
      _ kind: Kind, path: String? = nil, blob: String? = nil, key: ArtifactKey? = nil, function: String? = nil,
      detail: String, bytes: Int64 = 0, age: Int64? = nil, action: Action = .none
    ) {
      self.kind = kind
      self.path = path
      self.blob = blob
      self.key = key
      self.function = function
      self.detail = detail
      self.bytes = bytes
      self.age = age
      self.action = action
    }
  }

  /// What is told of a row whose seal was made with a key. There is none without which it can be judged.
  static let foreignSeal =
    "its seal belongs to a key that is not at hand, so nobody can say whether it was altered: put the artifact again, or "
    + "remove its entry"

  /// How many problems of each kind are listed one by one; all are counted.
  public static let listedProblems = 1000

  /// Entries looked at.
  public var entries: Int64 = 0
  /// Blobs looked at.
  public var blobs: Int64 = 0
  /// The first ``listedProblems`` things of each kind that were found, ordered by kind, then by path and key.
  public var problems: [Problem] = []
  /// How many things of each kind were found.
  public var counts: [Kind: Int64] = [:]
  /// What was done about how many of those: ordered by kind. In a dry run, what would be done; empty for a sweep that was
  /// not to repair.
  public var actions: [Kind: [Action: Int64]] = [:]
  /// How many things a repair mends, or would mend.
  public var repairable: Int64 = 0
  /// Files that the repair had to leave where they are, because the system did not let it at them. Each is a problem that
  /// remains, with the reason in its words; its entries are gone all the same.
  package var obstacles: Int64 = 0
  /// Entries that the repair removed because of those files.
  package var entriesOfObstacles: Int64 = 0
  /// Bytes on disk of what was found of each kind.
  public var bytes: [Kind: Int64] = [:]
  /// Files that are being written at the moment.
  public var inFlight: Int64 = 0
  /// Bytes that the repair has given back; in a dry run, those that it would give back, and for a sweep that was not to
  /// repair, those that ``SweepOptions/Repair/delete`` would.
  public var reclaimableBytes: Int64 = 0
  /// Bytes that the repair has moved to the directory `quarantine`, or would move there. They are given back when that is
  /// emptied.
  public var quarantinedBytes: Int64 = 0
  /// Stored bytes read and compared with their digests.
  public var readBytes: Int64 = 0
  /// How long the sweep took.
  public var duration: Duration = .zero
  /// How many of the cache's 257 portions this sweep verified: one for each of the 256 shards, and the index.
  public var portions = 0
  package static let allPortions = Portion.count
  /// How many portions were begun that the index was too damaged for.
  package var unverifiable = 0
  /// Why it could not be recorded what was verified; nil where it was, or was not to be.
  package var unrecorded: String?
  /// Whether there is no index at all, nor anything left of it.
  package var isIndexGone = false
  /// Whether all of the cache was verified, and not stopped by ``SweepOptions/maximumDuration``.
  public var isComplete = true

  package init() {}

  /// What can be said of a cache whose index is too damaged to be opened: that nothing else could be looked at.
  package init(unreadable index: IndexKind, _ error: LarderError) {
    isIndexGone = error.isIndexGone
    unverifiable = Self.allPortions
    let problem = Problem(.index, path: index.fileName, detail: error.message)
    problems = [problem]
    counts = [.index: 1]
    isComplete = false
  }

  /// Notes that the index was replaced when the cache was opened.
  package mutating func noteReplaced(_ index: IndexKind, because words: String) {
    noteIndexReplaced([Problem(.index, path: index.fileName, detail: words)], count: 1)
  }

  /// Notes that the index was replaced after a sweep that found it damaged. What that sweep said of anything else this one
  /// has looked at again.
  package mutating func noteIndexReplaced(after first: SweepReport) {
    noteIndexReplaced(first.problems.filter { $0.kind == .index }, count: first.count(.index))
    readBytes += first.readBytes
    duration += first.duration
  }

  private mutating func noteIndexReplaced(_ faults: [Problem], count: Int64) {
    counts[.index, default: 0] += count
    actions[.index, default: [:]][.corrected, default: 0] += count
    repairable += count
    let corrected = faults.map { fault in
      var fault = fault
      fault.action = .corrected
      return fault
    }
    let place = problems.firstIndex { $0.kind == .index } ?? problems.endIndex
    problems.insert(contentsOf: corrected, at: place)
  }

  /// What was found of a kind.
  public func count(_ kind: Kind) -> Int64 { counts[kind] ?? 0 }

  /// How many of what was found of each kind are mended; in a dry run, how many would be.
  public var mended: [Kind: Int64] { actions.mapValues { $0.values.reduce(0, +) }.filter { $0.value != 0 } }

  /// The number of problems; foreign files are none.
  public var problemCount: Int64 { counts.reduce(0) { $1.key == .foreign ? $0 : $0 + $1.value } }

  /// The number of problems that were not mended.
  public var remaining: Int64 {
    mended.reduce(problemCount) { $1.key == .foreign ? $0 : $0 - $1.value }
  }

  /// Whether nothing was found.
  public var isClean: Bool { problemCount == 0 }
}
