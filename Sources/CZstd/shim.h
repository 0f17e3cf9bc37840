#ifndef LARDER_CZSTD_H
#define LARDER_CZSTD_H
#include <zstd.h>
#include <zstd_errors.h>
#endif
