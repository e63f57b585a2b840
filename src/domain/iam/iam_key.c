#include "domain/iam/iam_attach.h"
#include "domain/iam/iam_user.h"

#define PREFIX LG_STR("AKIA")
#define ALPHABET LG_STR("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")
#define DRAWN 16

static lg_str
status_of(const struct lg_rec_iam_key *key)
{
	return key->active.v ? LG_IAM_STATUS_TYPE_ACTIVE : LG_IAM_STATUS_TYPE_INACTIVE;
}

static lg_status
draw_id(struct lg_ctx *cx, lg_str *ret)
{
	lg_str parts[2] = { PREFIX };
	LG_TRY(lg_rand_text(cx, ALPHABET, DRAWN, &parts[1]));
	return lg_str_concat(cx, parts, LG_LEN(parts), ret);
}

static lg_status
add_key(struct lg_ctx *cx, struct lg_rec_iam_entity *user, lg_str id)
{
	if (user->keys.count >= LG_IAM_KEYS_MAX)
		return lg_fail(cx, LG_E_ENTITY_LIMIT_EXCEEDED,
			"Cannot exceed quota for AccessKeysPerUser: %d", LG_IAM_KEYS_MAX);
	lg_str *keys = lg_new_array(cx, lg_str, user->keys.count + 1);
	if (!keys)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	for (size_t i = 0; i < user->keys.count; i++)
		keys[i] = user->keys.items[i];
	keys[user->keys.count] = id;
	user->keys = (struct lg_str_list){ .items = keys, .count = user->keys.count + 1, .has = true };
	return LG_OK;
}

lg_status
lg_iam_key_create(struct lg_ctx *cx, struct lg_env *env, lg_str name, struct lg_iam_access_key **ret)
{
	struct lg_item_row row, key_row;
	struct lg_batch *batch;
	struct lg_iam_access_key *shown = lg_new(cx, struct lg_iam_access_key);
	if (!shown)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	LG_TRY(lg_iam_entity_row(cx, env, LG_IAM_USER, name, &row));
	struct lg_rec_iam_entity *user = row.record;
	struct lg_rec_iam_key key = {
		.user_name = user->name, .user_id = user->id, .active = { true, true }
	};
	LG_TRY(draw_id(cx, &shown->access_key_id));
	LG_TRY(add_key(cx, user, shown->access_key_id));
	const struct lg_owner owner = { .pool = LG_IAM_POOL, .uid = shown->access_key_id };
	LG_TRY(lg_keyholder_access_key_make(env->keys, cx, owner, &key.secret, &shown->secret_access_key));
	LG_TRY(lg_iam_new_row(cx, LG_IAM_KEY, shown->access_key_id, &key, &key_row));
	LG_TRY(lg_store_batch(env->store, cx, &batch));
	lg_iam_put(cx, batch, &row);
	lg_iam_put(cx, batch, &key_row);
	LG_TRY(lg_iam_commit(env, batch));
	shown->user_name = user->name;
	shown->status = status_of(&key);
	shown->create_date = (struct lg_opt_time){ true, cx->now };
	*ret = shown;
	return LG_OK;
}

lg_status
lg_iam_key_list(struct lg_ctx *cx, struct lg_env *env, lg_str name,
	const struct lg_iam_list_access_keys_request *in, struct lg_iam_list_access_keys_response *ret)
{
	struct lg_item_row row;
	LG_TRY(lg_iam_entity_row(cx, env, LG_IAM_USER, name, &row));
	const struct lg_rec_iam_entity *user = row.record;
	struct lg_iam_access_key_metadata *shown =
		lg_new_array(cx, struct lg_iam_access_key_metadata, user->keys.count);
	if (!shown)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	size_t count = 0;
	for (size_t i = 0; i < user->keys.count; i++) {
		struct lg_item_row key_row;
		const lg_status s = lg_iam_read(cx, env, LG_IAM_KEY, user->keys.items[i], &key_row);
		if (s.code == LG_E_NOT_FOUND)
			continue;
		LG_TRY(s);
		shown[count++] = (struct lg_iam_access_key_metadata){
			.user_name = user->name,
			.access_key_id = user->keys.items[i],
			.status = status_of(key_row.record),
			.create_date = { true, key_row.created },
		};
	}
	/* There are two at most: a page has room for them, but it may be asked to be smaller. */
	const lg_str places[LG_IAM_KEYS_MAX] = { LG_STR("0"), LG_STR("1") };
	struct lg_iam_page page = { .marker = in->marker, .max_items = in->max_items };
	LG_TRY(lg_iam_page(cx, places, count, &page));
	ret->access_key_metadata = (struct lg_iam_access_key_metadata_list_type){
		.items = shown + page.from, .count = page.count, .has = true
	};
	ret->is_truncated = page.is_truncated;
	ret->marker = page.next;
	return LG_OK;
}

static lg_status
no_key(struct lg_ctx *cx, lg_str id)
{
	return lg_fail(cx, LG_E_NO_SUCH_ENTITY, "The Access Key with id %.*s cannot be found.", LG_FMT(id));
}

/* A key of this user. */
static lg_status
find_key(struct lg_ctx *cx, struct lg_env *env, lg_str name, lg_str id, struct lg_item_row *ret_user,
	struct lg_item_row *ret)
{
	LG_TRY(lg_iam_entity_row(cx, env, LG_IAM_USER, name, ret_user));
	const struct lg_rec_iam_entity *user = ret_user->record;
	if (!lg_str_list_has(&user->keys, id))
		return no_key(cx, id);
	const lg_status s = lg_iam_read(cx, env, LG_IAM_KEY, id, ret);
	return s.code == LG_E_NOT_FOUND ? no_key(cx, id) : s;
}

lg_status
lg_iam_key_switch(struct lg_ctx *cx, struct lg_env *env, lg_str user, lg_str access_key_id, bool active)
{
	struct lg_item_row user_row, row;
	LG_TRY(find_key(cx, env, user, access_key_id, &user_row, &row));
	((struct lg_rec_iam_key *)row.record)->active = (struct lg_opt_bool){ true, active };
	return lg_iam_write(cx, env, &row);
}

lg_status
lg_iam_key_delete(struct lg_ctx *cx, struct lg_env *env, lg_str name, lg_str access_key_id)
{
	struct lg_item_row row, key;
	struct lg_batch *batch;
	LG_TRY(find_key(cx, env, name, access_key_id, &row, &key));
	struct lg_rec_iam_entity *user = row.record;
	size_t kept = 0;
	for (size_t i = 0; i < user->keys.count; i++)
		if (!lg_str_eq(user->keys.items[i], access_key_id))
			user->keys.items[kept++] = user->keys.items[i];
	user->keys.count = kept;
	LG_TRY(lg_store_batch(env->store, cx, &batch));
	lg_iam_put(cx, batch, &row);
	lg_store_item_delete(batch, &key);
	return lg_iam_commit(env, batch);
}

lg_status
lg_iam_key_owner(struct lg_ctx *cx, struct lg_env *env, lg_str access_key_id, lg_str *ret_user)
{
	struct lg_item_row row;
	const lg_status s = lg_iam_read(cx, env, LG_IAM_KEY, access_key_id, &row);
	if (s.code == LG_E_NOT_FOUND)
		return no_key(cx, access_key_id);
	LG_TRY(s);
	*ret_user = ((const struct lg_rec_iam_key *)row.record)->user_name;
	return LG_OK;
}
