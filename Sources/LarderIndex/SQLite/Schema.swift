/// The tables of format 1. Names of tables and columns are part of the format, and the comments of the columns are
/// stored with them: `.schema` in the sqlite3 shell prints this page.
///
/// Digests are 32 bytes, session ids and numbers are 64 bits read as signed, times are nanoseconds since 1970 in UTC.
///
/// Every tree beside a table's own costs a put one more page of the log: of 45 µs that an inline put took on a loaded
/// machine, dropping `entries_blob`, `entries_score` or `entries_function` saved 4 to 6 each. What each of them is for:
///
/// * `entries_key`: every lookup.
/// * `entries_blob`: whether anything still refers to a blob when an entry goes, and who does when one is healed.
/// * `entries_score`: whom to evict, without sorting the entries.
/// * `entries_function`: why a lookup missed, and selections.
/// * `blobs_content`: equal content is stored once. The digest comes first, so that a sweep reads a shard as one range.
/// * `blobs_condemned`: holds next to nothing, and finds what killed processes left without a scan.
///
/// Rows with documents are in rowid tables: without a rowid every step of a search would page through documents. The two
/// tables of small rows, `edges` and `statistics`, do without, which saves each of them a tree.
enum Schema {
  /// 'Lard', in the header of the file.
  static let applicationID: Int64 = 0x4c61_7264
  static let format: Int64 = 1

  static let statements: [String] = [
    """
    CREATE TABLE meta (
      one INTEGER PRIMARY KEY CHECK (one = 1), -- there is one row
      format INTEGER NOT NULL,
      index_id BLOB NOT NULL, -- 16 bytes; an index rebuilt from another one has its own
      cache_id BLOB NOT NULL, -- 16 bytes; the cache that this index belongs to
      state TEXT NOT NULL, -- open | moved | upgrading
      removals INTEGER NOT NULL, -- number of the last removal by a user
      removals_from INTEGER NOT NULL, -- removals up to this number are no longer in the log
      entries INTEGER NOT NULL, -- how many there are
      blobs INTEGER NOT NULL, -- how many live ones there are
      content_bytes INTEGER NOT NULL, -- of live blobs, before encoding
      stored_bytes INTEGER NOT NULL, -- of live blobs, as stored
      last_blob INTEGER NOT NULL, -- the highest id that a blob ever had
      floor REAL NOT NULL, -- the highest score evicted so far
      barriers INTEGER NOT NULL -- how often everything was made durable
    ) STRICT
    """,
    """
    CREATE TABLE sessions (
      id INTEGER PRIMARY KEY,
      host TEXT NOT NULL,
      boot TEXT NOT NULL, -- names the time since the host started
      opened INTEGER NOT NULL,
      state TEXT NOT NULL -- open | dead
    ) STRICT
    """,
    """
    CREATE TABLE blobs (
      id INTEGER PRIMARY KEY, -- never used again
      state TEXT NOT NULL, -- live | condemned: announced for deletion
      domain TEXT NOT NULL, -- equal content is stored once in it
      content_digest BLOB NOT NULL, -- SHA-256 before encoding
      size INTEGER NOT NULL, -- bytes before encoding
      encoding TEXT NOT NULL, -- raw | lz4 | zstd
      stored_digest BLOB NOT NULL, -- SHA-256 as stored
      stored_size INTEGER NOT NULL, -- bytes as stored
      place TEXT NOT NULL, -- inline: in data; file: blobs/<2 hex>/<content digest>.<session, hex>.<n, hex>.<encoding>
      session INTEGER, -- of a file
      n INTEGER, -- of a file: which placement of the session
      durable INTEGER NOT NULL, -- 1: the file is known to survive a power cut
      seal BLOB NOT NULL, -- 32 bytes over domain, digests, sizes and encoding
      seal_key TEXT NOT NULL, -- the id of the key that made the seal; empty without one
      data BLOB -- the stored bytes of an inline blob; of a condemned file that is to be moved aside, why, in UTF-8
    ) STRICT
    """,
    "CREATE UNIQUE INDEX blobs_content ON blobs (content_digest, domain) WHERE state = 'live'",
    "CREATE INDEX blobs_condemned ON blobs (content_digest) WHERE state = 'condemned'",
    """
    CREATE TABLE edges (
      parent INTEGER NOT NULL, -- the blob of a tree's manifest
      child INTEGER NOT NULL, -- the blob of one of its files
      PRIMARY KEY (parent, child)
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX edges_child ON edges (child)",
    """
    CREATE TABLE entries (
      id INTEGER PRIMARY KEY,
      key BLOB NOT NULL, -- 32 bytes
      namespace TEXT NOT NULL,
      tier TEXT NOT NULL, -- trust tier of the writer
      epoch INTEGER NOT NULL, -- raised for a namespace to withdraw everything older
      function TEXT NOT NULL,
      version TEXT NOT NULL,
      blob INTEGER NOT NULL, -- the row of the artifact, or of a tree's manifest
      content_digest BLOB NOT NULL, -- SHA-256 of the artifact
      size INTEGER NOT NULL, -- bytes of the artifact
      representation TEXT NOT NULL,
      created INTEGER NOT NULL,
      not_after INTEGER, -- when it ceases to be served
      idle INTEGER, -- nanoseconds that it is kept without a use
      cost INTEGER NOT NULL, -- nanoseconds of computation that each use saves
      tags TEXT NOT NULL, -- a JSON array of strings
      session INTEGER NOT NULL, -- who committed it
      uses INTEGER NOT NULL, -- the put counts as the first
      last_use INTEGER NOT NULL,
      score REAL NOT NULL, -- the lowest is evicted first
      pinned_until INTEGER, -- not evicted before
      seal BLOB NOT NULL, -- 32 bytes over what the entry says
      seal_key TEXT NOT NULL, -- the id of the key that made the seal; empty without one
      document BLOB NOT NULL, -- the call, in CBOR, whose SHA-256 is the key
      detail BLOB NOT NULL -- the call for people, in CBOR; not sealed
    ) STRICT
    """,
    "CREATE UNIQUE INDEX entries_key ON entries (key)",
    "CREATE INDEX entries_blob ON entries (blob)",
    "CREATE INDEX entries_score ON entries (score)",
    "CREATE INDEX entries_function ON entries (namespace, function, version)",
    """
    CREATE TABLE tombstones (
      id INTEGER PRIMARY KEY, -- in the order of removal; the oldest are forgotten
      key BLOB NOT NULL,
      namespace TEXT NOT NULL,
      function TEXT NOT NULL,
      version TEXT NOT NULL,
      reason TEXT NOT NULL, -- invalidated | evicted | expired | …
      removed INTEGER NOT NULL,
      document BLOB NOT NULL,
      detail BLOB NOT NULL
    ) STRICT
    """,
    "CREATE UNIQUE INDEX tombstones_key ON tombstones (key)",
    "CREATE INDEX tombstones_function ON tombstones (namespace, function, version)",
    """
    CREATE TABLE removals (
      number INTEGER PRIMARY KEY, -- counted in meta.removals
      time INTEGER NOT NULL,
      selection TEXT NOT NULL -- what was removed: {"keys": [64 hexadecimal digits, …]}
    ) STRICT
    """,
    """
    CREATE TABLE statistics (
      day INTEGER NOT NULL, -- days since 1970-01-01 in UTC
      namespace TEXT NOT NULL,
      function TEXT NOT NULL,
      name TEXT NOT NULL, -- hits, misses, misses.<reason>, puts, saved_ns, …
      value INTEGER NOT NULL,
      PRIMARY KEY (day, namespace, function, name)
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE sweeps (
      portion INTEGER PRIMARY KEY, -- 0 to 255: what belongs to the shard of this number; 256: the index itself
      verified INTEGER NOT NULL -- when the whole portion was last read and compared
    ) STRICT
    """,
  ]
}
