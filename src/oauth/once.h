/*
 * once.h - tokens of others that are good once: client assertions, proofs. Their names are remembered until
 * they would have expired, by all nodes and over restarts.
 */
#ifndef LG_OAUTH_ONCE_H
#define LG_OAUTH_ONCE_H

#include "domain/pool/pool.h"

/* `name` is one that `owner` gave, of this `kind`. LG_E_SPENT: seen before. */
LG_MUST lg_status lg_oauth_once(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	lg_str kind, lg_str owner, lg_str name, lg_time until);

#endif
