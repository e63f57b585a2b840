#include "proto/dev_demo.h"

#include "codec/shape_io.h"
#include "domain/grant/grant.h"
#include "domain/grant/signing_keys.h"
#include "domain/pool/client_admin.h"
#include "domain/pool/pool_admin.h"
#include "domain/user/user_admin.h"
#include "proto/inbox.h"
#include "store/bulk.h"

/* What reset brings back (api/records/Demo.json), kept beside the data: lg_store_clear leaves it alone. */
#define META_NAME LG_STR("dev-demo")

/* Written before anything is made: a pool of the demo's id without it is somebody's own. */
#define META_BEGUN LG_STR("dev-demo-begun")

static const lg_str key_uses[] = { LG_STR_INIT("id"), LG_STR_INIT("access") };

/* ---- pool, client, user ---- */

static lg_status
make_pool(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool **ret)
{
	lg_str verified[] = { LG_STR("email") };
	const struct lg_idp_create_user_pool_request in = { .pool_name = LG_STR("Lifeguard demo"),
		.auto_verified_attributes = { verified, LG_LEN(verified), true } };
	struct lg_idp_user_pool_type *made;
	LG_TRY(lg_pool_create(cx, env, LG_STR("us-east-1"), &in, LG_DEMO_POOL, &made));
	return lg_pool_find(cx, env, LG_DEMO_POOL, ret);
}

static lg_status
make_client(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool)
{
	lg_str flows[] = { LG_STR("ALLOW_USER_SRP_AUTH"), LG_STR("ALLOW_USER_PASSWORD_AUTH"),
		LG_STR("ALLOW_REFRESH_TOKEN_AUTH"), LG_STR("ALLOW_CUSTOM_AUTH"), LG_STR("ALLOW_USER_AUTH"),
		LG_STR("ALLOW_ADMIN_USER_PASSWORD_AUTH") };
	lg_str code[] = { LG_STR("code") }, providers[] = { LG_STR("COGNITO") };
	lg_str scopes[] = { LG_STR("openid"), LG_STR("email"), LG_STR("phone"), LG_STR("profile"),
		LG_SCOPE_USER_ADMIN };
	/* Where applications run on a developer's machine. */
	lg_str urls[] = { LG_STR("http://localhost:3000/"), LG_STR("http://localhost:5173/"),
		LG_STR("http://localhost:8080/") };
	const struct lg_idp_create_user_pool_client_request in = { .user_pool_id = LG_DEMO_POOL,
		.client_name = LG_STR("Lifeguard demo"),
		.explicit_auth_flows = { flows, LG_LEN(flows), true },
		.allowed_oauth_flows_user_pool_client = { true, true },
		.allowed_oauth_flows = { code, LG_LEN(code), true },
		.allowed_oauth_scopes = { scopes, LG_LEN(scopes), true },
		.supported_identity_providers = { providers, LG_LEN(providers), true },
		.callback_urls = { urls, LG_LEN(urls), true },
		.logout_urls = { urls, LG_LEN(urls), true } };
	struct lg_idp_user_pool_client_type *made;
	return lg_client_create(cx, env, pool, &in, LG_DEMO_CLIENT, &made);
}

/* `uid` is NULL for a new one. */
static lg_status
make_user(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool, const unsigned char *uid,
	lg_str *ret_uid)
{
	struct lg_idp_attribute_type attributes[] = {
		{ .name = LG_STR("email"), .value = LG_STR("demo@example.com") },
		{ .name = LG_STR("email_verified"), .value = LG_STR("true") },
	};
	const struct lg_idp_admin_create_user_request in = { .user_pool_id = LG_DEMO_POOL,
		.username = LG_DEMO_USER,
		.user_attributes = { attributes, LG_LEN(attributes), true },
		.message_action = LG_STR("SUPPRESS") };
	struct lg_user *user;
	LG_TRY(lg_user_create_admin(cx, env, pool, &in, uid, &user));
	LG_TRY(lg_user_set_password_admin(cx, env, pool, LG_DEMO_USER, LG_DEMO_PASSWORD, true));
	return lg_str_dup(cx, lg_user_row_uid(&user->row), ret_uid);
}

/* ---- keys ---- */

static lg_status
save_keys(struct lg_ctx *cx, struct lg_env *env, int64_t pool, struct lg_rec_demo_key_list *ret)
{
	struct lg_signing_key_row *rows;
	size_t count;
	LG_TRY(lg_store_signing_keys(env->store, cx, pool, &rows, &count));
	struct lg_rec_demo_key *keys = lg_new_array(cx, struct lg_rec_demo_key, count + 1);
	if (!keys)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	for (size_t i = 0; i < count; i++) {
		keys[i] = (struct lg_rec_demo_key){ .kid = rows[i].kid,
			.use = rows[i].use,
			.alg = rows[i].alg,
			.publish = { true, rows[i].publish },
			.sign = { true, rows[i].sign },
			.retire = { true, rows[i].retire },
			.drop = { true, rows[i].drop },
			.public = rows[i].public_der };
		LG_TRY(lg_keyholder_move_key(env->keys, cx, pool, 0, rows[i].sealed, &keys[i].sealed));
	}
	*ret = (struct lg_rec_demo_key_list){ .items = keys, .count = count, .has = true };
	return LG_OK;
}

static lg_status
restore_keys(struct lg_ctx *cx, struct lg_env *env, int64_t pool, const struct lg_rec_demo_key_list *keys)
{
	struct lg_batch *batch;
	LG_TRY(lg_store_batch(env->store, cx, &batch));
	for (size_t i = 0; i < keys->count; i++) {
		const struct lg_rec_demo_key *key = &keys->items[i];
		struct lg_signing_key_row row = { .pool = pool,
			.kid = key->kid,
			.use = key->use,
			.alg = key->alg,
			.publish = key->publish.v,
			.sign = key->sign.v,
			.retire = key->retire.v,
			.drop = key->drop.v,
			.public_der = key->public };
		LG_TRY(lg_keyholder_move_key(env->keys, cx, 0, pool, key->sealed, &row.sealed));
		lg_store_signing_key_insert(batch, &row);
	}
	LG_TRY(lg_store_commit(batch));
	lg_pools_drop(env->pools, pool);
	return LG_OK;
}

/* Keys are made on first need; this is it, so that they are the first start's. */
static lg_status
make_keys(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool)
{
	const struct lg_signing_key *key;
	for (size_t i = 0; i < LG_LEN(key_uses); i++)
		LG_TRY(lg_pool_signing_key(cx, env, pool, key_uses[i], &key));
	return LG_OK;
}

/* ---- the first start and the reset ---- */

static lg_status
load(struct lg_ctx *cx, struct lg_env *env, struct lg_rec_demo *ret)
{
	lg_str bytes;
	LG_TRY(lg_store_meta_read(env->store, cx, META_NAME, &bytes));
	*ret = (struct lg_rec_demo){ 0 };
	return lg_shape_from_cbor(cx, &lg_shape_rec_demo, bytes, ret);
}

static lg_status
save(struct lg_ctx *cx, struct lg_env *env, const struct lg_rec_demo *demo)
{
	lg_str bytes;
	LG_TRY(lg_shape_to_cbor(cx, &lg_shape_rec_demo, demo, &bytes));
	struct lg_batch *batch;
	LG_TRY(lg_store_batch(env->store, cx, &batch));
	lg_store_meta_put(batch, META_NAME, bytes);
	return lg_store_commit(batch);
}

/* Are the demo's names nobody's? */
static lg_status
names_are_free(struct lg_ctx *cx, struct lg_env *env, bool *ret)
{
	struct lg_pool_row row;
	int64_t pool;
	lg_status s = lg_store_pool_read_any(env->store, cx, LG_DEMO_POOL, &row);
	if (s.code == LG_E_NOT_FOUND)
		s = lg_store_client_pool(env->store, cx, LG_DEMO_CLIENT, &pool);
	*ret = s.code == LG_E_NOT_FOUND;
	return *ret ? LG_OK : s;
}

/* False in `*ret_fresh`: somebody has put a pool of his own there, an imported one perhaps. */
static lg_status
begin(struct lg_ctx *cx, struct lg_env *env, bool *ret_fresh)
{
	lg_str begun;
	const lg_status s = lg_store_meta_read(env->store, cx, META_BEGUN, &begun);
	*ret_fresh = true;
	if (!lg_failed(s)) /* A first start that was cut short begins again. */
		return lg_store_clear(env->store, cx);
	if (s.code != LG_E_NOT_FOUND)
		return s;
	LG_TRY(names_are_free(cx, env, ret_fresh));
	if (!*ret_fresh)
		return LG_OK;
	struct lg_batch *batch;
	LG_TRY(lg_store_batch(env->store, cx, &batch));
	lg_store_meta_put(batch, META_BEGUN, LG_STR("1"));
	return lg_store_commit(batch);
}

lg_status
lg_demo_make(struct lg_ctx *cx, struct lg_env *env)
{
	if (!env->settings->demo_pool)
		return LG_OK;
	struct lg_rec_demo demo;
	lg_status s = load(cx, env, &demo);
	if (s.code != LG_E_NOT_FOUND)
		return s;

	const struct lg_pool *pool;
	bool fresh;
	demo = (struct lg_rec_demo){ .created = { true, cx->now } };
	LG_TRY(begin(cx, env, &fresh));
	if (!fresh)
		return LG_OK;
	lg_pools_clear(env->pools);
	LG_TRY(make_pool(cx, env, &pool));
	LG_TRY(make_client(cx, env, pool));
	LG_TRY(make_user(cx, env, pool, NULL, &demo.uid));
	LG_TRY(make_keys(cx, env, pool));
	LG_TRY(save_keys(cx, env, pool->pool, &demo.keys));
	return save(cx, env, &demo);
}

static lg_status
restore(struct lg_ctx *cx, struct lg_env *env, const struct lg_rec_demo *demo)
{
	const struct lg_pool *pool;
	lg_str uid;
	if (demo->uid.len != LG_UID_SIZE)
		return lg_fail(cx, LG_E_INTERNAL, "the record of the demo pool is damaged");
	LG_TRY(make_pool(cx, env, &pool));
	LG_TRY(restore_keys(cx, env, pool->pool, &demo->keys));
	LG_TRY(make_client(cx, env, pool));
	return make_user(cx, env, pool, (const unsigned char *)demo->uid.ptr, &uid);
}

lg_status
lg_demo_reset(struct lg_ctx *cx, struct lg_env *env)
{
	struct lg_rec_demo demo;
	lg_status found = load(cx, env, &demo);
	if (lg_failed(found) && found.code != LG_E_NOT_FOUND)
		return found;
	LG_TRY(lg_store_clear(env->store, cx));
	lg_pools_clear(env->pools);
	lg_inbox_clear(lg_inbox_of(env->messenger));
	env->clock->offset_ms = 0;
	if (lg_failed(found) || !env->settings->demo_pool)
		return LG_OK;

	/* Dates of pool, client and user too are those of the first start. */
	lg_time now = cx->now;
	cx->now = demo.created.v;
	lg_status s = restore(cx, env, &demo);
	cx->now = now;
	return s;
}
