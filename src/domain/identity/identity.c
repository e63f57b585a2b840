#include "domain/identity/identity.h"

#include <stdlib.h>

#include "domain/identity/identity_id.h"
#include "domain/identity/identity_join.h"

#define LOOKS 2

bool
lg_identity_is_guest(const struct lg_identity *identity)
{
	return identity->row.head.enabled && !identity->row.linked;
}

lg_status
lg_identity_forbidden(struct lg_ctx *cx, const struct lg_identity *identity)
{
	return lg_fail(
		cx, LG_E_NOT_AUTHORIZED, "Access to Identity '%.*s' is forbidden.", LG_FMT(identity->id));
}

lg_status
lg_identity_no_match(struct lg_ctx *cx)
{
	return lg_fail(cx, LG_E_NOT_AUTHORIZED,
		"Logins don't match. Please include at least one valid login for this identity or "
		"identity pool.");
}

static lg_status
not_found(struct lg_ctx *cx, lg_str id)
{
	return lg_fail(cx, LG_E_RESOURCE_NOT_FOUND, "Identity '%.*s' not found.", LG_FMT(id));
}

/* LG_E_NOT_FOUND */
static lg_status
read(struct lg_ctx *cx, struct lg_env *env, lg_str id, struct lg_identity *ret)
{
	int64_t number;
	unsigned char uid[LG_UID_SIZE];
	struct lg_identity identity = { .id = id };
	LG_TRY(lg_identity_id_open(cx, env, id, &number, uid));
	LG_TRY(lg_identity_pool_find_number(cx, env, number, &identity.pool));
	if (!lg_str_eq(lg_identity_id_region(id), identity.pool->region))
		return lg_fail(cx, LG_E_NOT_FOUND, "no such identity");
	LG_TRY(lg_store_identity_read(env->store, cx, number, uid, &identity.row));
	*ret = identity;
	return LG_OK;
}

lg_status
lg_identity_read(struct lg_ctx *cx, struct lg_env *env, lg_str id, struct lg_identity *ret)
{
	const lg_status s = read(cx, env, id, ret);
	return s.code == LG_E_NOT_FOUND ? not_found(cx, id) : s;
}

lg_status
lg_identity_read_in(struct lg_ctx *cx, struct lg_env *env, const struct lg_identity_pool *pool, lg_str id,
	struct lg_identity *ret)
{
	struct lg_identity identity;
	LG_TRY(lg_identity_read(cx, env, id, &identity));
	if (identity.pool->pool != pool->pool)
		return not_found(cx, id);
	*ret = identity;
	return LG_OK;
}

lg_status
lg_login_digest(struct lg_ctx *cx, struct lg_env *env, const struct lg_identity_pool *pool, lg_str scope,
	lg_str user_id, unsigned char ret[16])
{
	/* The length stands in front, so that no two pairs read alike. */
	lg_str head, name;
	LG_TRY(lg_str_fmt(cx, &head, "%zu:", scope.len));
	LG_TRY(lg_str_concat(cx, (const lg_str[]){ head, scope, user_id }, 3, &name));
	return lg_store_digest(env->store, cx, pool->pool, LG_STR("login"), name, ret);
}

size_t
lg_identity_find_login(const struct lg_identity *identity, lg_str scope, lg_str user_id)
{
	const struct lg_rec_login_list *list = &identity->row.logins.logins;
	size_t i = 0;
	while (i < list->count &&
		!(lg_str_eq(list->items[i].scope, scope) && lg_str_eq(list->items[i].user_id, user_id)))
		i++;
	return i;
}

lg_status
lg_identity_of_login(struct lg_ctx *cx, struct lg_env *env, const struct lg_identity_pool *pool,
	lg_str scope, lg_str user_id, struct lg_identity *ret)
{
	unsigned char digest[16], uid[LG_UID_SIZE];
	enum lg_key_kind kind;
	LG_TRY(lg_login_digest(cx, env, pool, scope, user_id, digest));
	/* Between the two reads it may have become another's (DATA 5). */
	for (int i = 0; i < LOOKS; i++) {
		struct lg_identity identity = { .pool = pool };
		LG_TRY(lg_store_key_find(env->store, cx, pool->pool, digest, &kind, uid));
		const lg_status s = lg_store_identity_read(env->store, cx, pool->pool, uid, &identity.row);
		if (s.code == LG_E_NOT_FOUND)
			continue;
		LG_TRY(s);
		if (lg_identity_find_login(&identity, scope, user_id) == identity.row.logins.logins.count)
			continue;
		LG_TRY(lg_identity_id_text(cx, pool->region, uid, &identity.id));
		*ret = identity;
		return LG_OK;
	}
	return lg_fail(cx, LG_E_CONFLICT, "a login that its identity has not");
}

struct digest {
	unsigned char bytes[16];
};

static int
by_bytes(const void *a, const void *b)
{
	return lg_bytes_cmp(a, b, sizeof(struct digest));
}

lg_status
lg_identity_release(struct lg_batch *batch, struct lg_ctx *cx, struct lg_env *env,
	const struct lg_identity *identity, const bool *stays)
{
	const struct lg_rec_login_list *list = &identity->row.logins.logins;
	struct digest *digests = lg_new_array(cx, struct digest, list->count);
	size_t count = 0;
	if (!digests)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	for (size_t i = 0; i < list->count; i++)
		if (!stays || !stays[i])
			LG_TRY(lg_login_digest(cx, env, identity->pool, list->items[i].scope,
				list->items[i].user_id, digests[count++].bytes));
	/* In digest order (DATA 5). */
	qsort(digests, count, sizeof(*digests), by_bytes);
	for (size_t i = 0; i < count; i++)
		lg_store_key_release(batch, identity->pool->pool, digests[i].bytes, identity->row.head.uid);
	return LG_OK;
}

lg_status
lg_identity_prepare(
	struct lg_ctx *cx, struct lg_env *env, const struct lg_identity_pool *pool, struct lg_identity *ret)
{
	struct lg_identity identity = { .pool = pool };
	struct lg_user_row *head = &identity.row.head;
	/* What a user's row says beyond these means nothing here. */
	head->status = LG_USER_UNKNOWN;
	head->enabled = true;
	LG_TRY(lg_identity_id_draw(cx, env, pool->pool, head->uid));
	LG_TRY(lg_store_user_prepare(env->store, cx, pool->pool, head));
	LG_TRY(lg_identity_id_text(cx, pool->region, head->uid, &identity.id));
	*ret = identity;
	return LG_OK;
}

/* ---- GetId ---- */

static lg_status
check_guests(struct lg_ctx *cx, const struct lg_identity_pool *pool)
{
	if (pool->type->allow_unauthenticated_identities.v)
		return LG_OK;
	return lg_fail(
		cx, LG_E_NOT_AUTHORIZED, "Unauthenticated access is not supported for this identity pool.");
}

static lg_status
make_guest(struct lg_ctx *cx, struct lg_env *env, const struct lg_identity_pool *pool, lg_str *ret)
{
	struct lg_identity identity;
	struct lg_batch *batch;
	LG_TRY(check_guests(cx, pool));
	LG_TRY(lg_identity_prepare(cx, env, pool, &identity));
	LG_TRY(lg_store_batch(env->store, cx, &batch));
	lg_store_identity_insert(batch, &identity.row);
	LG_TRY(lg_store_commit(batch));
	*ret = identity.id;
	return LG_OK;
}

lg_status
lg_identity_get_id(struct lg_ctx *cx, struct lg_env *env, const struct lg_ci_get_id_input *in, lg_str *ret)
{
	const struct lg_identity_pool *pool;
	LG_TRY(lg_identity_pool_find(cx, env, in->identity_pool_id, &pool));
	if (lg_str_present(in->account_id) && !lg_str_eq(in->account_id, env->settings->account))
		return lg_fail(cx, LG_E_RESOURCE_NOT_FOUND, "IdentityPool '%.*s' not found.",
			LG_FMT(in->identity_pool_id));
	if (!in->logins.count)
		return make_guest(cx, env, pool, ret);

	struct lg_logins logins;
	struct lg_identity identity;
	LG_TRY(lg_logins_verify(cx, env, pool, &in->logins, LG_LOGINS_PLAIN, &logins));
	LG_TRY(lg_identity_join(cx, env, pool, NULL, &logins, &identity));
	*ret = identity.id;
	return LG_OK;
}

/* ---- proof ---- */

lg_status
lg_identity_prove(struct lg_ctx *cx, struct lg_env *env, struct lg_identity *identity,
	const struct lg_str_map *logins, struct lg_logins *ret)
{
	if (!identity->row.head.enabled || (!logins->count && !lg_identity_is_guest(identity)))
		return lg_identity_forbidden(cx, identity);
	if (!logins->count) {
		*ret = (struct lg_logins){ 0 };
		return check_guests(cx, identity->pool);
	}
	LG_TRY(lg_logins_verify(cx, env, identity->pool, logins, LG_LOGINS_STAND, ret));
	struct lg_identity joined;
	LG_TRY(lg_identity_join(cx, env, identity->pool, identity, ret, &joined));
	*identity = joined;
	return LG_OK;
}
