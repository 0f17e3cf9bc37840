#ifndef LARDER_BENCH_CODEC_H
#define LARDER_BENCH_CODEC_H
#include <zstd.h>
#endif
