/*
 * session_id.h - identifiers in tokens that carry a sign-out generation: origin_jti and event_id (DATA 6).
 *
 * Each is one enciphered block of 12 bytes and a generation of 4, written as a UUID: to anybody else it is
 * random. Who reads one has verified the token's signature before.
 */
#ifndef LG_DOMAIN_SESSION_ID_H
#define LG_DOMAIN_SESSION_ID_H

#include "codec/json.h"
#include "domain/user/user.h"

/* `label` is the claim's name; it tells the kinds apart. */
LG_MUST lg_status lg_session_id_make(struct lg_ctx *cx, struct lg_env *env, int64_t pool, lg_str label,
	const unsigned char sid[LG_SID_SIZE], int64_t signout_gen, lg_str *ret);
/* LG_E_MALFORMED when it is no UUID. */
LG_MUST lg_status lg_session_id_open(struct lg_ctx *cx, struct lg_env *env, int64_t pool, lg_str label,
	lg_str id, unsigned char ret_sid[LG_SID_SIZE], uint32_t *ret_signout_gen);

/*
 * Whose claims these are: origin_jti names the session; the tokens of clients without revocation have
 * event_id only, which names none. LG_E_MALFORMED.
 */
LG_MUST lg_status lg_session_id_of_claims(struct lg_ctx *cx, struct lg_env *env, int64_t pool,
	const json_t *claims, unsigned char ret_sid[LG_SID_SIZE], bool *ret_has_sid,
	uint32_t *ret_signout_gen);

/*
 * What a list of sessions calls one: "tkn" and 25 characters, enciphered alike. Reading one gives
 * LG_E_MALFORMED for anything else.
 */
LG_MUST lg_status lg_session_name_make(struct lg_ctx *cx, struct lg_env *env, int64_t pool,
	const unsigned char sid[LG_SID_SIZE], lg_str *ret);
LG_MUST lg_status lg_session_name_open(struct lg_ctx *cx, struct lg_env *env, int64_t pool, lg_str name,
	unsigned char ret_sid[LG_SID_SIZE]);

/* The generation as identifiers carry it. */
static inline uint32_t
lg_signout_gen32(const struct lg_user_row *row)
{
	return (uint32_t)(row->signout_gen & 0xffffffff);
}

#endif
