/*
 * block.h - one AES-256 block (FIPS 197): hides 16 bytes, authenticates nothing.
 */
#ifndef LG_CRYPTO_BLOCK_H
#define LG_CRYPTO_BLOCK_H

#include "base/ctx.h"

#define LG_BLOCK_SIZE 16

LG_MUST lg_status lg_block(struct lg_ctx *cx, const unsigned char key[32], bool encipher,
	const unsigned char in[LG_BLOCK_SIZE], unsigned char ret[LG_BLOCK_SIZE]);

#endif
