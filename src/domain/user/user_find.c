#include "domain/user/user.h"

#include <string.h>

#include "codec/bytes.h"
#include "domain/pool/schema.h"

#define DECOY_BUCKET_BYTES 2 /* 65,536 decoys a pool: what is counted about nobody stays bounded (DATA 6) */

/* Does the user still hold the key that led to him? */
static lg_status
holds(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool, const struct lg_user *user,
	const unsigned char digest[16], bool *ret)
{
	struct lg_user_names names;
	LG_TRY(lg_user_names(cx, env, pool, user, &names));
	*ret = false;
	for (size_t i = 0; i < names.count; i++)
		*ret = *ret || lg_bytes_eq(names.keys[i].digest, digest, 16);
	return LG_OK;
}

static lg_status
find_by_key(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	const unsigned char digest[16], unsigned parts, struct lg_user **ret)
{
	/* An alias may have moved between the two reads: look again, once. */
	for (int i = 0; i < 2; i++) {
		enum lg_key_kind kind;
		unsigned char uid[LG_UID_SIZE];
		LG_TRY(lg_store_key_find(env->store, cx, pool->pool, digest, &kind, uid));

		struct lg_user *user;
		const lg_status s = lg_user_find_uid(cx, env, pool, uid, parts, &user);
		if (s.code == LG_E_NOT_FOUND)
			continue;
		LG_TRY(s);
		bool his;
		LG_TRY(holds(cx, env, pool, user, digest, &his));
		if (his) {
			*ret = user;
			return LG_OK;
		}
	}
	return LG_STATUS(LG_E_NOT_FOUND);
}

lg_status
lg_user_find_uid(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	const unsigned char uid[LG_UID_SIZE], unsigned parts, struct lg_user **ret)
{
	struct lg_user_row row;
	LG_TRY(lg_store_user_read(env->store, cx, pool->pool, uid, parts | LG_PART_PROFILE, &row));
	return lg_user_of_row(cx, &row, ret);
}

lg_status
lg_user_find(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool, lg_str name, unsigned parts,
	struct lg_user **ret)
{
	unsigned char digest[16];
	LG_TRY(lg_name_digest(cx, env, pool, LG_KEY_USERNAME, name, digest));
	const lg_status s = find_by_key(cx, env, pool, digest, parts, ret);
	unsigned char uid[LG_UID_SIZE];
	if (s.code != LG_E_NOT_FOUND || !lg_uuid_decode(name, uid))
		return s;
	return lg_user_find_uid(cx, env, pool, uid, parts, ret);
}

lg_status
lg_name_is_sub(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool, lg_str name, bool *ret)
{
	lg_str canonical;
	unsigned char uid[LG_UID_SIZE];
	LG_TRY(lg_name_canonical(cx, pool, LG_KEY_USERNAME, name, &canonical));
	*ret = false;
	if (!lg_uuid_decode(canonical, uid))
		return LG_OK;
	struct lg_user_row row;
	const lg_status s = lg_store_user_read(env->store, cx, pool->pool, uid, 0, &row);
	if (s.code == LG_E_NOT_FOUND)
		return LG_OK;
	LG_TRY(s);
	*ret = true;
	return LG_OK;
}

static lg_status
decoy_mac(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool, lg_str label, lg_str message,
	unsigned char ret[32])
{
	return lg_keyring_mac(
		lg_store_keyring(env->store), cx, pool->pool, LG_KEY_DECOY, label, message, ret);
}

lg_status
lg_user_decoy_key(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool, struct lg_user *user)
{
	unsigned char *key = lg_new_array(cx, unsigned char, 32);
	if (!key)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	LG_TRY(decoy_mac(cx, env, pool, LG_STR("key"), lg_str_from_bytes(user->row.uid, LG_UID_SIZE), key));
	user->row.key = lg_str_from_bytes(key, 32);
	return LG_OK;
}

/* What is counted about decoys lies under one of a few uids; what they show is as various as the names. */
static lg_status
fill_decoy(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool, lg_str canonical,
	struct lg_user *user, unsigned char ret_sub[LG_UID_SIZE])
{
	unsigned char mac[32];
	LG_TRY(decoy_mac(cx, env, pool, LG_STR("name"), canonical, mac));
	memcpy(ret_sub, mac + 16, LG_UID_SIZE);
	/* Those of users are UUIDs of version 4 (RFC 9562, 5.4). */
	ret_sub[6] = (unsigned char)((ret_sub[6] & 0x0f) | 0x40);
	ret_sub[8] = (unsigned char)((ret_sub[8] & 0x3f) | 0x80);

	unsigned char bucket[32];
	LG_TRY(decoy_mac(
		cx, env, pool, LG_STR("bucket"), lg_str_from_bytes(mac, DECOY_BUCKET_BYTES), bucket));
	memcpy(user->row.uid, bucket, LG_UID_SIZE);
	return lg_user_decoy_key(cx, env, pool, user);
}

lg_status
lg_user_decoy(
	struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool, lg_str name, struct lg_user **ret)
{
	const struct lg_name_rules *rules = &pool->names;
	lg_str canonical;
	LG_TRY(lg_name_canonical(cx, pool, LG_KEY_USERNAME, name, &canonical));

	struct lg_user *user = lg_new(cx, struct lg_user);
	if (!user)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	user->decoy = true;
	user->row.pool = pool->pool;
	user->row.status = LG_USER_CONFIRMED;
	user->row.enabled = true;

	unsigned char sub[LG_UID_SIZE];
	LG_TRY(fill_decoy(cx, env, pool, canonical, user, sub));
	/* Who asks by sub is answered about that sub. */
	unsigned char named[LG_UID_SIZE];
	const bool by_sub = lg_uuid_decode(name, named);
	LG_TRY(lg_uuid_encode(cx, by_sub ? named : sub, &user->sub));

	/* A user found by an alias has another user name, which looks like nothing in particular. */
	const bool by_alias =
		(rules->email_alias && lg_is_email(name)) || (rules->phone_alias && lg_is_phone(name));
	const bool name_is_sub = rules->email_username || rules->phone_username;
	user->username = name_is_sub || (by_alias && !by_sub) ? user->sub : canonical;
	user->row.profile.username = user->username;
	*ret = user;
	return LG_OK;
}

lg_status
lg_user_find_or_decoy(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool, lg_str name,
	unsigned parts, struct lg_user **ret)
{
	const lg_status s = lg_user_find(cx, env, pool, name, parts, ret);
	if (s.code != LG_E_NOT_FOUND)
		return s;
	LG_TRY(lg_user_decoy(cx, env, pool, name, ret));

	/* The read of a user who is there; a name in the form of a sub has had it. */
	unsigned char uid[LG_UID_SIZE];
	if (lg_uuid_decode(name, uid))
		return LG_OK;
	struct lg_user_row row;
	const lg_status none = lg_store_user_read(
		env->store, cx, pool->pool, (*ret)->row.uid, parts | LG_PART_PROFILE, &row);
	return none.code == LG_E_NOT_FOUND ? LG_OK : none;
}
