#ifndef LARDER_BENCH_SYSTEM_H
#define LARDER_BENCH_SYSTEM_H
// The headers hide it behind a macro that must be defined before all of them.
extern int syncfs(int file);
#endif
