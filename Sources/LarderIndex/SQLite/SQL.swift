/// The statements that are prepared once for each connection and used again; all values are parameters.
enum SQL: Int, CaseIterable {
  case begin, beginReading, commit, rollback, mark, rollbackToMark, releaseMark
  case meta, identity, insertMeta, updateMeta, updateState, content
  case entry, entryPage, keyRange, entryHead, insertEntry, updateEntry, deleteEntry, entriesOfBlob, contentOfBlob
  case updateUse, lowestScores
  case liveBlob, winner, blob, insertBlob, deleteBlob, condemnBlob, forgetBlob, condemned, markDurable, markBlobDurable
  case pointEntries, pointChildren, pointParents, insertEdge, children, childIDs, edgeTo, deleteEdges, deleteEdge,
    storedBytes, falseParents, treeOn
  case absence, bury, forgetTombstones
  case logRemoval, trimRemovals, removalsMeaning
  case openSession, closeSession, fenceSession, forgetSession, sessionState, sessions
  case liveShard, condemnedShard, strays, blobOfFile, blobRow, liveBlobsAt, blobOfEntry, fileDigests,
    entryPageWithDocuments, headsWithoutKey
  case dependents, parentIDs, entriesOn, deleteEdgesTo, sizesOfBlobs, countEntries, highestID, recordSweep, sweeps
  case addStatistic, statistics
  case blobRows, edgeRows, entryRows, tombstoneRows, removalRows, statisticRows, sessionRows, sweepRows
  case loadSession, loadBlob, loadEntry, loadTombstone, loadRemoval, loadStatistic
  case damagedMeta, damagedBlob, damagedEntry, damagedTombstone, damagedRemoval, damagedStatistic
  case saveBlob, saveEntry, saveTombstone, saveRemoval, saveStatistic, dropSpareEdges, dropSpareBlobs
  case digestOfFile, rememberDigest

  static let entryColumns = """
    e.key, e.namespace, e.tier, e.epoch, e.function, e.version, e.content_digest, e.size, e.representation, e.created,
    e.not_after, e.idle, e.cost, e.tags, e.uses, e.last_use, e.score, e.pinned_until, e.seal, e.seal_key
    """
  private static let headColumns = "id, key, blob, seal, seal_key, created, cost, uses, score"
  static let blobColumns = """
    b.id, b.domain, b.content_digest, b.size, b.encoding, b.stored_digest, b.stored_size, b.place, b.session, b.n,
    b.durable, b.seal, b.seal_key
    """
  // A row without a key would be the token of a page that comes again and again.
  private static let entryPageSource = """
    FROM entries e LEFT JOIN blobs b ON b.id = e.blob AND b.state = 'live'
    WHERE e.key > ? AND e.key <= ? AND length(e.key) = 32 ORDER BY e.key LIMIT ?
    """
  private static let sweptColumns = """
    \(blobColumns), b.data, b.state,
    EXISTS (SELECT 1 FROM entries WHERE blob = b.id) OR EXISTS (SELECT 1 FROM edges WHERE child = b.id)
    """

  var text: String {
    switch self {
    // IMMEDIATE: a transaction that began as a reader cannot wait for its turn to write, it can only fail.
    case .begin: "BEGIN IMMEDIATE"
    case .beginReading: "BEGIN"
    case .commit: "COMMIT"
    case .rollback: "ROLLBACK"
    case .mark: "SAVEPOINT one"
    case .rollbackToMark: "ROLLBACK TO one"
    case .releaseMark: "RELEASE one"

    case .meta:
      """
      SELECT state, removals, removals_from, entries, blobs, content_bytes, stored_bytes, last_blob, floor, barriers
      FROM meta
      """
    case .identity: "SELECT format, cache_id, index_id, state FROM meta"
    case .insertMeta:
      """
      INSERT INTO meta (one, format, index_id, cache_id, state, removals, removals_from, entries, blobs, content_bytes,
        stored_bytes, last_blob, floor, barriers)
      VALUES (1, ?, ?, ?, 'open', 0, 0, 0, 0, 0, 0, 0, 0, 0)
      """
    case .updateMeta:
      """
      UPDATE meta SET removals = ?, removals_from = ?, entries = ?, blobs = ?, content_bytes = ?, stored_bytes = ?,
        last_blob = ?, floor = ?, barriers = ?
      """
    case .updateState: "UPDATE meta SET state = ?"
    case .content:
      """
      SELECT NOT EXISTS (SELECT 1 FROM sqlite_schema), application_id, user_version
      FROM pragma_application_id, pragma_user_version
      """

    case .entry:
      """
      SELECT \(Self.entryColumns), e.document, e.detail, \(Self.blobColumns), b.data
      FROM entries e LEFT JOIN blobs b ON b.id = e.blob AND b.state = 'live' WHERE e.key = ?
      """
    case .entryPage:
      """
      SELECT \(Self.entryColumns), NULL, NULL, \(Self.blobColumns), NULL
      \(Self.entryPageSource)
      """
    case .entryPageWithDocuments:
      """
      SELECT \(Self.entryColumns), e.document, e.detail, \(Self.blobColumns), NULL
      \(Self.entryPageSource)
      """
    // The inner part reads the tree of keys alone.
    case .headsWithoutKey:
      """
      SELECT \(Self.headColumns) FROM entries
      WHERE id IN (SELECT id FROM entries WHERE typeof(key) <> 'blob' OR length(key) <> 32)
      """
    case .countEntries: "SELECT count(*) FROM entries"
    case .keyRange: "SELECT key FROM entries WHERE key BETWEEN ? AND ? ORDER BY key LIMIT ?"
    case .entryHead: "SELECT \(Self.headColumns) FROM entries WHERE key = ?"
    case .insertEntry:
      """
      INSERT INTO entries (key, namespace, tier, epoch, function, version, blob, content_digest, size, representation,
        created, not_after, idle, cost, tags, session, uses, last_use, score, seal, seal_key, document, detail)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """
    case .updateEntry:
      """
      UPDATE entries SET namespace = ?, tier = ?, epoch = ?, function = ?, version = ?, blob = ?,
        content_digest = ?, size = ?, representation = ?, created = ?, not_after = ?, idle = ?, cost = ?, tags = ?,
        session = ?, uses = ?, last_use = ?, score = ?, seal = ?, seal_key = ?, document = ?, detail = ?
      WHERE id = ?
      """
    case .deleteEntry: "DELETE FROM entries WHERE id = ?"
    case .entriesOfBlob: "SELECT EXISTS (SELECT 1 FROM entries WHERE blob = ?)"
    case .contentOfBlob: "SELECT content_digest, domain FROM blobs WHERE id = ? AND state = 'live'"
    case .updateUse: "UPDATE entries SET uses = ?, last_use = max(last_use, ?), score = ? WHERE id = ?"
    case .lowestScores:
      """
      SELECT \(Self.headColumns) FROM entries
      WHERE pinned_until IS NULL OR pinned_until <= ? ORDER BY score LIMIT ?
      """

    case .liveBlob:
      """
      SELECT \(Self.blobColumns), b.data FROM blobs b
      WHERE b.content_digest = ? AND b.domain = ? AND b.state = 'live'
      """
    case .winner:
      """
      SELECT \(Self.blobColumns), NULL FROM blobs b
      WHERE b.content_digest = ? AND b.domain = ? AND b.state = 'live'
      """
    case .blob:
      """
      SELECT state, place, content_digest, session, n, encoding, size, stored_size, durable FROM blobs WHERE id = ?
      """
    case .insertBlob: Self.insertBlob("INSERT")
    case .deleteBlob: "DELETE FROM blobs WHERE id = ?"
    case .condemnBlob: "UPDATE blobs SET state = 'condemned', data = ? WHERE id = ?"
    case .forgetBlob: "DELETE FROM blobs WHERE id = ? AND state = 'condemned'"
    // The plus signs keep SQLite from reading every row in the order of ids to find the few.
    case .condemned:
      """
      SELECT id, place, content_digest, session, n, encoding, data FROM blobs
      WHERE id IN (SELECT id FROM blobs WHERE state = 'condemned' AND +id > ? ORDER BY +id LIMIT ?) ORDER BY id
      """
    case .liveShard: Self.shard("live")
    case .condemnedShard: Self.shard("condemned")
    case .strays:
      """
      SELECT \(Self.sweptColumns) FROM blobs b NOT INDEXED
      WHERE b.id > ? AND (b.state NOT IN ('live', 'condemned') OR b.state IS NULL OR typeof(b.content_digest) <> 'blob')
      ORDER BY b.id LIMIT ?
      """
    case .blobOfFile:
      """
      SELECT \(Self.sweptColumns) FROM blobs b
      WHERE b.state = 'live' AND b.content_digest = ?1 AND b.session = ?2 AND b.n = ?3 AND b.encoding = ?4
        AND b.place = 'file'
      UNION ALL
      SELECT \(Self.sweptColumns) FROM blobs b
      WHERE b.state = 'condemned' AND b.content_digest = ?1 AND b.session = ?2 AND b.n = ?3 AND b.encoding = ?4
        AND b.place = 'file'
      """
    case .blobRow: "SELECT \(Self.sweptColumns) FROM blobs b WHERE b.id = ?"
    case .liveBlobsAt:
      """
      SELECT id FROM blobs
      WHERE state = 'live' AND content_digest = ? AND session = ? AND n = ? AND encoding = ? AND place = 'file'
      """
    case .blobOfEntry:
      """
      SELECT entries.blob, blobs.state FROM entries LEFT JOIN blobs ON blobs.id = entries.blob WHERE entries.key = ?
      """
    case .fileDigests:
      """
      SELECT blobs.content_digest FROM edges LEFT JOIN blobs ON blobs.id = edges.child AND blobs.state = 'live'
      WHERE edges.parent = ?
      """
    case .sizesOfBlobs: "SELECT size, stored_size FROM blobs NOT INDEXED WHERE state = 'live'"
    case .highestID: "SELECT coalesce(max(id), 0) FROM blobs"
    case .markDurable:
      "UPDATE blobs SET durable = 1 WHERE id > ? AND id <= ? AND session = ? AND place = 'file' AND durable = 0"
    case .markBlobDurable: "UPDATE blobs SET durable = 1 WHERE id = ? AND state = 'live' AND durable = 0"

    case .pointEntries: "UPDATE entries SET blob = ? WHERE blob = ?"
    case .pointChildren: "UPDATE edges SET parent = ? WHERE parent = ?"
    case .pointParents: "UPDATE edges SET child = ? WHERE child = ?"
    case .insertEdge: "INSERT OR IGNORE INTO edges (parent, child) VALUES (?, ?)"
    case .children:
      """
      SELECT \(Self.blobColumns), b.data FROM edges JOIN blobs b ON b.id = edges.child
      WHERE edges.parent = ? AND b.state = 'live' ORDER BY edges.child
      """
    case .childIDs: "SELECT child FROM edges WHERE parent = ?"
    case .edgeTo: "SELECT EXISTS (SELECT 1 FROM edges WHERE child = ?)"
    case .parentIDs: "SELECT parent FROM edges WHERE child = ?"
    case .deleteEdges: "DELETE FROM edges WHERE parent = ?"
    case .deleteEdge: "DELETE FROM edges WHERE parent = ? AND child = ?"
    case .treeOn: "SELECT 1 FROM entries WHERE blob = ? AND representation = 'tree'"
    // From one parent to the next, and not through all the edges of each.
    case .falseParents:
      """
      WITH RECURSIVE parents (number) AS (
        SELECT min(parent) FROM edges WHERE parent > ?1
        UNION ALL SELECT (SELECT min(parent) FROM edges WHERE parent > number) FROM parents WHERE number IS NOT NULL)
      SELECT number FROM parents WHERE number IS NOT NULL
        AND NOT EXISTS (SELECT 1 FROM entries WHERE blob = number AND representation = 'tree') LIMIT ?2
      """
    case .deleteEdgesTo: "DELETE FROM edges WHERE child = ?"
    case .entriesOn: "SELECT \(Self.headColumns) FROM entries WHERE blob = ?"
    case .dependents:
      """
      SELECT key FROM entries WHERE blob = ?1
      UNION SELECT entries.key FROM edges JOIN entries ON entries.blob = edges.parent WHERE edges.child = ?1 LIMIT ?2
      """
    case .storedBytes:
      """
      SELECT coalesce((SELECT stored_size FROM blobs WHERE id = ?1), 0) + coalesce((
        SELECT sum(blobs.stored_size) FROM edges JOIN blobs ON blobs.id = edges.child WHERE edges.parent = ?1), 0)
      """

    case .absence:
      """
      SELECT meta.removals,
        EXISTS (SELECT 1 FROM entries WHERE namespace = ?2 AND function = ?3)
          OR EXISTS (SELECT 1 FROM tombstones WHERE namespace = ?2 AND function = ?3),
        EXISTS (SELECT 1 FROM entries WHERE namespace = ?2 AND function = ?3 AND version = ?4)
          OR EXISTS (SELECT 1 FROM tombstones WHERE namespace = ?2 AND function = ?3 AND version = ?4),
        tombstones.reason, tombstones.removed, tombstones.document
      FROM meta LEFT JOIN tombstones ON tombstones.key = ?1
      """
    case .bury:
      """
      INSERT OR REPLACE INTO tombstones (key, namespace, function, version, reason, removed, document, detail)
      SELECT key, namespace, function, version, ?, ?, document, detail FROM entries WHERE id = ?
      """
    case .forgetTombstones: "DELETE FROM tombstones WHERE id <= (SELECT max(id) FROM tombstones) - ?"

    case .logRemoval: "INSERT INTO removals (number, time, selection) VALUES (?, ?, ?)"
    case .trimRemovals: "DELETE FROM removals WHERE number <= ?"
    // What names no keys may mean any.
    case .removalsMeaning:
      """
      SELECT selection FROM removals
      WHERE number > ?1 AND CASE WHEN json_valid(selection) AND json_type(selection, '$.keys') = 'array'
        THEN EXISTS (SELECT 1 FROM json_each(selection, '$.keys') WHERE value = ?2) ELSE 1 END
      ORDER BY number
      """

    case .openSession: "INSERT INTO sessions (id, host, boot, opened, state) VALUES (?, ?, ?, ?, ?)"
    // A dead session stays on record until a walk has shown that no file of it is left.
    case .closeSession: "DELETE FROM sessions WHERE id = ? AND state = 'open'"
    case .fenceSession: "UPDATE sessions SET state = 'dead' WHERE id = ?"
    case .forgetSession: "DELETE FROM sessions WHERE id = ? AND state <> 'open'"
    case .sessionState: "SELECT state FROM sessions WHERE id = ?"
    case .sessions: "SELECT id, host, boot, opened, state FROM sessions ORDER BY opened, id"

    case .addStatistic:
      """
      INSERT INTO statistics (day, namespace, function, name, value) VALUES (?, ?, ?, ?, ?)
      ON CONFLICT DO UPDATE SET value = CASE WHEN value > 9223372036854775807 - excluded.value
        THEN 9223372036854775807 ELSE value + excluded.value END
      """
    case .statistics:
      """
      SELECT day, namespace, function, name, value FROM statistics
      WHERE day >= ? ORDER BY day, namespace, function, name
      """

    case .recordSweep: "INSERT OR REPLACE INTO sweeps (portion, verified) VALUES (?, ?)"
    case .sweeps: "SELECT portion, verified FROM sweeps"

    case .sessionRows: "SELECT id, host, boot, opened, state FROM sessions WHERE id > ? ORDER BY id LIMIT ?"
    case .blobRows: "SELECT \(Self.blobColumns), b.data, b.state FROM blobs b WHERE b.id > ? ORDER BY b.id LIMIT ?"
    case .edgeRows:
      "SELECT parent, child FROM edges WHERE (parent, child) > (?, ?) ORDER BY parent, child LIMIT ?"
    case .entryRows:
      """
      SELECT \(Self.entryColumns), e.document, e.detail, NULL, e.id, e.blob, e.session
      FROM entries e WHERE e.id > ? ORDER BY e.id LIMIT ?
      """
    case .tombstoneRows:
      """
      SELECT id, key, namespace, function, version, reason, removed, document, detail
      FROM tombstones WHERE id > ? ORDER BY id LIMIT ?
      """
    case .removalRows: "SELECT number, time, selection FROM removals WHERE number > ? ORDER BY number LIMIT ?"
    case .statisticRows:
      """
      SELECT day, namespace, function, name, value FROM statistics
      WHERE (day, namespace, function, name) > (?, ?, ?, ?) ORDER BY day, namespace, function, name LIMIT ?
      """
    case .sweepRows: "SELECT portion, verified FROM sweeps WHERE portion > ? ORDER BY portion LIMIT ?"
    case .loadSession: "INSERT OR REPLACE INTO sessions (id, host, boot, opened, state) VALUES (?, ?, ?, ?, ?)"
    case .loadBlob:
      """
      INSERT OR REPLACE INTO blobs (id, domain, content_digest, size, encoding, stored_digest, stored_size, place, session,
        n, durable, seal, seal_key, data, state)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """
    case .loadEntry:
      """
      INSERT OR REPLACE INTO entries (key, namespace, tier, epoch, function, version, blob, content_digest, size,
        representation, created, not_after, idle, cost, tags, session, uses, last_use, score, seal, seal_key, document,
        detail, pinned_until, id)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """
    case .loadTombstone:
      """
      INSERT OR REPLACE INTO tombstones (id, key, namespace, function, version, reason, removed, document, detail)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
      """
    case .loadRemoval: "INSERT OR REPLACE INTO removals (number, time, selection) VALUES (?, ?, ?)"
    case .loadStatistic:
      "INSERT OR REPLACE INTO statistics (day, namespace, function, name, value) VALUES (?, ?, ?, ?, ?)"

    // A row of a damaged index, whose columns are handed in as they lie in its table, read as any other row is.
    case .damagedMeta:
      """
      WITH meta (one, format, index_id, cache_id, state, removals, removals_from, entries, blobs, content_bytes,
        stored_bytes, last_blob, floor, barriers) AS (VALUES \(Self.parameters(14)))
      SELECT state, removals, removals_from, entries, blobs, content_bytes, stored_bytes, last_blob, floor, barriers
      FROM meta
      """
    case .damagedBlob:
      """
      WITH b (id, state, domain, content_digest, size, encoding, stored_digest, stored_size, place, session, n, durable,
        seal, seal_key, data) AS (VALUES \(Self.parameters(15)))
      SELECT \(Self.blobColumns), b.data, b.state FROM b
      """
    case .damagedEntry:
      """
      WITH e (id, key, namespace, tier, epoch, function, version, blob, content_digest, size, representation, created,
        not_after, idle, cost, tags, session, uses, last_use, score, pinned_until, seal, seal_key, document, detail)
        AS (VALUES \(Self.parameters(25)))
      SELECT \(Self.entryColumns), e.document, e.detail, NULL, e.id, e.blob, e.session FROM e
      """
    case .damagedTombstone: "VALUES \(Self.parameters(9))"
    case .damagedRemoval: "VALUES \(Self.parameters(3))"
    case .damagedStatistic: "VALUES \(Self.parameters(5))"
    case .saveBlob: Self.insertBlob("INSERT OR IGNORE")
    case .saveEntry:
      """
      INSERT OR IGNORE INTO entries (key, namespace, tier, epoch, function, version, blob, content_digest, size,
        representation, created, not_after, idle, cost, tags, session, uses, last_use, score, pinned_until, seal, seal_key,
        document, detail)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """
    case .saveTombstone:
      """
      INSERT OR IGNORE INTO tombstones (id, key, namespace, function, version, reason, removed, document, detail)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
      """
    case .saveRemoval: "INSERT OR IGNORE INTO removals (number, time, selection) VALUES (?, ?, ?)"
    case .saveStatistic:
      "INSERT OR IGNORE INTO statistics (day, namespace, function, name, value) VALUES (?, ?, ?, ?, ?)"
    case .dropSpareEdges:
      """
      DELETE FROM edges WHERE NOT EXISTS (
        SELECT 1 FROM entries WHERE blob = edges.parent AND representation = 'tree')
      """
    case .dropSpareBlobs:
      """
      DELETE FROM blobs WHERE NOT EXISTS (SELECT 1 FROM entries WHERE blob = blobs.id)
        AND NOT EXISTS (SELECT 1 FROM edges WHERE child = blobs.id)
      """

    case .digestOfFile:
      "SELECT digest FROM digests WHERE device = ? AND inode = ? AND size = ? AND modified = ? AND changed = ?"
    case .rememberDigest:
      "INSERT OR REPLACE INTO digests (device, inode, size, modified, changed, digest) VALUES (?, ?, ?, ?, ?, ?)"
    }
  }

  private static func parameters(_ count: Int) -> String {
    "(\(Array(repeating: "?", count: count).joined(separator: ", ")))"
  }

  private static func insertBlob(_ verb: String) -> String {
    """
    \(verb) INTO blobs (id, state, domain, content_digest, size, encoding, stored_digest, stored_size, place, session,
      n, durable, seal, seal_key, data)
    VALUES (?, 'live', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    """
  }

  /// The rows of a state from a digest on: whoever reads them stops at the end of the shard. Equal digests are told apart by the id and not, as in the tree, by the
  /// domain: that can have been altered to something that does not compare.
  private static func shard(_ state: String) -> String {
    """
    SELECT \(sweptColumns) FROM blobs b
    WHERE b.state = '\(state)' AND b.content_digest >= ?1 AND (b.content_digest, b.id) > (?1, ?2)
    ORDER BY b.content_digest, b.id
    """
  }
}
