#include "domain/identity/identity_id.h"

#include <string.h>

#include "codec/bytes.h"

#define NUMBER_SIZE 8
#define TRIES_MAX 4096

_Static_assert(LG_UID_SIZE == 2 * NUMBER_SIZE, "two numbers fill one block");

static lg_status
block(struct lg_ctx *cx, struct lg_env *env, bool encipher, const unsigned char in[LG_UID_SIZE],
	unsigned char ret[LG_UID_SIZE])
{
	return lg_keyring_block(
		lg_store_keyring(env->store), cx, 0, LG_KEY_INDEX, LG_STR("identity id"), encipher, in, ret);
}

static void
put_number(uint64_t number, unsigned char ret[NUMBER_SIZE])
{
	for (int i = 0; i < NUMBER_SIZE; i++)
		ret[i] = (unsigned char)(number >> (56 - 8 * i));
}

/* A UUID of version 4 (RFC 9562, 5.4). */
static bool
reads_as_uuid(const unsigned char uid[LG_UID_SIZE])
{
	return (uid[6] & 0xf0) == 0x40 && (uid[8] & 0xc0) == 0x80;
}

lg_str
lg_identity_id_region(lg_str id)
{
	const size_t colon = lg_str_find_byte(id, ':');
	return colon < id.len ? lg_str_slice(id, 0, colon) : LG_STR_NONE;
}

lg_status
lg_identity_id_draw(struct lg_ctx *cx, struct lg_env *env, int64_t pool, unsigned char ret_uid[LG_UID_SIZE])
{
	unsigned char plain[LG_UID_SIZE], uid[LG_UID_SIZE];
	uint64_t nth;
	lg_rand_bytes(cx, &nth, sizeof(nth));
	put_number((uint64_t)pool, plain);
	/* One block in 64 reads as a UUID; that none of so many does happens once in 10^28. */
	for (int i = 0; i < TRIES_MAX; i++) {
		put_number(nth++, plain + NUMBER_SIZE);
		LG_TRY(block(cx, env, true, plain, uid));
		if (reads_as_uuid(uid)) {
			memcpy(ret_uid, uid, sizeof(uid));
			return LG_OK;
		}
	}
	return lg_fail(cx, LG_E_INTERNAL, "no identity id");
}

lg_status
lg_identity_id_text(struct lg_ctx *cx, lg_str region, const unsigned char uid[LG_UID_SIZE], lg_str *ret)
{
	lg_str uuid;
	LG_TRY(lg_uuid_encode(cx, uid, &uuid));
	return lg_str_concat(cx, (const lg_str[]){ region, LG_STR(":"), uuid }, 3, ret);
}

lg_status
lg_identity_id_open(struct lg_ctx *cx, struct lg_env *env, lg_str id, int64_t *ret_pool,
	unsigned char ret_uid[LG_UID_SIZE])
{
	const lg_str region = lg_identity_id_region(id);
	unsigned char uid[LG_UID_SIZE], plain[LG_UID_SIZE];
	if (!lg_str_present(region) || !lg_uuid_decode(lg_str_slice(id, region.len + 1, id.len), uid) ||
		!reads_as_uuid(uid))
		return lg_fail(cx, LG_E_NOT_FOUND, "no identity id");
	LG_TRY(block(cx, env, false, uid, plain));
	uint64_t number = 0;
	for (int i = 0; i < NUMBER_SIZE; i++)
		number = number << 8 | plain[i];
	if (number == 0 || number > INT64_MAX)
		return lg_fail(cx, LG_E_NOT_FOUND, "no identity id");
	*ret_pool = (int64_t)number;
	memcpy(ret_uid, uid, sizeof(uid));
	return LG_OK;
}
