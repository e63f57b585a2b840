/*
 * host.h - addresses of the authorization server: of all pools, and of one.
 */
#ifndef LG_OAUTH_HOST_H
#define LG_OAUTH_HOST_H

#include "domain/pool/pool.h"

/*
 * Whose pages are at this Host: that of a prefix domain "<prefix>.<host of public_url>", or of a custom
 * domain. NULL for any other, where the client decides.
 */
LG_MUST lg_status lg_oauth_pool_of_host(
	struct lg_ctx *cx, struct lg_env *env, lg_str host, const struct lg_pool **ret);

/*
 * Is this pool's authorization server at this Host? At any host that is no other pool's. Nothing is read at
 * our own, and at those of the pool.
 */
LG_MUST lg_status lg_oauth_host_serves(
	struct lg_ctx *cx, struct lg_env *env, lg_str host, const struct lg_pool *pool, bool *ret);

/*
 * Is `url`, without query and fragment, where `path` is for this pool: below public_url, or at one of its
 * domains? What the request says about its host is not asked.
 */
LG_MUST lg_status lg_oauth_host_owns(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	lg_str url, lg_str path, bool *ret);

#endif
