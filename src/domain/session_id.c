#include "domain/session_id.h"

#include <string.h>

#include "codec/bytes.h"
#include "domain/grant.h"

_Static_assert(LG_SID_SIZE + 4 == 16, "sid and generation fill one block");

lg_status
lg_session_id_make(struct lg_ctx *cx, struct lg_env *env, int64_t pool, lg_str label,
	const unsigned char sid[LG_SID_SIZE], int64_t signout_gen, lg_str *ret)
{
	unsigned char plain[16];
	memcpy(plain, sid, LG_SID_SIZE);
	for (int i = 0; i < 4; i++)
		plain[LG_SID_SIZE + i] = (unsigned char)((uint64_t)signout_gen >> (24 - 8 * i));

	unsigned char block[16];
	LG_TRY(lg_keyring_block(lg_store_keyring(env->store), cx, pool, LG_KEY_DATA, label, true, plain,
		block));
	return lg_uuid_encode(cx, block, ret);
}

lg_status
lg_session_id_open(struct lg_ctx *cx, struct lg_env *env, int64_t pool, lg_str label, lg_str id,
	unsigned char ret_sid[LG_SID_SIZE], uint32_t *ret_signout_gen)
{
	unsigned char block[16];
	if (!lg_uuid_decode(id, block))
		return lg_fail_default(cx, LG_E_MALFORMED);

	unsigned char plain[16];
	LG_TRY(lg_keyring_block(lg_store_keyring(env->store), cx, pool, LG_KEY_DATA, label, false, block,
		plain));
	memcpy(ret_sid, plain, LG_SID_SIZE);
	uint32_t gen = 0;
	for (int i = 0; i < 4; i++)
		gen = gen << 8 | plain[LG_SID_SIZE + i];
	*ret_signout_gen = gen;
	return LG_OK;
}

lg_status
lg_event_id_make(struct lg_ctx *cx, struct lg_env *env, const struct lg_user *user, lg_str *ret)
{
	unsigned char event[LG_SID_SIZE];
	lg_rand_bytes(cx, event, sizeof(event));
	return lg_session_id_make(cx, env, user->row.pool, LG_STR("event_id"), event, user->row.signout_gen,
		ret);
}
