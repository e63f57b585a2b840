/*
 * seed_identities.h - identities for the benchmark: every second one a guest, the others users that a
 * developer's backend names bench000000 and so on.
 */
#ifndef LG_BENCH_SEED_IDENTITIES_H
#define LG_BENCH_SEED_IDENTITIES_H

#include "domain/env.h"

/* Make the pool, whose id lives as long as `cx`'s memory. */
LG_MUST lg_status seed_identity_pool(struct lg_ctx *cx, struct lg_env *env, lg_str *ret_pool_id);
LG_MUST lg_status seed_identities(
	struct lg_ctx *cx, struct lg_env *env, lg_str pool_id, unsigned from, unsigned to);

#endif
