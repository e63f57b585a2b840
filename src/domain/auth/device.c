#include "domain/auth/device.h"

#include <string.h>

#include "codec/bytes.h"
#include "crypto/hash.h"
#include "domain/page.h"

#define KIND LG_STR("device")
#define SHAPE (&lg_shape_rec_device)
#define PAGE_MAX 60
#define MARK_SIZE 16
/* The longest life of a refresh token (spec/tokens.md 5): a forgotten key is known for so long. */
#define REMEMBERED_MS (3650 * LG_DAY_MS)

static const struct lg_idp_device_configuration_type *
tracking(const struct lg_pool *pool)
{
	return pool->type->device_configuration;
}

bool
lg_pool_tracks_devices(const struct lg_pool *pool)
{
	return tracking(pool) != NULL;
}

bool
lg_pool_device_is_factor(const struct lg_pool *pool)
{
	return tracking(pool) && tracking(pool)->challenge_required_on_new_device.v;
}

bool
lg_pool_asks_to_remember(const struct lg_pool *pool)
{
	return tracking(pool) && tracking(pool)->device_only_remembered_on_user_prompt.v;
}

lg_status
lg_device_key_make(struct lg_ctx *cx, const struct lg_pool *pool, lg_str *ret)
{
	lg_str uuid;
	LG_TRY(lg_rand_uuid(cx, &uuid));
	const lg_str parts[] = { pool->region, LG_STR("_"), uuid };
	return lg_str_concat(cx, parts, LG_LEN(parts), ret);
}

lg_status
lg_device_group_key(struct lg_ctx *cx, const struct lg_pool *pool, lg_str *ret)
{
	/* Of the pool's id alone: a key of ours would be replaced one day, and every verifier with it. */
	const lg_str parts[] = { LG_STR("device group "), pool->id };
	unsigned char digest[LG_SHA256_SIZE];
	lg_str text;
	lg_sha256(parts, LG_LEN(parts), digest);
	LG_TRY(lg_base64url_encode(cx, lg_str_from_bytes(digest, 6), &text));
	return lg_str_concat(cx, (const lg_str[]){ LG_STR("-"), text }, 2, ret);
}

/* A device key is as good as random; the digest of one tells nothing. */
static lg_status
mark_of(struct lg_ctx *cx, lg_str key, lg_str *ret)
{
	const lg_str parts[] = { LG_STR("forgotten device "), key };
	unsigned char digest[LG_SHA256_SIZE];
	lg_sha256(parts, LG_LEN(parts), digest);
	return lg_str_dup(cx, lg_str_from_bytes(digest, MARK_SIZE), ret);
}

lg_status
lg_device_unknown(struct lg_ctx *cx)
{
	return lg_fail(cx, LG_E_RESOURCE_NOT_FOUND, "Device does not exist.");
}

lg_status
lg_device_find(
	struct lg_ctx *cx, struct lg_env *env, const struct lg_user *user, lg_str key, struct lg_device *ret)
{
	struct lg_device device = { 0 };
	lg_status s = lg_store_user_item_read(env->store, cx, &user->row, KIND, key, SHAPE, &device.item);
	if (s.code == LG_E_NOT_FOUND)
		return lg_device_unknown(cx);
	LG_TRY(s);
	device.record = device.item.record;
	*ret = device;
	return LG_OK;
}

void
lg_device_used(struct lg_ctx *cx, struct lg_batch *batch, const struct lg_user *user,
	struct lg_device *device, lg_str ip)
{
	device->record->authenticated = (struct lg_opt_time){ true, cx->now };
	device->record->last_ip = ip;
	lg_store_user_item_update(batch, &user->row, &device->item, SHAPE);
}

lg_status
lg_device_remember_browser(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	const struct lg_user *user, const struct lg_caller *caller, lg_str *ret_key)
{
	struct lg_rec_device record = {
		.remembered = { true, true },
		.modified = { true, cx->now },
		.authenticated = { true, cx->now },
		.last_ip = caller->ip,
	};
	struct lg_user_item item = { .kind = KIND, .record = &record };
	struct lg_batch *batch;
	LG_TRY(lg_device_key_make(cx, pool, &item.name));
	LG_TRY(lg_caller_device_type(cx, caller, &record.name));
	LG_TRY(lg_store_batch(env->store, cx, &batch));
	lg_store_user_item_insert(batch, &user->row, &item, SHAPE);
	LG_TRY(lg_store_commit(batch));
	*ret_key = item.name;
	return LG_OK;
}

lg_status
lg_device_forgotten(struct lg_ctx *cx, struct lg_env *env, const struct lg_user *user, lg_str key, bool *ret)
{
	lg_str mark;
	int64_t uses;
	LG_TRY(mark_of(cx, key, &mark));
	LG_TRY(lg_store_spent_uses(env->store, cx, user->row.pool, user->row.uid, mark, &uses));
	*ret = uses > 0;
	return LG_OK;
}

/* ---- operations ---- */

static lg_status
check_tracking(struct lg_ctx *cx, const struct lg_pool *pool)
{
	if (lg_pool_tracks_devices(pool))
		return LG_OK;
	return lg_fail(cx, LG_E_INVALID_USER_POOL_CONFIGURATION,
		"Device tracking is not enabled for this user pool.");
}

/* The credential of what the client sent. */
static lg_status
make_credential(struct lg_ctx *cx, struct lg_env *env, const struct lg_user *user,
	const struct lg_idp_device_secret_verifier_config_type *config, lg_str *ret)
{
	if (!config || lg_str_empty(config->password_verifier) || lg_str_empty(config->salt))
		return lg_fail(cx, LG_E_INVALID_PARAMETER, "Device secret verifier is missing.");
	lg_str salt, verifier;
	lg_status s = lg_base64_decode_lenient(cx, config->salt, &salt);
	if (!lg_failed(s))
		s = lg_base64_decode_lenient(cx, config->password_verifier, &verifier);
	if (!lg_failed(s))
		s = lg_keyholder_verifier_seal(env->keys, cx, lg_user_owner(user), salt, verifier, ret);
	if (s.code == LG_E_MALFORMED)
		return lg_fail(cx, LG_E_INVALID_PARAMETER, "Invalid device secret verifier given.");
	return s;
}

static lg_status
invalid_key(struct lg_ctx *cx)
{
	return lg_fail(cx, LG_E_INVALID_PARAMETER, "Invalid device key given.");
}

/* Is the key free? One that was forgotten never is: a token that was stolen with it would bring it back. */
static lg_status
check_new(struct lg_ctx *cx, struct lg_env *env, const struct lg_user *user, lg_str key)
{
	struct lg_device there;
	lg_status s = lg_device_find(cx, env, user, key, &there);
	if (!lg_failed(s))
		return lg_fail(cx, LG_E_DEVICE_KEY_EXISTS, "Device already exists.");
	if (s.code != LG_E_RESOURCE_NOT_FOUND)
		return s;
	bool forgotten;
	LG_TRY(lg_device_forgotten(cx, env, user, key, &forgotten));
	return forgotten ? invalid_key(cx) : LG_OK;
}

lg_status
lg_device_confirm(struct lg_ctx *cx, struct lg_env *env, const struct lg_access *access,
	const struct lg_idp_confirm_device_request *in, lg_str ip, bool *ret_prompt)
{
	const struct lg_user *user = access->user;
	LG_TRY(check_tracking(cx, access->pool));
	if (!lg_str_eq(access->device_key, in->device_key))
		return invalid_key(cx);
	LG_TRY(check_new(cx, env, user, in->device_key));

	const bool prompt = tracking(access->pool)->device_only_remembered_on_user_prompt.v;
	struct lg_rec_device record = {
		.name = in->device_name,
		.remembered = { true, !prompt },
		.modified = { true, cx->now },
		.authenticated = { true, access->auth_time },
		.last_ip = ip,
	};
	LG_TRY(make_credential(cx, env, user, in->device_secret_verifier_config, &record.sealed));
	struct lg_user_item item = { .kind = KIND, .name = in->device_key, .record = &record };
	struct lg_batch *batch;
	LG_TRY(lg_store_batch(env->store, cx, &batch));
	lg_store_user_item_insert(batch, &user->row, &item, SHAPE);
	/* Of two who confirm it, or one who confirms and one who forgets it, one begins again. */
	lg_store_user_update(batch, &user->row, 0);
	LG_TRY(lg_store_commit(batch));
	*ret_prompt = prompt;
	return LG_OK;
}

/* What the API tells of a device beside its key and times. */
static lg_status
attributes_of(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool, const struct lg_user *user,
	const struct lg_device *device, struct lg_idp_attribute_list_type *ret)
{
	lg_str owner, arn;
	LG_TRY(lg_str_fmt(cx, &owner, "%.*s.%.*s", LG_FMT(user->username), LG_FMT(pool->id)));
	LG_TRY(lg_str_fmt(cx, &arn, "arn:aws:cognito-idp:%.*s:%.*s:owner/%.*s/device/%.*s",
		LG_FMT(pool->region), LG_FMT(env->settings->account), LG_FMT(owner),
		LG_FMT(device->item.name)));
	const struct lg_idp_attribute_type all[] = {
		{ LG_STR("device_status"), LG_STR("valid") },
		{ LG_STR("device_name"), device->record->name },
		{ LG_STR("dev:device_arn"), arn },
		{ LG_STR("dev:device_owner"), owner },
		{ LG_STR("last_ip_used"), device->record->last_ip },
		{ LG_STR("dev:device_remembered_status"),
			device->record->remembered.v ? LG_IDP_DEVICE_REMEMBERED_STATUS_TYPE_REMEMBERED
						     : LG_IDP_DEVICE_REMEMBERED_STATUS_TYPE_NOT_REMEMBERED },
		{ LG_STR("dev:device_sdk"), LG_STR("aws-sdk") },
	};
	struct lg_idp_attribute_type *items = lg_new_array(cx, struct lg_idp_attribute_type, LG_LEN(all));
	if (!items)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	*ret = (struct lg_idp_attribute_list_type){ .items = items, .has = true };
	for (size_t i = 0; i < LG_LEN(all); i++)
		if (lg_str_present(all[i].value))
			items[ret->count++] = all[i];
	return LG_OK;
}

static lg_status
show(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool, const struct lg_user *user,
	const struct lg_device *device, struct lg_idp_device_type *ret)
{
	*ret = (struct lg_idp_device_type){
		.device_key = device->item.name,
		.device_create_date = { true, device->item.created },
		.device_last_modified_date = device->record->modified,
		.device_last_authenticated_date = device->record->authenticated,
	};
	return attributes_of(cx, env, pool, user, device, &ret->device_attributes);
}

lg_status
lg_device_read(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool, const struct lg_user *user,
	lg_str key, struct lg_idp_device_type **ret)
{
	struct lg_device device;
	LG_TRY(check_tracking(cx, pool));
	LG_TRY(lg_device_find(cx, env, user, key, &device));
	struct lg_idp_device_type *shown = lg_new(cx, struct lg_idp_device_type);
	if (!shown)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	*ret = shown;
	return show(cx, env, pool, user, &device, shown);
}

lg_status
lg_device_list(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool, const struct lg_user *user,
	struct lg_opt_int limit, lg_str token, struct lg_idp_device_list_type *ret, lg_str *ret_token)
{
	LG_TRY(check_tracking(cx, pool));
	const struct lg_page_query query = {
		.pool = pool->pool, .operation = LG_STR("ListDevices"), .parts = { user->sub }
	};
	lg_str after;
	LG_TRY(lg_page_open(cx, env, &query, token, &after));
	const size_t size = lg_page_size(limit, PAGE_MAX);
	struct lg_user_item *items;
	size_t count;
	LG_TRY(lg_store_user_item_page(
		env->store, cx, &user->row, KIND, after, size + 1, SHAPE, &items, &count));
	const size_t shown = count > size ? size : count;

	struct lg_idp_device_type *list = lg_new_array(cx, struct lg_idp_device_type, shown + 1);
	if (!list)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	for (size_t i = 0; i < shown; i++) {
		const struct lg_device device = { .item = items[i], .record = items[i].record };
		LG_TRY(show(cx, env, pool, user, &device, &list[i]));
	}
	*ret = (struct lg_idp_device_list_type){ .items = list, .count = shown, .has = true };
	return count > size ? lg_page_make(cx, env, &query, items[size - 1].name, ret_token) : LG_OK;
}

lg_status
lg_device_set_status(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	const struct lg_user *user, lg_str key, lg_str status)
{
	struct lg_device device;
	LG_TRY(check_tracking(cx, pool));
	LG_TRY(lg_device_find(cx, env, user, key, &device));
	if (!lg_str_present(status))
		return LG_OK;
	device.record->remembered.has = true;
	device.record->remembered.v = lg_str_eq(status, LG_IDP_DEVICE_REMEMBERED_STATUS_TYPE_REMEMBERED);
	device.record->modified = (struct lg_opt_time){ true, cx->now };
	struct lg_batch *batch;
	LG_TRY(lg_store_batch(env->store, cx, &batch));
	lg_store_user_item_update(batch, &user->row, &device.item, SHAPE);
	return lg_store_commit(batch);
}

lg_status
lg_device_forget(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	const struct lg_user *user, lg_str key)
{
	struct lg_device device;
	lg_str mark;
	LG_TRY(check_tracking(cx, pool));
	LG_TRY(lg_device_find(cx, env, user, key, &device));
	LG_TRY(mark_of(cx, key, &mark));
	struct lg_batch *batch;
	LG_TRY(lg_store_batch(env->store, cx, &batch));
	lg_store_user_item_delete(batch, &user->row, &device.item);
	lg_store_spend_rest_in(
		batch, pool->pool, user->row.uid, mark, 1, lg_time_add_ms(cx->now, REMEMBERED_MS));
	lg_store_user_update(batch, &user->row, 0);
	return lg_store_commit(batch);
}
