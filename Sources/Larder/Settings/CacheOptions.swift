public import LarderFormat
package import LarderSystem

/// How a cache is opened.
public struct CacheOptions: Sendable {
  /// What survives a power cut. A crash of the process alone loses nothing in either mode.
  public enum Durability: String, Sendable, CaseIterable {
    /// Nothing is flushed: after a power cut recent artifacts may be gone, and are never wrong.
    case fast
    /// Blob, name and entry are durable before a put returns.
    case durable
  }

  /// How much a cache may hold.
  public enum SizeLimit: Hashable, Sendable {
    /// At most this many stored bytes.
    case bytes(Int64)
    /// As much as the disk holds.
    case unlimited

    package static let standard = SizeLimit.bytes(10 << 30)

    /// Nil for no limit.
    package var bytes: Int64? {
      if case .bytes(let bytes) = self { bytes } else { nil }
    }
  }

  /// What happens when the cache itself cannot do its part: a full disk, a directory without permission, a lost index.
  public enum FailurePolicy: Sendable {
    /// The computed value is returned, one warning is reported, counters say what happened.
    case degrade
    /// The failure is thrown.
    case strict
  }

  /// Where a cache that is made keeps its entries; one that is there keeps its own.
  package var index = IndexKind.sqlite

  /// How blobs are stored; nil for the cache's own default, which is zstd.
  public var encoding: Encoding?

  /// What survives a power cut; nil for the cache's own default, which is ``Durability/fast``.
  public var durability: Durability?

  /// The size that the cache is kept within; nil for the cache's own limit, which is 10 GiB unless it was made with
  /// another one. At the limit the entries that save the least computing time for their size are evicted, until 90 %
  /// are left.
  public var maximumSize: SizeLimit?

  /// Blobs of at most this stored size live in the index, where a row costs less than a file; 4 KiB by default, 0 puts
  /// everything in the tree.
  public var inlineLimit: Int = 4096

  /// Whether failures of the cache are thrown.
  public var failures: FailurePolicy = .degrade

  /// Opens without changing anything; puts are skipped.
  public var readOnly = false

  /// Whether the cache may lie on a network file system (NFS, SMB, FUSE and the like); false by default, because the
  /// index there is damaged as soon as two hosts use it.
  public var allowsNetworkFileSystem = false

  /// How long to wait for others before giving up, by default 30 s.
  public var wait: Duration = .seconds(30)

  /// How long to wait for another process that computes the same key before computing it too; nil, the default, waits
  /// as long as that process lives.
  public var leaseWait: Duration?

  /// What enters every key besides the arguments: by default the operating system and the processor's architecture.
  public var keyEnvironment: KeyEnvironment = .standard

  /// Whether a missing cache is made; true by default.
  public var create = true

  /// The environment variables that the library honours (`LARDER_NO_CACHE`, `LARDER_READ_ONLY`, `LARDER_REFRESH`,
  /// `LARDER_NETWORK`, `LARDER_MEMO`, `LARDER_PEPPER`); by default those of the process.
  public var environment: [String: String]

  /// Receives each warning once; by default it is written to standard error.
  public var report: @Sendable (CacheWarning) -> Void = CacheWarning.toStandardError

  /// Whether opening for writing sets right what is missing or damaged: an index that cannot be read, directories that a
  /// copy left out, the reserve. Whoever only looks wants to find it.
  package var mends = true

  /// Where time comes from.
  package var clock: Clock = .system

  /// Where ids come from.
  package var random: RandomSource = .system

  /// Tells what kind of file system the cache lies on.
  package var fileSystems: FileSystemProbe = .system

  /// Options with every setting at its default.
  public init() { environment = ProcessEnvironment.variables }
}

/// How one artifact is put.
public struct PutOptions: Sendable {
  /// How the blob is stored; nil for the cache's default.
  public var encoding: Encoding?
  /// How long the artifact is served; nil for ever.
  public var timeToLive: Duration?
  /// How long it is served without being used; nil for ever.
  public var idle: Duration?
  /// Words to select entries by.
  public var tags: [String]
  /// The computing time that a use saves; nil for the measured time.
  public var cost: Duration?

  /// Options for one put.
  ///
  /// - Parameters:
  ///   - encoding: How the blob is stored; nil for the cache's default.
  ///   - timeToLive: How long the artifact is served; nil for ever.
  ///   - idle: How long it is served without being used; nil for ever.
  ///   - tags: Words to select entries by: 1 to 256 bytes each, at most 64 of them.
  ///   - cost: The computing time that a use saves; nil for the measured time.
  public init(
    encoding: Encoding? = nil, timeToLive: Duration? = nil, idle: Duration? = nil, tags: [String] = [],
    cost: Duration? = nil
  ) {
    self.encoding = encoding
    self.timeToLive = timeToLive
    self.idle = idle
    self.tags = tags
    self.cost = cost
  }
}
