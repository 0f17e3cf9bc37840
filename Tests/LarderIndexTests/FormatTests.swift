import Foundation
import LarderCrypto
import LarderFormat
import LarderIndex
import LarderSystem
import LarderTesting
import Testing

@Suite("Format 1") struct FormatTests {
  @Test("the tables of format 1 are these, to the letter")
  func schema() async throws {
    try await withIndex { index in
      let sql = try shell(index.path, "SELECT sql || ';' FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY rowid")
      #expect(sql == Self.schema)
      let header = try shell(
        index.path, "PRAGMA application_id; PRAGMA user_version; PRAGMA page_size; PRAGMA encoding")
      #expect(header == "\(0x4c61_7264)\n1\n4096\nUTF-8")
      #expect(
        try shell(index.path, "SELECT format, state, hex(cache_id), hex(index_id) FROM meta")
          == "1|open|00000000000000010000000000000002|00000000000000030000000000000004")
    }
  }

  @Test("a person reads entries and inline bytes in the sqlite3 shell, and coreutils agree with their digest")
  func audit() async throws {
    try await withIndex { index in
      _ = try index.commit(.put("k", .inline("the artifact")))
      _ = try index.commit(.put("f", .file("file", number: 0x2A)))
      #expect(
        try shell(
          index.path,
          "SELECT lower(hex(key)), namespace, function, version, tags FROM entries WHERE session < 0 AND id = 1")
          == "\(key("k"))|n|f|1|[\"a\",\"b\"]")
      #expect(
        try shell(
          index.path,
          "SELECT lower(hex(content_digest)), printf('%016x.%x', session, n), encoding FROM blobs WHERE place = 'file'")
          == "\(digest("file").hex)|f000000000000001.2a|zstd")
      let copy = index.path + ".copy"
      _ = try shell(index.path, "SELECT writefile('\(copy)', data) FROM blobs WHERE place = 'inline'")
      let process = Process()
      process.executableURL = URL(filePath: "/usr/bin/env")
      process.arguments = ["sha256sum", copy]
      let output = Pipe()
      process.standardOutput = output
      try process.run()
      let sum = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self).prefix(64)
      #expect(try shell(index.path, "SELECT lower(hex(content_digest)) FROM blobs WHERE place = 'inline'") == sum)
      #expect(sum == digest("the artifact").hex)
    }
  }

  @Test("a closed index has its rows in the file, and an empty log with room for removals on a full disk")
  func log() async throws {
    try await withScratch { path in
      let file = path + "/index.sqlite"
      let index = try SQLiteIndex.create(at: file, identity: .sample)
      #expect(try FileStatus(of: file + "-wal").allocated >= 1 << 20)
      try index.open(.sample)
      for number in 0..<100 { _ = try index.commit(.put("\(number)", .inline("v\(number)"))) }
      #expect(try FileStatus(of: file + "-wal").size > 0)
      index.close()
      let log = try FileStatus(of: file + "-wal")
      #expect(log.size == 0 && log.allocated >= 1 << 20)
      try FileManager.default.copyItem(atPath: file, toPath: path + "/copy")
      #expect(try SQLiteIndex.open(at: path + "/copy").totals().entries == 100)
    }
  }

  @Test("a process killed while it makes an index leaves one that can be made", arguments: 0..<12)
  func killedAtCreation(round: Int) async throws {
    try await withScratch { path in
      await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String, round = round as Int] in
        Thread.detachNewThread {
          Clock.rest(nanoseconds: UInt64(round) * 350_000)
          kill(getpid(), SIGKILL)
        }
        for number in 0..<100_000 { _ = try SQLiteIndex.create(at: path + "/\(number)", identity: .sample) }
      }
      for name in try FileManager.default.contentsOfDirectory(atPath: path) where !name.contains("-") {
        let index = try SQLiteIndex.create(at: path + "/" + name, identity: .sample)
        #expect(index.identity == .sample)
        #expect(try recounted(index.path) == nil)
      }
    }
  }

  static let schema = """
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
    ) STRICT;
    CREATE TABLE sessions (
      id INTEGER PRIMARY KEY,
      host TEXT NOT NULL,
      boot TEXT NOT NULL, -- names the time since the host started
      opened INTEGER NOT NULL,
      state TEXT NOT NULL -- open | dead
    ) STRICT;
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
    ) STRICT;
    CREATE UNIQUE INDEX blobs_content ON blobs (content_digest, domain) WHERE state = 'live';
    CREATE INDEX blobs_condemned ON blobs (content_digest) WHERE state = 'condemned';
    CREATE TABLE edges (
      parent INTEGER NOT NULL, -- the blob of a tree's manifest
      child INTEGER NOT NULL, -- the blob of one of its files
      PRIMARY KEY (parent, child)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX edges_child ON edges (child);
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
    ) STRICT;
    CREATE UNIQUE INDEX entries_key ON entries (key);
    CREATE INDEX entries_blob ON entries (blob);
    CREATE INDEX entries_score ON entries (score);
    CREATE INDEX entries_function ON entries (namespace, function, version);
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
    ) STRICT;
    CREATE UNIQUE INDEX tombstones_key ON tombstones (key);
    CREATE INDEX tombstones_function ON tombstones (namespace, function, version);
    CREATE TABLE removals (
      number INTEGER PRIMARY KEY, -- counted in meta.removals
      time INTEGER NOT NULL,
      selection TEXT NOT NULL -- what was removed: {"keys": [64 hexadecimal digits, …]}
    ) STRICT;
    CREATE TABLE statistics (
      day INTEGER NOT NULL, -- days since 1970-01-01 in UTC
      namespace TEXT NOT NULL,
      function TEXT NOT NULL,
      name TEXT NOT NULL, -- hits, misses, misses.<reason>, puts, saved_ns, …
      value INTEGER NOT NULL,
      PRIMARY KEY (day, namespace, function, name)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE sweeps (
      portion INTEGER PRIMARY KEY, -- 0 to 255: what belongs to the shard of this number; 256: the index itself
      verified INTEGER NOT NULL -- when the whole portion was last read and compared
    ) STRICT;
    """
}
