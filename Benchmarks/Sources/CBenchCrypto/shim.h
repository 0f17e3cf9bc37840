#ifndef LARDER_BENCH_CRYPTO_H
#define LARDER_BENCH_CRYPTO_H
#include <openssl/evp.h>
#endif
