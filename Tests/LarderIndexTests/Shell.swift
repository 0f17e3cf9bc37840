import Foundation
import Testing

/// Runs the sqlite3 shell as a person would, and gives what it prints.
func shell(_ path: String, _ sql: String) throws -> String {
  let process = Process()
  process.executableURL = URL(filePath: "/usr/bin/env")
  process.arguments = ["sqlite3", path, sql]
  let (output, errors) = (Pipe(), Pipe())
  process.standardOutput = output
  process.standardError = errors
  try process.run()
  let bytes = output.fileHandleForReading.readDataToEndOfFile()
  let complaint = errors.fileHandleForReading.readDataToEndOfFile()
  process.waitUntilExit()
  try #require(process.terminationStatus == 0, "sqlite3: \(String(decoding: complaint, as: UTF8.self))")
  return String(decoding: bytes, as: UTF8.self).trimmingCharacters(in: .newlines)
}

/// What is wrong with an index as a whole: totals that differ from recounted sums, rows that nothing refers to, rows
/// that refer to nothing. Nil for a sound one.
func recounted(_ path: String) throws -> String? {
  let problems = try shell(
    path,
    """
    SELECT 'totals ' || entries || ' ' || blobs || ' ' || content_bytes || ' ' || stored_bytes FROM meta
    WHERE entries <> (SELECT count(*) FROM entries)
      OR (blobs, content_bytes, stored_bytes)
        <> (SELECT count(*), coalesce(sum(size), 0), coalesce(sum(stored_size), 0) FROM blobs WHERE state = 'live');
    SELECT 'orphan ' || id FROM blobs WHERE state = 'live'
      AND NOT EXISTS (SELECT 1 FROM entries WHERE blob = blobs.id) AND NOT EXISTS (SELECT 1 FROM edges WHERE child = blobs.id);
    SELECT 'dangling ' || id FROM entries
    WHERE NOT EXISTS (SELECT 1 FROM blobs WHERE id = entries.blob AND state = 'live');
    SELECT 'edge ' || parent || ' ' || child FROM edges
    WHERE (SELECT count(*) FROM blobs WHERE id IN (parent, child) AND state = 'live') <> 2;
    SELECT 'id ' || id FROM blobs WHERE id > (SELECT last_blob FROM meta);
    SELECT integrity_check FROM pragma_integrity_check WHERE integrity_check <> 'ok';
    """)
  return problems.isEmpty ? nil : problems
}

/// Changes rows to what the types of their columns forbid, as damage or malice would.
func alterLoosely(_ path: String, _ sql: String) throws {
  // Without the word STRICT the table takes anything, and its rows look the same.
  let schema = try shell(path, "SELECT group_concat(name, ' ') FROM sqlite_schema WHERE sql LIKE '%) STRICT%'")
  try #require(!schema.isEmpty)
  _ = try shell(
    path,
    """
    PRAGMA writable_schema = ON;
    UPDATE sqlite_schema SET sql = replace(replace(sql, ') STRICT, WITHOUT', ') WITHOUT'), ') STRICT', ')') WHERE type = 'table';
    PRAGMA writable_schema = RESET;
    PRAGMA ignore_check_constraints = ON;
    \(sql);
    PRAGMA writable_schema = ON;
    UPDATE sqlite_schema SET sql = replace(sql, ') WITHOUT', ') STRICT, WITHOUT') WHERE type = 'table' AND sql LIKE '%) WITHOUT%';
    UPDATE sqlite_schema SET sql = sql || ' STRICT' WHERE type = 'table' AND sql LIKE '%)' ;
    PRAGMA writable_schema = RESET;
    """)
}
