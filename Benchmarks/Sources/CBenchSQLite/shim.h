#ifndef LARDER_BENCH_SQLITE_H
#define LARDER_BENCH_SQLITE_H
#include <sqlite3.h>
#endif
