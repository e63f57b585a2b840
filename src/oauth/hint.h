/*
 * hint.h - ID tokens that come back to us as a hint who is meant (OpenID Connect Core, 3.1.2.1; RP-Initiated
 * Logout, 2).
 */
#ifndef LG_OAUTH_HINT_H
#define LG_OAUTH_HINT_H

#include "codec/json.h"
#include "domain/pool/pool.h"

/*
 * Its claims, signature and issuer being the pool's. That it has expired does not matter. LG_E_MISMATCH: it
 * is no ID token of the pool's.
 */
LG_MUST lg_status lg_oauth_hint_open(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	lg_str hint, json_t **ret);

/* The client that a hint names, nothing verified; absent when it is no token. */
LG_MUST lg_status lg_oauth_hint_client(struct lg_ctx *cx, lg_str hint, lg_str *ret);

#endif
