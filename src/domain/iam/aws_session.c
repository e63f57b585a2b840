#include "domain/iam/aws_session.h"

#include <string.h>

#include "token/sealed.h"

#define PURPOSE LG_STR("aws session")
#define PREFIX LG_STR("ASIA")
#define ALPHABET "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
#define DRAWN 10 /* characters of 5 bits */
#define MARK 6 /* likewise: 30 bits of a digest of what was drawn */

/* Tells our ids from others'. It is no secret what they are for, so the digest may be short. */
static lg_status
mark_of(struct lg_ctx *cx, struct lg_env *env, lg_str drawn, char ret[MARK])
{
	unsigned char mac[32];
	LG_TRY(lg_keyring_mac(
		lg_store_keyring(env->store), cx, 0, LG_KEY_INDEX, LG_STR("access key id"), drawn, mac));
	for (size_t i = 0; i < MARK; i++)
		ret[i] = ALPHABET[mac[i] & 31];
	return LG_OK;
}

static lg_status
draw_id(struct lg_ctx *cx, struct lg_env *env, lg_str *ret)
{
	lg_str drawn;
	char mark[MARK];
	LG_TRY(lg_rand_text(cx, LG_STR(ALPHABET), DRAWN, &drawn));
	LG_TRY(mark_of(cx, env, drawn, mark));
	const lg_str parts[] = { PREFIX, drawn, lg_str_from_bytes(mark, sizeof(mark)) };
	return lg_str_concat(cx, parts, LG_LEN(parts), ret);
}

lg_status
lg_aws_session_is_ours(struct lg_ctx *cx, struct lg_env *env, lg_str access_key_id, bool *ret)
{
	const size_t head = PREFIX.len + DRAWN;
	char mark[MARK];
	*ret = false;
	if (!lg_str_starts(access_key_id, PREFIX) || access_key_id.len != head + MARK)
		return LG_OK;
	LG_TRY(mark_of(cx, env, lg_str_slice(access_key_id, PREFIX.len, head), mark));
	*ret = lg_str_eq(
		lg_str_slice(access_key_id, head, head + MARK), lg_str_from_bytes(mark, sizeof(mark)));
	return LG_OK;
}

lg_status
lg_aws_session_make(struct lg_ctx *cx, struct lg_env *env, struct lg_rec_aws_session *session,
	int64_t duration_s, struct lg_aws_credentials *ret)
{
	struct lg_aws_credentials made = { .expires = { (lg_time_s(cx->now) + duration_s) * LG_SECOND_MS } };
	LG_TRY(draw_id(cx, env, &made.access_key_id));
	const struct lg_owner owner = { .pool = 0, .uid = made.access_key_id };
	LG_TRY(lg_keyholder_access_key_make(env->keys, cx, owner, &session->secret, &made.secret));
	session->access_key_id = made.access_key_id;
	session->issued = (struct lg_opt_time){ true, cx->now };
	session->expires = (struct lg_opt_time){ true, made.expires };
	LG_TRY(lg_sealed_make(cx, lg_store_keyring(env->store), 0, PURPOSE, &lg_shape_rec_aws_session,
		session, &made.token));
	*ret = made;
	return LG_OK;
}

lg_status
lg_aws_session_open(struct lg_ctx *cx, struct lg_env *env, lg_str access_key_id, lg_str token,
	struct lg_rec_aws_session *ret)
{
	struct lg_rec_aws_session session = { 0 };
	LG_TRY(lg_sealed_open(
		cx, lg_store_keyring(env->store), 0, PURPOSE, token, &lg_shape_rec_aws_session, &session));
	if (!lg_str_eq(session.access_key_id, access_key_id))
		return lg_fail(cx, LG_E_MALFORMED, "the session token of another key");
	*ret = session;
	return LG_OK;
}
