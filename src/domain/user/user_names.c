#include "domain/user/user.h"

#include <string.h>

#include "codec/text.h"
#include "domain/user/search.h"

lg_status
lg_name_canonical(
	struct lg_ctx *cx, const struct lg_pool *pool, enum lg_key_kind kind, lg_str name, lg_str *ret)
{
	if (pool->names.case_sensitive || kind == LG_KEY_PROVIDER || kind == LG_KEY_PHONE) {
		*ret = name;
		return LG_OK;
	}
	return lg_text_fold(cx, name, ret);
}

/*
 * One label for user names and aliases: a request does not say which of them it means, so a name must mean
 * one user, and one look-up must find him. Forms that could be two things are refused when they are set
 * (domain/pool/schema.h).
 */
static lg_status
label_of(struct lg_ctx *cx, const struct lg_pool *pool, enum lg_key_kind kind, lg_str *ret)
{
	*ret = kind == LG_KEY_PROVIDER ? LG_STR("provider") : LG_STR("name");
	if (kind == LG_KEY_PROVIDER || pool->names.gen == 0)
		return LG_OK;
	/* Rules that changed have a space of their own (docs/decisions/0032). */
	return lg_str_fmt(cx, ret, "name %lld", (long long)pool->names.gen);
}

lg_status
lg_name_digest(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool, enum lg_key_kind kind,
	lg_str name, unsigned char ret[16])
{
	lg_str canonical, label;
	LG_TRY(lg_name_canonical(cx, pool, kind, name, &canonical));
	LG_TRY(label_of(cx, pool, kind, &label));
	return lg_store_digest(env->store, cx, pool->pool, label, canonical, ret);
}

/* Neither provider nor attribute holds a NUL, so no two identities have one name. */
lg_status
lg_link_name(struct lg_ctx *cx, lg_str provider, lg_str attribute, lg_str value, lg_str *ret)
{
	const lg_str nul = LG_STR("\0");
	return lg_str_concat(cx, (const lg_str[]){ provider, nul, attribute, nul, value }, 5, ret);
}

/* A user who may be found by one name in two ways holds its digest once. */
static lg_status
add(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool, enum lg_key_kind kind, lg_str name,
	bool also, struct lg_user_names *names)
{
	if (lg_str_empty(name))
		return LG_OK;
	struct lg_user_key key = { .kind = kind, .also = also };
	LG_TRY(lg_name_digest(cx, env, pool, kind, name, key.digest));

	size_t at = 0;
	int order = 1;
	while (at < names->count &&
		(order = lg_bytes_cmp(names->keys[at].digest, key.digest, sizeof(key.digest))) < 0)
		at++;
	if (at < names->count && order == 0)
		return LG_OK;
	memmove(&names->keys[at + 1], &names->keys[at], (names->count - at) * sizeof(key));
	names->keys[at] = key;
	names->count++;
	return LG_OK;
}

/*
 * Where contact attributes are the user names, the user name itself is the sub, and found as such; but for
 * who was there before that became so, and who comes from a provider.
 */
static bool
has_name_of_his_own(const struct lg_name_rules *rules, const struct lg_user *user)
{
	if ((!rules->email_username && !rules->phone_username) || user->row.profile.federated.v)
		return true;
	return rules->gen > 0 && !lg_str_eq(user->username, user->sub);
}

/* User name and aliases by the rules of `pool`, which may be its second ones. */
static lg_status
add_names(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool, const struct lg_user *user,
	bool also, struct lg_user_names *names)
{
	const struct lg_name_rules *rules = &pool->names;
	if (has_name_of_his_own(rules, user))
		LG_TRY(add(cx, env, pool, LG_KEY_USERNAME, user->username, also, names));
	/* What a provider says is no name here: it would be taken from others, or refused to them. */
	if (user->row.profile.federated.v)
		return LG_OK;
	const lg_str email = lg_user_attribute(user, LG_STR("email"));
	if (rules->email_username || (rules->email_alias && lg_user_verified(user, LG_STR("email"))))
		LG_TRY(add(cx, env, pool, LG_KEY_EMAIL, email, also, names));
	const lg_str phone = lg_user_attribute(user, LG_STR("phone_number"));
	if (rules->phone_username || (rules->phone_alias && lg_user_verified(user, LG_STR("phone_number"))))
		LG_TRY(add(cx, env, pool, LG_KEY_PHONE, phone, also, names));
	const lg_str preferred = lg_user_attribute(user, LG_STR("preferred_username"));
	if (rules->preferred_alias)
		LG_TRY(add(cx, env, pool, LG_KEY_PREFERRED_USERNAME, preferred, also, names));
	return LG_OK;
}

lg_status
lg_user_also_names(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	const struct lg_name_rules *rules, const struct lg_user *user, struct lg_user_names *ret)
{
	struct lg_pool other = *pool;
	other.names = *rules;
	return add_names(cx, env, &other, user, true, ret);
}

lg_status
lg_user_names(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool, const struct lg_user *user,
	struct lg_user_names *ret)
{
	struct lg_user_names names = { 0 };
	LG_TRY(add_names(cx, env, pool, user, false, &names));
	if (pool->also.there)
		LG_TRY(lg_user_also_names(cx, env, pool, &pool->also.names, user, &names));
	const struct lg_rec_link_list *links = &user->row.profile.links;
	for (size_t i = 0; i < links->count && i < LG_USER_LINKS_MAX; i++) {
		const struct lg_rec_link *link = &links->items[i];
		lg_str name;
		LG_TRY(lg_link_name(cx, link->provider, link->attribute, link->value, &name));
		LG_TRY(add(cx, env, pool, LG_KEY_PROVIDER, name, false, &names));
	}
	LG_TRY(lg_search_digests(cx, env, pool, user, names.finds, LG_LEN(names.finds), &names.find_count));
	*ret = names;
	return LG_OK;
}

static bool
same_finds(const struct lg_user_names *a, const struct lg_user_names *b)
{
	if (a->find_count != b->find_count)
		return false;
	for (size_t i = 0; i < a->find_count; i++)
		if (a->finds[i].kind != b->finds[i].kind || a->finds[i].digest != b->finds[i].digest)
			return false;
	return true;
}

/* A sub would be found under this alias before its owner is. */
static lg_status
check_alias(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool, const struct lg_user *user,
	enum lg_key_kind kind)
{
	if (kind != LG_KEY_PREFERRED_USERNAME)
		return LG_OK;
	bool is_sub;
	LG_TRY(lg_name_is_sub(
		cx, env, pool, lg_user_attribute(user, LG_STR("preferred_username")), &is_sub));
	if (!is_sub)
		return LG_OK;
	return lg_fail(cx, LG_E_ALIAS_EXISTS, "An account with the preferred_username already exists.");
}

/* A key by the second rules may not be there yet, so nobody misses it. */
static void
release(struct lg_batch *batch, const struct lg_user *user, const struct lg_user_key *key)
{
	if (key->also)
		lg_store_key_drop(batch, user->row.pool, key->digest, user->row.uid);
	else
		lg_store_key_release(batch, user->row.pool, key->digest, user->row.uid);
}

/* Without those by rules that the pool leaves: who changes gives them up. */
static void
drop_leaving(const struct lg_pool *pool, struct lg_user_names *names)
{
	size_t kept = 0;
	for (size_t i = 0; i < names->count; i++)
		if (!(names->keys[i].also && pool->also.leaving))
			names->keys[kept++] = names->keys[i];
	names->count = kept;
}

lg_status
lg_user_write_names(struct lg_batch *batch, struct lg_ctx *cx, struct lg_env *env,
	const struct lg_pool *pool, const struct lg_user *user, const struct lg_user_names *before)
{
	struct lg_user_names after;
	LG_TRY(lg_user_names(cx, env, pool, user, &after));
	drop_leaving(pool, &after);

	/* Both lists are sorted: merged, so that every batch touches keys in the same order (DATA 5). */
	size_t b = 0;
	size_t a = 0;
	while (b < before->count || a < after.count) {
		int order = b == before->count ? 1 : a == after.count ? -1 : 0;
		if (order == 0)
			order = lg_bytes_cmp(
				before->keys[b].digest, after.keys[a].digest, sizeof(after.keys[a].digest));
		if (order < 0) {
			release(batch, user, &before->keys[b++]);
		} else if (order > 0) {
			const struct lg_user_key *key = &after.keys[a++];
			LG_TRY(check_alias(cx, env, pool, user, key->kind));
			lg_store_key_claim(batch, user->row.pool, key->digest, key->kind, user->row.uid);
			lg_batch_tag(batch, LG_TAG_CLAIM + (int)key->kind);
		} else {
			b++;
			a++;
		}
	}
	if (!same_finds(before, &after))
		lg_store_find_set(batch, user->row.pool, user->row.uid, after.finds, after.find_count);
	return LG_OK;
}

void
lg_user_release_names(struct lg_batch *batch, const struct lg_user *user, const struct lg_user_names *names)
{
	for (size_t i = 0; i < names->count; i++)
		release(batch, user, &names->keys[i]);
}
