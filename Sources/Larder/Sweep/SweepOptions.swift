/// How a cache is verified.
public struct SweepOptions: Sendable {
  /// What happens to what is found.
  public enum Repair: String, Sendable, CaseIterable {
    /// Nothing: the sweep only reads.
    case none
    /// Entries that cannot be served are removed, and files that no entry can use are moved to the directory
    /// `quarantine`, each with a file beside it that says why.
    case quarantine
    /// As ``quarantine``, but the files are deleted.
    case delete
  }

  /// Whether files are compared with the index by name and size alone, without reading them.
  public var quick = false

  /// What happens to what is found; nothing by default.
  public var repair: Repair = .none

  /// Whether a repair is only reported as it would be done.
  public var dryRun = false

  /// After how long no further portion of the cache is begun; nil verifies all of it. A later sweep with a limit goes
  /// on with the portions that were verified longest ago.
  public var maximumDuration: Duration?

  /// How many portions are read at the same time; nil for as many as there are processors, but at most 4. They are fewer
  /// where the process may not open the 6 files that each of them takes.
  public var jobs: Int?

  /// Called now and then while the sweep runs, from any of its threads, one call at a time.
  public var progress: (@Sendable (SweepProgress) -> Void)?

  /// A sweep that reads everything and changes nothing.
  public init() {}
}

/// How far a sweep has come.
public struct SweepProgress: Sendable {
  /// Stored bytes read so far.
  public var readBytes: Int64
  /// Stored bytes that the sweep is going to read, as far as that is known.
  public var totalBytes: Int64
  /// Blobs looked at so far.
  public var blobs: Int64
  /// Blobs that the sweep is going to look at, as far as that is known.
  public var totalBlobs: Int64
  /// The time since the sweep began.
  public var elapsed: Duration

  package init(readBytes: Int64, totalBytes: Int64, blobs: Int64, totalBlobs: Int64, elapsed: Duration) {
    self.readBytes = readBytes
    self.totalBytes = totalBytes
    self.blobs = blobs
    self.totalBlobs = totalBlobs
    self.elapsed = elapsed
  }
}
