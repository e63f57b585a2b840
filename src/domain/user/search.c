#include "domain/user/search.h"

#include <assert.h>
#include <string.h>

#include "codec/text.h"

/* Kinds are stored and never used again for something else. `chars` 0: the whole value. */
static const struct index {
	int kind;
	unsigned chars;
	lg_str attribute;
	lg_str label;
} indexes[] = {
	{ 1, 0, LG_STR_INIT("email"), LG_STR_INIT("find:email") },
	{ 2, 0, LG_STR_INIT("phone_number"), LG_STR_INIT("find:phone_number") },
	{ 3, 0, LG_STR_INIT("preferred_username"), LG_STR_INIT("find:preferred_username") },
	{ 4, 0, LG_STR_INIT("given_name"), LG_STR_INIT("find:given_name") },
	{ 5, 0, LG_STR_INIT("family_name"), LG_STR_INIT("find:family_name") },
	{ 6, 0, LG_STR_INIT("name"), LG_STR_INIT("find:name") },
	{ 11, 3, LG_STR_INIT("username"), LG_STR_INIT("find:username:3") },
	{ 12, 6, LG_STR_INIT("username"), LG_STR_INIT("find:username:6") },
	{ 13, 3, LG_STR_INIT("email"), LG_STR_INIT("find:email:3") },
	{ 14, 6, LG_STR_INIT("email"), LG_STR_INIT("find:email:6") },
	{ 15, 3, LG_STR_INIT("preferred_username"), LG_STR_INIT("find:preferred_username:3") },
	{ 16, 6, LG_STR_INIT("preferred_username"), LG_STR_INIT("find:preferred_username:6") },
	{ 17, 6, LG_STR_INIT("phone_number"), LG_STR_INIT("find:phone_number:6") },
	{ 18, 9, LG_STR_INIT("phone_number"), LG_STR_INIT("find:phone_number:9") },
};

_Static_assert(
	LG_LEN(indexes) <= LG_SEARCH_MAX && LG_SEARCH_MAX <= LG_USER_FINDS_MAX, "room for every index");

lg_status
lg_search_canonical(
	struct lg_ctx *cx, const struct lg_pool *pool, lg_str attribute, lg_str value, lg_str *ret)
{
	(void)pool;
	static const lg_str exact[] = { LG_STR_INIT("username"), LG_STR_INIT("sub"), LG_STR_INIT("status") };
	for (size_t i = 0; i < LG_LEN(exact); i++) {
		if (lg_str_eq(attribute, exact[i])) {
			*ret = value;
			return LG_OK;
		}
	}
	return lg_text_fold(cx, value, ret);
}

/* The first `chars` characters of UTF-8 text; absent when it has fewer. */
static lg_str
cut_chars(lg_str text, unsigned chars)
{
	size_t at = 0;
	for (unsigned n = 0; n < chars; n++) {
		if (at == text.len)
			return LG_STR_NONE;
		at++;
		while (at < text.len && ((unsigned char)text.ptr[at] & 0xC0) == 0x80)
			at++;
	}
	return lg_str_slice(text, 0, at);
}

static lg_status
digest(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool, const struct index *index,
	lg_str value, struct lg_find_digest *ret)
{
	unsigned char bytes[16];
	LG_TRY(lg_store_digest(env->store, cx, pool->pool, index->label, value, bytes));
	*ret = (struct lg_find_digest){ .kind = index->kind };
	memcpy(&ret->digest, bytes, sizeof(ret->digest));
	return LG_OK;
}

lg_status
lg_search_digests(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	const struct lg_user *user, struct lg_find_digest *ret, size_t max, size_t *ret_count)
{
	size_t count = 0;
	for (size_t i = 0; i < LG_LEN(indexes); i++) {
		const struct index *index = &indexes[i];
		if (index->chars && pool->search_exact)
			continue;
		lg_str value = lg_str_eq(index->attribute, LG_STR("username"))
			? user->username
			: lg_user_attribute(user, index->attribute);
		if (lg_str_empty(value))
			continue;
		LG_TRY(lg_search_canonical(cx, pool, index->attribute, value, &value));
		if (index->chars)
			value = cut_chars(value, index->chars);
		if (!lg_str_present(value))
			continue;
		assert(count < max);
		LG_TRY(digest(cx, env, pool, index, value, &ret[count++]));
	}
	*ret_count = count;
	return LG_OK;
}

lg_status
lg_search_digest_for(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool, lg_str attribute,
	bool prefix, lg_str value, struct lg_find_digest *ret, bool *ret_found)
{
	lg_str canonical;
	LG_TRY(lg_search_canonical(cx, pool, attribute, value, &canonical));
	*ret_found = false;
	if (prefix && pool->search_exact)
		return LG_OK;

	/* The longest prefix that is kept has the fewest candidates; it stands behind the shorter one. */
	const struct index *best = NULL;
	lg_str key = LG_STR_NONE;
	for (size_t i = 0; i < LG_LEN(indexes); i++) {
		const struct index *index = &indexes[i];
		if (!lg_str_eq(index->attribute, attribute) || (index->chars != 0) != prefix)
			continue;
		const lg_str part = prefix ? cut_chars(canonical, index->chars) : canonical;
		if (!lg_str_present(part))
			continue;
		best = index;
		key = part;
	}
	if (!best)
		return LG_OK;
	LG_TRY(digest(cx, env, pool, best, key, ret));
	*ret_found = true;
	return LG_OK;
}
