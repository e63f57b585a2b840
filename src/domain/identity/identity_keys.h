/*
 * identity_keys.h - the keys that sign the tokens of identity pools (spec/identity-pools.md 7).
 *
 * They are the server's own, one set a region, named by region and a counting number: "us-east-11" is the
 * first of us-east-1. Whoever verifies may keep them for 30 days, so a later one is published for longer
 * before it signs.
 */
#ifndef LG_DOMAIN_IDENTITY_KEYS_H
#define LG_DOMAIN_IDENTITY_KEYS_H

#include "domain/pool/pool.h"

/* What the use of such a key begins with in its row; the region follows. */
#define LG_IDENTITY_KEY_USE LG_STR("identity/")

#define LG_IDENTITY_KEYS_MAX_AGE_S (30 * 24 * 60 * 60)

/* The key that signs in this region at cx->now, made when there is none. Lives until the request ends. */
LG_MUST lg_status lg_identity_signing_key(
	struct lg_ctx *cx, struct lg_env *env, lg_str region, const struct lg_signing_key **ret);

/* The key with this kid, not dropped yet, of whatever region. LG_E_NOT_FOUND. */
LG_MUST lg_status lg_identity_verifying_key(
	struct lg_ctx *cx, struct lg_env *env, lg_str kid, const struct lg_signing_key **ret);

/* The JWKS text of all regions. With a store that is away, the last one goes on. */
LG_MUST lg_status lg_identity_jwks(struct lg_ctx *cx, struct lg_env *env, lg_str *ret);

#endif
