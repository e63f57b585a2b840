#include "domain/iam/iam_simulate_keys.h"

#include "codec/json.h"

static lg_status
invalid(struct lg_ctx *cx, lg_str key)
{
	return lg_fail(cx, LG_E_INVALID_INPUT, "Invalid context entry for key %.*s", LG_FMT(key));
}

lg_status
lg_iam_simulated_context(struct lg_ctx *cx, const struct lg_iam_context_entry_list_type *entries,
	struct lg_policy_context *ret)
{
	for (size_t i = 0; i < entries->count; i++) {
		const struct lg_iam_context_entry *entry = &entries->items[i];
		const struct lg_str_list *values = &entry->context_key_values;
		const bool multi = lg_str_ends(entry->context_key_type, LG_STR("List"));
		lg_status s;
		if (!lg_str_present(entry->context_key_name) || !lg_str_present(entry->context_key_type) ||
			(!multi && values->count != 1))
			return invalid(cx, entry->context_key_name);
		if (multi)
			s = lg_policy_context_add_list(
				cx, ret, entry->context_key_name, values->items, values->count);
		else
			s = lg_policy_context_add(cx, ret, entry->context_key_name, values->items[0]);
		if (s.code == LG_E_EXISTS || s.code == LG_E_TOO_LARGE)
			return invalid(cx, entry->context_key_name);
		LG_TRY(s);
	}
	return LG_OK;
}

/* ---- what is missing ---- */

static lg_status
add_missing(struct lg_ctx *cx, lg_str key, const struct lg_policy_context *context, struct lg_str_list *ret)
{
	if (lg_policy_context_find(context, key, lg_policy_name_hash(key)))
		return LG_OK;
	for (size_t i = 0; i < ret->count; i++)
		if (lg_policy_eq_nocase(ret->items[i], key))
			return LG_OK;
	lg_str *items = lg_new_array(cx, lg_str, ret->count + 1);
	if (!items)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	for (size_t i = 0; i < ret->count; i++)
		items[i] = ret->items[i];
	items[ret->count++] = key;
	ret->items = items;
	return LG_OK;
}

static lg_status
keys_of_statement(struct lg_ctx *cx, const json_t *statement, const struct lg_policy_context *context,
	struct lg_str_list *ret)
{
	const char *operator, * key;
	json_t *keys, *values;
	size_t len;
	json_object_foreach(
		(json_t *)(uintptr_t)lg_json_member(statement, LG_STR("Condition")), operator, keys)
		json_object_keylen_foreach(keys, key, len, values)
			LG_TRY(add_missing(cx, lg_str_from_bytes(key, len), context, ret));
	return LG_OK;
}

lg_status
lg_iam_missing_keys(
	struct lg_ctx *cx, lg_str document, const struct lg_policy_context *context, struct lg_str_list *ret)
{
	json_t *tree;
	LG_TRY(lg_json_parse(cx, document, &tree));
	const json_t *statements = lg_json_member(tree, LG_STR("Statement"));
	if (!json_is_array(statements))
		return keys_of_statement(cx, statements, context, ret);
	for (size_t i = 0; i < json_array_size(statements); i++)
		LG_TRY(keys_of_statement(cx, json_array_get(statements, i), context, ret));
	return LG_OK;
}
