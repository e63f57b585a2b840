#include "domain/iam/session_tags.h"

#include "codec/text.h"
#include "domain/grant/token_claims.h"
#include "policy/context.h"

#define KEY_MAX 128
#define VALUE_MAX 256
#define PATTERN "[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*"

/* "Use default mappings": who it is, and for whom. */
static struct lg_str_pair default_tags[] = {
	{ LG_STR_INIT("username"), LG_STR_INIT("sub") },
	{ LG_STR_INIT("client"), LG_STR_INIT("aud") },
};
static const struct lg_str_map defaults = {
	.items = default_tags, .count = LG_LEN(default_tags), .has = true
};

static struct lg_str_pair default_saml_tags[] = {
	{ LG_STR_INIT("username"),
		LG_STR_INIT("http://schemas.xmlsoap.org/ws/2005/05/identity/claims/nameidentifier") },
	{ LG_STR_INIT("client"), LG_STR_INIT("http://schemas.xmlsoap.org/ws/2005/05/identity/claims/name") },
};
static const struct lg_str_map saml_defaults = {
	.items = default_saml_tags, .count = LG_LEN(default_saml_tags), .has = true
};

static const struct lg_str_map *
tags_of(const struct lg_identity_pool *pool, const struct lg_login *login)
{
	for (size_t i = 0; i < pool->map_count; i++) {
		if (!lg_str_eq(pool->maps[i].provider, login->map))
			continue;
		if (pool->maps[i].defaults)
			return login->saml ? &saml_defaults : &defaults;
		return pool->maps[i].tags;
	}
	return NULL;
}

static bool
has_tag(const struct lg_str_map *tags, size_t count, lg_str key)
{
	for (size_t i = 0; i < count; i++)
		if (lg_policy_eq_nocase(tags->items[i].key, key))
			return true;
	return false;
}

static lg_status
is_value(struct lg_ctx *cx, lg_str value, bool *ret)
{
	LG_TRY(lg_text_matches(cx, value, PATTERN, ret));
	*ret = *ret && lg_text_utf16_len(value) <= VALUE_MAX;
	return LG_OK;
}

static lg_status
claim_of(struct lg_ctx *cx, const struct lg_login *login, lg_str name, lg_str *ret)
{
	/* One audience of several is what the token was taken for. */
	if (!login->saml && lg_str_eq(name, LG_STR("aud"))) {
		*ret = login->audience;
		return LG_OK;
	}
	return lg_claim_text(cx, lg_json_member(login->claims, name), ret);
}

static lg_status
add(struct lg_ctx *cx, const struct lg_login *login, const struct lg_str_pair *wanted,
	struct lg_str_map *tags)
{
	lg_str value;
	bool good;
	LG_TRY(claim_of(cx, login, wanted->value, &value));
	if (!lg_str_present(value) || has_tag(tags, tags->count, wanted->key))
		return LG_OK;
	LG_TRY(is_value(cx, value, &good));
	if (!good)
		return lg_fail(cx, LG_E_NOT_AUTHORIZED,
			"Invalid login token. The claim %.*s has a value that no session tag can have.",
			LG_FMT(wanted->value));
	tags->items[tags->count++] = (struct lg_str_pair){ .key = wanted->key, .value = value };
	return LG_OK;
}

lg_status
lg_session_tags(struct lg_ctx *cx, const struct lg_identity_pool *pool, const struct lg_logins *logins,
	struct lg_str_map *ret)
{
	size_t room = 0;
	for (size_t i = 0; i < logins->count; i++) {
		const struct lg_str_map *wanted = tags_of(pool, &logins->items[i]);
		room += wanted ? wanted->count : 0;
	}
	struct lg_str_map tags = { .items = lg_new_array(cx, struct lg_str_pair, room), .has = true };
	if (!tags.items)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	for (size_t i = 0; i < logins->count; i++) {
		const struct lg_login *login = &logins->items[i];
		const struct lg_str_map *wanted = tags_of(pool, login);
		for (size_t k = 0; wanted && login->claims && k < wanted->count; k++)
			LG_TRY(add(cx, login, &wanted->items[k], &tags));
	}
	*ret = tags;
	return LG_OK;
}

lg_status
lg_session_tag_fits(struct lg_ctx *cx, lg_str key, lg_str value, bool *ret)
{
	lg_str rest = key;
	bool good_key, good_value;
	LG_TRY(lg_text_matches(cx, key, PATTERN, &good_key));
	LG_TRY(is_value(cx, value, &good_value));
	*ret = good_key && good_value && key.len && lg_text_utf16_len(key) <= KEY_MAX &&
	       !lg_policy_skip_nocase(&rest, LG_STR("aws:"));
	return LG_OK;
}

lg_status
lg_session_tags_check(struct lg_ctx *cx, const struct lg_str_map *tags)
{
	for (size_t i = 0; i < tags->count; i++) {
		const struct lg_str_pair *tag = &tags->items[i];
		bool fits;
		LG_TRY(lg_session_tag_fits(cx, tag->key, tag->value, &fits));
		if (!fits)
			return lg_fail(cx, LG_E_INVALID_PARAMETER, "%.*s is no tag of a session.",
				LG_FMT(tag->key));
		if (has_tag(tags, i, tag->key))
			return lg_fail(cx, LG_E_INVALID_PARAMETER,
				"Duplicate tag keys found. Please note that Tag keys are case insensitive.");
	}
	return LG_OK;
}
