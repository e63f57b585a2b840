/*
 * well_known.h - what a pool publishes about itself: its keys and its discovery document; and what identity
 * pools publish together (spec/identity-pools.md 7.3).
 */
#ifndef LG_PROTO_WELL_KNOWN_H
#define LG_PROTO_WELL_KNOWN_H

#include "domain/env.h"
#include "net/http.h"

enum lg_well_known {
	LG_WELL_KNOWN_NONE,
	LG_WELL_KNOWN_JWKS,
	LG_WELL_KNOWN_DISCOVERY,
	LG_WELL_KNOWN_IDENTITY_JWKS,
	LG_WELL_KNOWN_IDENTITY_DISCOVERY,
};

/* "/us-east-1_Abc/.well-known/jwks.json" and its pool id; "/.well-known/jwks_uri" is that of no pool. */
enum lg_well_known lg_well_known_path(lg_str path, lg_str *ret_pool_id);

/* From memory only: false when the pool is not there. */
bool lg_well_known_inline(struct lg_env *env, struct lg_ctx *cx, enum lg_well_known document, lg_str pool_id,
	struct lg_http_answer *ret);

/* 404 for an unknown pool, 503 when the store is away. */
void lg_well_known_answer(struct lg_env *env, struct lg_ctx *cx, enum lg_well_known document, lg_str pool_id,
	struct lg_http_answer *ret);

#endif
