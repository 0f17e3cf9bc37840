#ifndef LARDER_CLZ4_H
#define LARDER_CLZ4_H
#include <lz4.h>
#include <lz4frame.h>
#endif
