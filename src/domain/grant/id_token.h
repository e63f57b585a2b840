/*
 * id_token.h - ID tokens of our own user pools, verified here and not over HTTP: what other parts of the
 * server take as a proof of who somebody is.
 */
#ifndef LG_DOMAIN_ID_TOKEN_H
#define LG_DOMAIN_ID_TOKEN_H

#include "domain/pool/pool.h"
#include "store/guard.h"
#include "token/jws.h"

/*
 * Is it signed with a key of the pool for ID tokens? Issuer, audience and expiry are the caller's to judge.
 * LG_E_MISMATCH.
 */
LG_MUST lg_status lg_id_token_verify(
	struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool, const struct lg_jws *jws);

/*
 * Does its user still stand by a verified token? LG_E_REFUSED with a text: deleted, disabled, signed out, or
 * the session was revoked. One round trip.
 */
LG_MUST lg_status lg_id_token_stands(
	struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool, const json_t *claims);

/* Whose token it is, ID or access, and of which session. */
struct lg_token_session {
	int64_t pool;
	unsigned char uid[LG_UID_SIZE];
	unsigned char sid[LG_SID_SIZE];
	bool has_sid;
	uint32_t signout_gen;
};

/* From verified claims. LG_E_REFUSED: they name no user's session. */
LG_MUST lg_status lg_token_session_of(struct lg_ctx *cx, struct lg_env *env, int64_t pool,
	const json_t *claims, struct lg_token_session *ret);
/* As lg_id_token_stands. */
LG_MUST lg_status lg_token_session_stands(
	struct lg_ctx *cx, struct lg_env *env, const struct lg_token_session *session);

#endif
