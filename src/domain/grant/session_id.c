#include "domain/grant/session_id.h"

#include <string.h>

#include "codec/bytes.h"
#include "domain/grant/grant.h"

_Static_assert(LG_SID_SIZE + 4 == 16, "sid and generation fill one block");

#define NAME_PREFIX LG_STR("tkn")
#define NAME_LABEL LG_STR("session")
#define NAME_DIGITS 25 /* 36^25 is a little more than 2^128 */
#define NAME_BASE 36

static lg_status
encipher(struct lg_ctx *cx, struct lg_env *env, int64_t pool, lg_str label,
	const unsigned char sid[LG_SID_SIZE], uint32_t gen, unsigned char ret[16])
{
	unsigned char plain[16];
	memcpy(plain, sid, LG_SID_SIZE);
	for (int i = 0; i < 4; i++)
		plain[LG_SID_SIZE + i] = (unsigned char)(gen >> (24 - 8 * i));
	return lg_keyring_block(lg_store_keyring(env->store), cx, pool, LG_KEY_DATA, label, true, plain,
		ret);
}

static lg_status
decipher(struct lg_ctx *cx, struct lg_env *env, int64_t pool, lg_str label, const unsigned char block[16],
	unsigned char ret_sid[LG_SID_SIZE], uint32_t *ret_gen)
{
	unsigned char plain[16];
	LG_TRY(lg_keyring_block(lg_store_keyring(env->store), cx, pool, LG_KEY_DATA, label, false, block,
		plain));
	memcpy(ret_sid, plain, LG_SID_SIZE);
	uint32_t gen = 0;
	for (int i = 0; i < 4; i++)
		gen = gen << 8 | plain[LG_SID_SIZE + i];
	*ret_gen = gen;
	return LG_OK;
}

lg_status
lg_session_id_make(struct lg_ctx *cx, struct lg_env *env, int64_t pool, lg_str label,
	const unsigned char sid[LG_SID_SIZE], int64_t signout_gen, lg_str *ret)
{
	unsigned char block[16];
	LG_TRY(encipher(cx, env, pool, label, sid, (uint32_t)(signout_gen & 0xffffffff), block));
	return lg_uuid_encode(cx, block, ret);
}

lg_status
lg_session_id_open(struct lg_ctx *cx, struct lg_env *env, int64_t pool, lg_str label, lg_str id,
	unsigned char ret_sid[LG_SID_SIZE], uint32_t *ret_signout_gen)
{
	unsigned char block[16];
	if (!lg_uuid_decode(id, block))
		return lg_fail_default(cx, LG_E_MALFORMED);
	return decipher(cx, env, pool, label, block, ret_sid, ret_signout_gen);
}

lg_status
lg_session_id_of_claims(struct lg_ctx *cx, struct lg_env *env, int64_t pool, const json_t *claims,
	unsigned char ret_sid[LG_SID_SIZE], bool *ret_has_sid, uint32_t *ret_signout_gen)
{
	lg_str label = LG_STR("origin_jti");
	lg_str id = lg_json_member_text(claims, label);
	*ret_has_sid = lg_str_present(id);
	if (!*ret_has_sid) {
		label = LG_STR("event_id");
		id = lg_json_member_text(claims, label);
	}
	return lg_session_id_open(cx, env, pool, label, id, ret_sid, ret_signout_gen);
}

lg_status
lg_session_name_make(struct lg_ctx *cx, struct lg_env *env, int64_t pool,
	const unsigned char sid[LG_SID_SIZE], lg_str *ret)
{
	static const char digits[] = "0123456789abcdefghijklmnopqrstuvwxyz";
	unsigned char block[16];
	char text[NAME_DIGITS];
	LG_TRY(encipher(cx, env, pool, NAME_LABEL, sid, 0, block));
	/* Long division, the last digit first. */
	for (size_t at = NAME_DIGITS; at-- > 0;) {
		unsigned rest = 0;
		for (size_t i = 0; i < sizeof(block); i++) {
			const unsigned value = rest << 8 | block[i];
			block[i] = (unsigned char)(value / NAME_BASE);
			rest = value % NAME_BASE;
		}
		text[at] = digits[rest];
	}
	return lg_str_concat(cx, (const lg_str[]){ NAME_PREFIX, lg_str_from_bytes(text, sizeof(text)) }, 2,
		ret);
}

/* The block that these digits write; false when they are none, or more than a block. */
static bool
block_of_digits(lg_str digits, unsigned char ret[16])
{
	if (digits.len != NAME_DIGITS)
		return false;
	memset(ret, 0, 16);
	for (size_t at = 0; at < digits.len; at++) {
		const char c = digits.ptr[at];
		if (!(c >= '0' && c <= '9') && !(c >= 'a' && c <= 'z'))
			return false;
		unsigned carry = (unsigned)(c <= '9' ? c - '0' : c - 'a' + 10);
		for (size_t i = 16; i-- > 0;) {
			carry += ret[i] * (unsigned)NAME_BASE;
			ret[i] = (unsigned char)carry;
			carry >>= 8;
		}
		if (carry)
			return false;
	}
	return true;
}

lg_status
lg_session_name_open(struct lg_ctx *cx, struct lg_env *env, int64_t pool, lg_str name,
	unsigned char ret_sid[LG_SID_SIZE])
{
	unsigned char block[16], sid[LG_SID_SIZE];
	uint32_t gen;
	if (!lg_str_starts(name, NAME_PREFIX)
		|| !block_of_digits(lg_str_slice(name, NAME_PREFIX.len, name.len), block))
		return lg_fail_default(cx, LG_E_MALFORMED);
	LG_TRY(decipher(cx, env, pool, NAME_LABEL, block, sid, &gen));
	if (gen != 0)
		return lg_fail_default(cx, LG_E_MALFORMED);
	memcpy(ret_sid, sid, LG_SID_SIZE);
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
