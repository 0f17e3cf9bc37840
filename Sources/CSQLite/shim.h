#ifndef LARDER_CSQLITE_H
#define LARDER_CSQLITE_H
#include <sqlite3.h>

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
#endif
