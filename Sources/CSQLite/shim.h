#ifndef LARDER_CSQLITE_H
#define LARDER_CSQLITE_H
#include <sqlite3.h>
#include <string.h>

// SQLITE_TRANSIENT is a cast to a function pointer, which Swift cannot import.
static inline sqlite3_destructor_type larder_sqlite_transient(void) { return SQLITE_TRANSIENT; }
static inline sqlite3_destructor_type larder_sqlite_static(void) { return SQLITE_STATIC; }

// sqlite3_db_config is variadic.
static inline int larder_sqlite_db_flag(sqlite3 *db, int flag, int on) {
  return sqlite3_db_config(db, flag, on, (int *)0);
}

// sqlite3_file_control takes an untyped pointer.
static inline int larder_sqlite_keep_log(sqlite3 *db) {
  int on = 1;
  return sqlite3_file_control(db, "main", SQLITE_FCNTL_PERSIST_WAL, &on);
}

// Copies the two headers of the index of a log, 48 bytes each: sqlite.org/walformat.html, section 2.1. They are in memory
// that all users of the log share. Its file must never be opened beside SQLite: closing that gives up SQLite's locks.
static inline int larder_sqlite_log_headers(sqlite3 *db, void *headers) {
  sqlite3_file *file = 0;
  if (sqlite3_file_control(db, "main", SQLITE_FCNTL_FILE_POINTER, &file) != SQLITE_OK) return 0;
  if (!file || !file->pMethods || file->pMethods->iVersion < 2 || !file->pMethods->xShmMap) return 0;
  void volatile *region = 0;
  if (file->pMethods->xShmMap(file, 0, 32768, 0, &region) != SQLITE_OK || !region) return 0;
  memcpy(headers, (const void *)region, 96);
  return 1;
}
#endif
