/*
 * signing_keys.h - the keys that sign a pool's tokens, and those that still verify them (DATA 8).
 *
 * A pool gets its two keys on first need, and their successors in time. Their four times stand in the row,
 * so every node picks alike: a key signs from `sign` until its successor does, and verifies until `drop`.
 */
#ifndef LG_DOMAIN_SIGNING_KEYS_H
#define LG_DOMAIN_SIGNING_KEYS_H

#include "domain/pool/pool.h"

/*
 * The key that signs tokens of this use ("id", "access") at cx->now. Makes the pool's keys when it has none;
 * of two nodes that do so at once, one wins and both use its keys. Lives until the request ends.
 */
LG_MUST lg_status lg_pool_signing_key(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	lg_str use, const struct lg_signing_key **ret);

/* The key with this kid and use, not dropped yet, its public half parsed. LG_E_NOT_FOUND. */
LG_MUST lg_status lg_pool_verifying_key(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	lg_str use, lg_str kid, const struct lg_signing_key **ret);

/*
 * Fill public_der and sealed of a new key's row: with the nth of the stock, which then leaves it in the same
 * batch, or freshly made.
 */
LG_MUST lg_status lg_signing_key_make(struct lg_ctx *cx, struct lg_env *env, int64_t pool, enum lg_alg alg,
	size_t nth, struct lg_batch *batch, struct lg_signing_key_row *row);

/* Keys that wait for a pool, so that its first sign-in need not make any. */
#define LG_SIGNING_STOCK 16

/*
 * Make one more unless the stock holds `target`; `*ret_full` when it does then. For an idle moment: 110 ms.
 */
LG_MUST lg_status lg_signing_stock_fill(
	struct lg_ctx *cx, struct lg_env *env, size_t target, bool *ret_full);

#endif
