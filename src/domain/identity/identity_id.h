/*
 * identity_id.h - what identities and their pools are called: a region and a UUID, "us-east-1:76c2...".
 *
 * An identity's UUID is one enciphered block that holds its pool's number, so that its pool is found without
 * an index; to anybody else it is random (docs/decisions/0021).
 */
#ifndef LG_DOMAIN_IDENTITY_ID_H
#define LG_DOMAIN_IDENTITY_ID_H

#include "domain/env.h"

/* What stands before the colon; absent without one. */
lg_str lg_identity_id_region(lg_str id);

/* A new identity's uid in the pool of this number. */
LG_MUST lg_status lg_identity_id_draw(
	struct lg_ctx *cx, struct lg_env *env, int64_t pool, unsigned char ret_uid[LG_UID_SIZE]);

LG_MUST lg_status lg_identity_id_text(
	struct lg_ctx *cx, lg_str region, const unsigned char uid[LG_UID_SIZE], lg_str *ret);

/* The number that an identity's id holds; whether there is such a pool is not known yet. LG_E_NOT_FOUND. */
LG_MUST lg_status lg_identity_id_open(struct lg_ctx *cx, struct lg_env *env, lg_str id, int64_t *ret_pool,
	unsigned char ret_uid[LG_UID_SIZE]);

#endif
