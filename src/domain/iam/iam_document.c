#include "domain/iam/iam_document.h"

#include "codec/uri.h"
#include "domain/iam/iam_item.h"
#include "policy/cache.h"

lg_status
lg_iam_document_check(struct lg_ctx *cx, struct lg_env *env, lg_str document)
{
	const struct lg_policy *policy;
	return lg_policy_cache_get(cx, env->policies, LG_POLICY_IDENTITY, document, &policy);
}

lg_status
lg_iam_document_show(struct lg_ctx *cx, lg_str document, lg_str *ret)
{
	return lg_uri_encode(cx, document, false, ret);
}

/* ---- trust ---- */

struct binder {
	struct lg_ctx *cx;
	struct lg_env *env;
	struct lg_rec_iam_binding_list *bindings;
};

static lg_status
invalid_principal(struct lg_ctx *cx, lg_str arn)
{
	return lg_fail(cx, LG_E_MALFORMED_POLICY_DOCUMENT, "Invalid principal in policy: \"AWS\":\"%.*s\"",
		LG_FMT(arn));
}

static lg_status
bind_one(struct binder *b, lg_str arn)
{
	const struct lg_settings *settings = b->env->settings;
	lg_str path, name;
	struct lg_item_row row;
	const bool role = lg_iam_arn_read(settings, LG_STR("role"), arn, &path, &name);
	if (!role && !lg_iam_arn_read(settings, LG_STR("user"), arn, &path, &name))
		return LG_OK;
	for (size_t i = 0; i < b->bindings->count; i++)
		if (lg_str_eq(b->bindings->items[i].arn, arn))
			return LG_OK;
	const lg_status s = lg_iam_read(b->cx, b->env, role ? LG_IAM_ROLE : LG_IAM_USER, name, &row);
	if (s.code == LG_E_NOT_FOUND)
		return invalid_principal(b->cx, arn);
	LG_TRY(s);
	const struct lg_rec_iam_entity *entity = row.record;
	if (!lg_str_eq(entity->path, path) || !lg_str_eq(entity->name, name))
		return invalid_principal(b->cx, arn);
	b->bindings->items[b->bindings->count++] =
		(struct lg_rec_iam_binding){ .arn = arn, .id = entity->id };
	return LG_OK;
}

/* One value or a list of them. */
static const json_t *
value_at(const json_t *value, size_t index)
{
	return json_is_array(value) ? json_array_get(value, index) : value;
}

static size_t
value_count(const json_t *value)
{
	return json_is_array(value) ? json_array_size(value) : value != NULL;
}

static const json_t *
aws_principals(const json_t *statements, size_t index)
{
	const json_t *principal = lg_json_member(value_at(statements, index), LG_STR("Principal"));
	return json_is_object(principal) ? lg_json_member(principal, LG_STR("AWS")) : NULL;
}

static lg_status
bind_all(struct binder *b, const json_t *statements)
{
	size_t room = 0;
	for (size_t i = 0; i < value_count(statements); i++)
		room += value_count(aws_principals(statements, i));
	b->bindings->items = lg_new_array(b->cx, struct lg_rec_iam_binding, room);
	if (!b->bindings->items)
		return lg_fail_default(b->cx, LG_E_NO_MEMORY);
	for (size_t i = 0; i < value_count(statements); i++) {
		const json_t *names = aws_principals(statements, i);
		for (size_t k = 0; k < value_count(names); k++)
			LG_TRY(bind_one(b, lg_json_text(value_at(names, k))));
	}
	b->bindings->has = b->bindings->count > 0;
	return LG_OK;
}

lg_status
lg_iam_trust_set(struct lg_ctx *cx, struct lg_env *env, lg_str document, struct lg_rec_iam_entity *role)
{
	const struct lg_policy *policy;
	json_t *tree;
	LG_TRY(lg_policy_cache_get(cx, env->policies, LG_POLICY_TRUST, document, &policy));
	LG_TRY(lg_policy_check_tenancy(cx, policy));
	if (lg_policy_size(document) > LG_POLICY_MAX_TRUST)
		return lg_fail(cx, LG_E_ENTITY_LIMIT_EXCEEDED, "Cannot exceed quota for ACLSizePerRole: %zu",
			LG_POLICY_MAX_TRUST);
	LG_TRY(lg_json_parse(cx, document, &tree));
	struct lg_rec_iam_binding_list bindings = { 0 };
	struct binder b = { .cx = cx, .env = env, .bindings = &bindings };
	LG_TRY(bind_all(&b, lg_json_member(tree, LG_STR("Statement"))));
	role->trust = document;
	role->bindings = bindings;
	return LG_OK;
}
