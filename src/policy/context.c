#include "policy/context.h"

#include "codec/text.h"

#define FIRST_ROOM 32

uint32_t
lg_policy_name_hash(lg_str name)
{
	uint32_t hash = UINT32_C(2166136261); /* FNV-1a, over characters */
	while (name.len)
		hash = (hash ^ lg_text_fold_char(lg_text_next(&name))) * UINT32_C(16777619);
	return hash;
}

bool
lg_policy_skip_nocase(lg_str *s, lg_str prefix)
{
	lg_str rest = *s;
	while (prefix.len) {
		if (!rest.len ||
			lg_text_fold_char(lg_text_next(&rest)) != lg_text_fold_char(lg_text_next(&prefix)))
			return false;
	}
	*s = rest;
	return true;
}

bool
lg_policy_eq_nocase(lg_str a, lg_str b)
{
	return lg_policy_skip_nocase(&a, b) && a.len == 0;
}

static const struct lg_policy_key *
find(const struct lg_policy_context *context, lg_str name, uint32_t hash)
{
	for (size_t i = 0; i < context->count; i++)
		if (context->keys[i].hash == hash && lg_policy_eq_nocase(context->keys[i].name, name))
			return &context->keys[i];
	return NULL;
}

const struct lg_policy_key *
lg_policy_context_find(const struct lg_policy_context *context, lg_str name, uint32_t hash)
{
	const struct lg_policy_key *key = find(context, name, hash);
	return key && key->count ? key : NULL;
}

static lg_status
add(struct lg_ctx *cx, struct lg_policy_context *context, struct lg_policy_key key)
{
	key.hash = lg_policy_name_hash(key.name);
	if (find(context, key.name, key.hash))
		return lg_fail(cx, LG_E_EXISTS, "two context keys of one name");
	if (context->count == LG_POLICY_MAX_KEYS)
		return lg_fail(cx, LG_E_TOO_LARGE, "more than %d context keys", LG_POLICY_MAX_KEYS);
	if (context->count == context->room) {
		size_t room = context->room ? context->room * 2 : FIRST_ROOM;
		struct lg_policy_key *keys = lg_arena_grow(
			cx->arena, context->keys, context->room * sizeof(key), room * sizeof(key));
		if (!keys)
			return lg_fail_default(cx, LG_E_NO_MEMORY);
		context->keys = keys;
		context->room = room;
	}
	context->keys[context->count++] = key;
	return LG_OK;
}

lg_status
lg_policy_context_add(struct lg_ctx *cx, struct lg_policy_context *context, lg_str name, lg_str value)
{
	lg_str *values = lg_new(cx, lg_str);
	if (!values)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	*values = value;
	return add(cx, context, (struct lg_policy_key){ .name = name, .values = values, .count = 1 });
}

lg_status
lg_policy_context_add_list(struct lg_ctx *cx, struct lg_policy_context *context, lg_str name,
	const lg_str *values, size_t count)
{
	return add(cx, context,
		(struct lg_policy_key){ .name = name, .values = values, .count = count, .multi = true });
}
