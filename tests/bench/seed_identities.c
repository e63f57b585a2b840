#include "tests/bench/seed_identities.h"

#include "domain/identity/identity.h"
#include "domain/identity/identity_pool_admin.h"

lg_status
seed_identity_pool(struct lg_ctx *cx, struct lg_env *env, lg_str *ret_pool_id)
{
	const struct lg_ci_create_identity_pool_input in = {
		.identity_pool_name = LG_STR("bench"),
		.allow_unauthenticated_identities = { true, true },
		.developer_provider_name = LG_STR("login.bench"),
	};
	struct lg_ci_identity_pool pool;
	LG_TRY(lg_identity_pool_create(cx, env, LG_STR("us-east-1"), &in, &pool));
	*ret_pool_id = pool.identity_pool_id;
	return LG_OK;
}

static lg_status
link_user(struct lg_ctx *cx, struct lg_env *env, struct lg_batch *batch, struct lg_identity *identity,
	unsigned number)
{
	struct lg_rec_login *record = lg_new(cx, struct lg_rec_login);
	struct lg_login login;
	lg_str name;
	unsigned char digest[16];
	if (!record)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	LG_TRY(lg_str_fmt(cx, &name, "bench%06u", number));
	LG_TRY(lg_login_developer(cx, identity->pool, name, &login));
	LG_TRY(lg_login_digest(cx, env, identity->pool, login.scope, login.user_id, digest));
	*record = (struct lg_rec_login){ .provider = login.provider,
		.scope = login.scope,
		.user_id = login.user_id,
		.developer = { true, true },
		.created = { true, cx->now } };
	identity->row.linked = true;
	identity->row.logins.logins =
		(struct lg_rec_login_list){ .items = record, .count = 1, .has = true };
	lg_store_key_claim(batch, identity->pool->pool, digest, LG_KEY_LOGIN, identity->row.head.uid);
	return LG_OK;
}

lg_status
seed_identities(struct lg_ctx *cx, struct lg_env *env, lg_str pool_id, unsigned from, unsigned to)
{
	const struct lg_identity_pool *pool;
	struct lg_batch *batch;
	LG_TRY(lg_identity_pool_find(cx, env, pool_id, &pool));
	LG_TRY(lg_store_batch(env->store, cx, &batch));
	for (unsigned i = from; i < to; i++) {
		struct lg_identity identity;
		LG_TRY(lg_identity_prepare(cx, env, pool, &identity));
		if (i % 2)
			LG_TRY(link_user(cx, env, batch, &identity, i));
		lg_store_identity_insert(batch, &identity.row);
	}
	return lg_store_commit(batch);
}
