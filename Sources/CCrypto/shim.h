#ifndef LARDER_CCRYPTO_H
#define LARDER_CCRYPTO_H
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#endif
