#include "domain/pool/provider_mapping.h"

#include <string.h>

#define USERNAME LG_STR("username")

/* SAML has no name for its subject, so what is said about it there is kept and does nothing. */
static lg_status
check_username(struct lg_ctx *cx, const struct lg_provider_type *type, lg_str source)
{
	if (!lg_str_present(type->subject) || lg_str_eq(type->subject, source))
		return LG_OK;
	return lg_fail(cx, LG_E_INVALID_PARAMETER,
		"AttributeMapping: username of a provider of type %.*s is always mapped to %.*s.",
		LG_FMT(type->name), LG_FMT(type->subject));
}

static lg_status
check_pair(struct lg_ctx *cx, const struct lg_pool *pool, const struct lg_provider_type *type,
	const struct lg_str_pair *pair)
{
	if (lg_str_empty(pair->value))
		return lg_fail(cx, LG_E_INVALID_PARAMETER, "AttributeMapping: %.*s is mapped to nothing.",
			LG_FMT(pair->key));
	if (lg_str_eq(pair->key, USERNAME))
		return check_username(cx, type, pair->value);
	if (!lg_pool_attribute(pool, pair->key))
		return lg_fail(cx, LG_E_INVALID_PARAMETER,
			"AttributeMapping: %.*s does not exist in the schema.", LG_FMT(pair->key));
	if (lg_str_eq(pair->key, LG_STR("sub")) || lg_str_eq(pair->key, LG_STR("identities")))
		return lg_fail(cx, LG_E_INVALID_PARAMETER, "AttributeMapping: %.*s can't be mapped.",
			LG_FMT(pair->key));
	return LG_OK;
}

lg_status
lg_provider_mapping_make(struct lg_ctx *cx, const struct lg_pool *pool, const struct lg_provider_type *type,
	const struct lg_str_map *sent, struct lg_str_map *ret)
{
	struct lg_str_map map = { .items = lg_new_array(cx, struct lg_str_pair, sent->count + 1),
		.has = true };
	if (!map.items)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	for (size_t i = 0; i < sent->count; i++) {
		LG_TRY(check_pair(cx, pool, type, &sent->items[i]));
		map.items[map.count++] = sent->items[i];
	}
	if (lg_str_present(type->subject) && !lg_str_present(lg_str_map_get(sent, USERNAME)))
		map.items[map.count++] = (struct lg_str_pair){ USERNAME, type->subject };
	*ret = map;
	return LG_OK;
}
