#include "domain/iam/iam_entity.h"

#include <string.h>

#include "codec/json.h"
#include "domain/iam/iam_item.h"
#include "domain/iam/iam_managed.h"
#include "domain/iam/iam_policy.h"
#include "domain/pool/pool_load.h"

#define TRUST_MAX_BYTES ((size_t)1 << 20)

lg_status
lg_iam_managed_text(struct lg_ctx *cx, struct lg_env *env, lg_str arn, struct lg_iam_policy_text *ret)
{
	const struct lg_managed_policy *own = lg_iam_managed_find(arn);
	if (own) {
		*ret = (struct lg_iam_policy_text){ arn, own->document };
		return LG_OK;
	}
	struct lg_item_row row;
	LG_TRY(lg_iam_policy_row(cx, env, arn, &row));
	const struct lg_rec_iam_policy *policy = row.record;
	const struct lg_rec_iam_version *version = lg_iam_version_find(policy, policy->current.v);
	if (!version)
		return lg_fail(cx, LG_E_INTERNAL, "a managed policy without its default version");
	*ret = (struct lg_iam_policy_text){ arn, version->document };
	return LG_OK;
}

/* ---- whom a trust policy names ---- */

/* The id that an ARN of this account has now; absent when nobody has that ARN. */
static lg_status
id_now(struct lg_ctx *cx, struct lg_env *env, lg_str arn, lg_str *ret)
{
	lg_str path, name;
	const bool role = lg_iam_arn_read(env->settings, LG_STR("role"), arn, &path, &name);
	*ret = LG_STR_NONE;
	if (!role && !lg_iam_arn_read(env->settings, LG_STR("user"), arn, &path, &name))
		return LG_OK;
	struct lg_item_row row;
	const lg_status s = lg_iam_read(cx, env, role ? LG_IAM_ROLE : LG_IAM_USER, name, &row);
	if (s.code == LG_E_NOT_FOUND)
		return LG_OK;
	LG_TRY(s);
	const struct lg_rec_iam_entity *entity = row.record;
	if (lg_str_eq(entity->path, path) && lg_str_eq(entity->name, name))
		*ret = entity->id;
	return LG_OK;
}

/* Those of the bindings that no longer hold. */
static lg_status
lost_bindings(
	struct lg_ctx *cx, struct lg_env *env, const struct lg_rec_iam_entity *role, struct lg_str_map *ret)
{
	ret->items = lg_new_array(cx, struct lg_str_pair, role->bindings.count);
	if (!ret->items)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	for (size_t i = 0; i < role->bindings.count; i++) {
		const struct lg_rec_iam_binding *binding = &role->bindings.items[i];
		lg_str now;
		LG_TRY(id_now(cx, env, binding->arn, &now));
		if (!lg_str_eq(now, binding->id))
			ret->items[ret->count++] = (struct lg_str_pair){ binding->arn, binding->id };
	}
	return LG_OK;
}

/* The tree again, with texts of `map` in place of others. */
static void
write_replaced(struct lg_json *j, const json_t *value, const struct lg_str_map *map)
{
	const char *key;
	size_t len, index;
	json_t *member;
	if (json_is_object(value)) {
		lg_json_open(j, '{');
		json_object_keylen_foreach((json_t *)(uintptr_t)value, key, len, member)
		{
			lg_json_key(j, lg_str_from_bytes(key, len));
			write_replaced(j, member, map);
		}
		lg_json_close(j, '}');
	} else if (json_is_array(value)) {
		lg_json_open(j, '[');
		json_array_foreach(value, index, member)
			write_replaced(j, member, map);
		lg_json_close(j, ']');
	} else {
		const lg_str other =
			json_is_string(value) ? lg_str_map_get(map, lg_json_text(value)) : LG_STR_NONE;
		if (lg_str_present(other))
			lg_json_str(j, other);
		else
			lg_json_tree(j, value);
	}
}

lg_status
lg_iam_trust_text(struct lg_ctx *cx, struct lg_env *env, const struct lg_rec_iam_entity *role, lg_str *ret)
{
	struct lg_str_map lost = { 0 };
	LG_TRY(lost_bindings(cx, env, role, &lost));
	if (!lost.count) {
		*ret = role->trust;
		return LG_OK;
	}
	json_t *tree;
	LG_TRY(lg_json_parse(cx, role->trust, &tree));
	struct lg_json *j = lg_json_new(cx, TRUST_MAX_BYTES);
	write_replaced(j, tree, &lost);
	return lg_json_finish(cx, j, ret);
}

/* ---- snapshots ---- */

static lg_status
load_policies(struct lg_ctx *cx, struct lg_env *env, const struct lg_rec_iam_entity *record,
	struct lg_iam_entity *entity)
{
	struct lg_iam_policy_text *policies =
		lg_new_array(cx, struct lg_iam_policy_text, record->inside.count + record->attached.count);
	if (!policies)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	size_t count = 0;
	for (size_t i = 0; i < record->inside.count; i++)
		policies[count++] = (struct lg_iam_policy_text){ record->inside.items[i].name,
			record->inside.items[i].document };
	for (size_t i = 0; i < record->attached.count; i++) {
		const lg_status s =
			lg_iam_managed_text(cx, env, record->attached.items[i], &policies[count]);
		if (s.code == LG_E_NOT_FOUND)
			continue;
		LG_TRY(s);
		count++;
	}
	entity->policies = policies;
	entity->policy_count = count;
	return LG_OK;
}

static lg_status
load_boundary(struct lg_ctx *cx, struct lg_env *env, const struct lg_rec_iam_entity *record,
	struct lg_iam_entity *entity)
{
	entity->has_boundary = lg_str_present(record->boundary);
	if (!entity->has_boundary)
		return LG_OK;
	const lg_status s = lg_iam_managed_text(cx, env, record->boundary, &entity->boundary);
	if (s.code != LG_E_NOT_FOUND)
		return s;
	entity->boundary = (struct lg_iam_policy_text){ .name = record->boundary };
	return LG_OK;
}

lg_status
lg_iam_entity_load(
	struct lg_ctx *cx, struct lg_env *env, lg_str kind, lg_str key, const struct lg_iam_entity **ret)
{
	struct lg_iam_entity *entity = lg_new(cx, struct lg_iam_entity);
	if (!entity)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	struct lg_item_row row;
	LG_TRY(lg_iam_read(cx, env, kind, key, &row));
	const struct lg_rec_iam_entity *record = row.record;
	*entity = (struct lg_iam_entity){
		.is_role = lg_str_eq(kind, LG_IAM_ROLE),
		.name = record->name,
		.path = record->path,
		.id = record->id,
		.max_session_s = record->max_session.v,
		.tags = record->tags.items,
		.tag_count = record->tags.count,
	};
	LG_TRY(lg_iam_arn(cx, env->settings, entity->is_role ? "role" : "user", entity->path, entity->name,
		&entity->arn));
	if (entity->is_role)
		LG_TRY(lg_iam_trust_text(cx, env, record, &entity->trust));
	LG_TRY(load_policies(cx, env, record, entity));
	LG_TRY(load_boundary(cx, env, record, entity));
	*ret = entity;
	return LG_OK;
}

static lg_status
find(struct lg_ctx *cx, struct lg_env *env, enum lg_snapshot_kind kind, lg_str name,
	const struct lg_iam_entity **ret)
{
	const struct lg_snapshot *snapshot;
	lg_str key;
	LG_TRY(lg_str_lower(cx, name, &key));
	LG_TRY(lg_snapshot_find(cx, env, kind, key, &snapshot));
	*ret = snapshot->entity;
	return LG_OK;
}

lg_status
lg_iam_role_find(struct lg_ctx *cx, struct lg_env *env, lg_str name, const struct lg_iam_entity **ret)
{
	return find(cx, env, LG_SNAPSHOT_IAM_ROLE, name, ret);
}

lg_status
lg_iam_user_find(struct lg_ctx *cx, struct lg_env *env, lg_str name, const struct lg_iam_entity **ret)
{
	return find(cx, env, LG_SNAPSHOT_IAM_USER, name, ret);
}
