#include "domain/grant/browser_list.h"

#include <string.h>

#include "base/secret.h"
#include "crypto/hash.h"

#define SHAPE (&lg_shape_rec_browser)
#define ID_PREFIX LG_STR("sso")
#define ID_DIGITS 25

void
lg_browser_credential(const struct lg_user *user, unsigned char ret[LG_BROWSER_CREDENTIAL_SIZE])
{
	unsigned char digest[LG_SHA256_SIZE];
	lg_sha256(&user->row.credential.sealed, 1, digest);
	memcpy(ret, digest, LG_BROWSER_CREDENTIAL_SIZE);
}

/* Nothing has happened to its user that ends it. */
static bool
stands(const struct lg_user *user, const struct lg_rec_browser *record)
{
	unsigned char credential[LG_BROWSER_CREDENTIAL_SIZE];
	lg_browser_credential(user, credential);
	return user->row.enabled && user->row.status != LG_USER_RESET_REQUIRED
	       && record->signout_gen.v == user->row.signout_gen
	       && lg_ct_eq(record->credential, lg_str_from_bytes(credential, sizeof(credential)));
}

bool
lg_browser_is_alive(const struct lg_ctx *cx, const struct lg_user *user, const struct lg_rec_browser *record)
{
	return stands(user, record) && lg_time_before(cx->now, record->expires.v);
}

lg_status
lg_browser_id(struct lg_ctx *cx, const struct lg_user_item *item, lg_str *ret)
{
	const struct lg_rec_browser *record = item->record;
	*ret = record->id;
	if (lg_str_present(record->id))
		return LG_OK;
	return lg_str_concat(
		cx, (const lg_str[]){ ID_PREFIX, lg_str_slice(item->name, 0, ID_DIGITS) }, 2, ret);
}

static lg_status
read_all(struct lg_ctx *cx, struct lg_env *env, const struct lg_user *user, struct lg_user_item **ret,
	size_t *ret_count)
{
	return lg_store_user_item_newest(env->store, cx, &user->row, LG_BROWSER_KIND, (lg_time){ 0 },
		LG_STR_NONE, LG_BROWSERS_MAX, SHAPE, ret, ret_count);
}

lg_status
lg_browser_list(struct lg_ctx *cx, struct lg_env *env, const struct lg_user *user,
	struct lg_browser_entry **ret, size_t *ret_count)
{
	struct lg_user_item *items;
	size_t count, alive = 0;
	LG_TRY(read_all(cx, env, user, &items, &count));
	struct lg_browser_entry *entries = lg_new_array(cx, struct lg_browser_entry, count + 1);
	if (!entries)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	for (size_t i = 0; i < count; i++) {
		const struct lg_rec_browser *record = items[i].record;
		if (!lg_browser_is_alive(cx, user, record))
			continue;
		struct lg_browser_entry *entry = &entries[alive++];
		*entry = (struct lg_browser_entry){
			.client_id = record->client_id,
			.created = record->created.has ? record->created.v : record->auth_time.v,
			.auth_time = record->auth_time.v,
			.expires = record->expires.v,
			.device_type = record->device_type,
			.last_ip = record->last_ip,
		};
		LG_TRY(lg_browser_id(cx, &items[i], &entry->id));
	}
	*ret = entries;
	*ret_count = alive;
	return LG_OK;
}

lg_status
lg_browser_delete(struct lg_ctx *cx, struct lg_env *env, const struct lg_user *user,
	const struct lg_user_item *item)
{
	struct lg_batch *batch;
	LG_TRY(lg_store_batch(env->store, cx, &batch));
	lg_store_user_item_delete(batch, &user->row, item);
	const lg_status s = lg_store_commit(batch);
	return s.code == LG_E_CONFLICT ? LG_OK : s;
}

static lg_status
find(struct lg_ctx *cx, struct lg_env *env, const struct lg_user *user, lg_str id, struct lg_user_item *ret)
{
	struct lg_user_item *items;
	size_t count;
	LG_TRY(read_all(cx, env, user, &items, &count));
	for (size_t i = 0; i < count; i++) {
		lg_str own;
		LG_TRY(lg_browser_id(cx, &items[i], &own));
		if (!lg_str_eq(own, id))
			continue;
		*ret = items[i];
		return LG_OK;
	}
	return lg_fail_default(cx, LG_E_NOT_FOUND);
}

lg_status
lg_browser_find(struct lg_ctx *cx, struct lg_env *env, const struct lg_user *user, lg_str id,
	struct lg_user_item *ret)
{
	struct lg_user_item item;
	LG_TRY(find(cx, env, user, id, &item));
	if (!stands(user, item.record))
		return lg_fail_default(cx, LG_E_NOT_FOUND);
	*ret = item;
	return LG_OK;
}

lg_status
lg_browser_revoke(struct lg_ctx *cx, struct lg_env *env, const struct lg_user *user, lg_str id)
{
	struct lg_user_item item;
	LG_TRY(find(cx, env, user, id, &item));
	return lg_browser_delete(cx, env, user, &item);
}
