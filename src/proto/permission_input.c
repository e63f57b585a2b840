#include "proto/permission_resource.h"

#include "codec/shape_io.h"
#include "domain/iam/authorize.h"
#include "domain/iam/iam_entity.h"
#include "domain/pool/pool.h"

/* ---- tags of the request ---- */

static const lg_str tag_members[] = { LG_STR_INIT("Tags"), LG_STR_INIT("UserPoolTags"),
	LG_STR_INIT("IdentityPoolTags") };

/* A list of structs with Key and Value, the first two members, both texts. */
static lg_status
tags_of_list(struct lg_ctx *cx, const struct lg_shape *shape, const struct lg_any_list *list,
	struct lg_str_map *ret)
{
	ret->items = lg_new_array(cx, struct lg_str_pair, list->count);
	if (!ret->items)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	const struct lg_shape *tag = shape->member;
	for (size_t i = 0; i < list->count; i++) {
		const char *item = (const char *)list->items + i * tag->size;
		ret->items[i].key = *(const lg_str *)(const void *)(item + tag->fields[0].offset);
		ret->items[i].value = *(const lg_str *)(const void *)(item + tag->fields[1].offset);
	}
	ret->count = list->count;
	return LG_OK;
}

static bool
is_tag_list(const struct lg_shape *shape)
{
	return shape->kind == LG_KIND_LIST && shape->member->kind == LG_KIND_STRUCT &&
	       shape->member->field_count == 2 && lg_str_eq(shape->member->fields[0].name, LG_STR("Key")) &&
	       lg_str_eq(shape->member->fields[1].name, LG_STR("Value"));
}

static lg_status
add_request_tags(struct lg_ctx *cx, struct lg_policy_context *context, const struct lg_call *call)
{
	for (size_t i = 0; i < LG_LEN(tag_members); i++) {
		const struct lg_shape *shape;
		const void *at = lg_input_member(call, tag_members[i], &shape);
		struct lg_str_map tags = { 0 };
		if (!at)
			continue;
		if (is_tag_list(shape))
			LG_TRY(tags_of_list(cx, shape, at, &tags));
		else if (shape->kind == LG_KIND_MAP && shape->member->kind == LG_KIND_STRING)
			tags = *(const struct lg_str_map *)at;
		return lg_context_add_tags(cx, context, "aws:RequestTag/", &tags, true);
	}
	const struct lg_shape *shape;
	const struct lg_str_list *keys = lg_input_member(call, LG_STR("TagKeys"), &shape);
	if (!keys || shape->kind != LG_KIND_LIST || !keys->count)
		return LG_OK;
	return lg_policy_context_add_list(cx, context, LG_STR("aws:TagKeys"), keys->items, keys->count);
}

/* ---- tags of the resource ---- */

static lg_status
add_entity_tags(struct lg_ctx *cx, struct lg_policy_context *context, const struct lg_iam_entity *entity)
{
	struct lg_str_map tags = { .items = lg_new_array(cx, struct lg_str_pair, entity->tag_count) };
	if (!tags.items)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	for (size_t i = 0; i < entity->tag_count; i++)
		tags.items[i] = (struct lg_str_pair){ entity->tags[i].key, entity->tags[i].value };
	tags.count = entity->tag_count;
	LG_TRY(lg_context_add_tags(cx, context, "aws:ResourceTag/", &tags, false));
	return lg_context_add_tags(cx, context, "iam:ResourceTag/", &tags, false);
}

static lg_status
add_pool_tags(struct lg_ctx *cx, struct lg_policy_context *context, const struct lg_call *call)
{
	const lg_str pool_id = lg_input_text(call, LG_STR("UserPoolId"));
	const struct lg_pool *pool;
	if (!lg_str_present(pool_id))
		return LG_OK;
	const lg_status s = lg_pool_find(cx, call->env, pool_id, &pool);
	if (s.code == LG_E_RESOURCE_NOT_FOUND)
		return LG_OK;
	LG_TRY(s);
	return lg_context_add_tags(cx, context, "aws:ResourceTag/", &pool->type->user_pool_tags, false);
}

static lg_status
add_resource_tags(struct lg_ctx *cx, struct lg_policy_context *context, const struct lg_call *call)
{
	const lg_str role = lg_input_text(call, LG_STR("RoleName"));
	const lg_str user = lg_input_text(call, LG_STR("UserName"));
	const struct lg_iam_entity *entity;
	if (call->operation->api == LG_API_IDP)
		return add_pool_tags(cx, context, call);
	if (call->operation->api != LG_API_IAM || (!lg_str_present(role) && !lg_str_present(user)))
		return LG_OK;
	const lg_status s = lg_str_present(role) ? lg_iam_role_find(cx, call->env, role, &entity)
						 : lg_iam_user_find(cx, call->env, user, &entity);
	if (s.code == LG_E_NOT_FOUND)
		return LG_OK;
	LG_TRY(s);
	return add_entity_tags(cx, context, entity);
}

static lg_status
add_text(struct lg_ctx *cx, struct lg_policy_context *context, lg_str name, lg_str value)
{
	return lg_str_present(value) ? lg_policy_context_add(cx, context, name, value) : LG_OK;
}

lg_status
lg_context_add_input(struct lg_ctx *cx, struct lg_policy_context *context, const struct lg_call *call,
	const struct lg_req *rq)
{
	LG_TRY(add_request_tags(cx, context, call));
	LG_TRY(add_resource_tags(cx, context, call));
	LG_TRY(lg_policy_context_add(cx, context, LG_STR("aws:ResourceAccount"), rq->signer.caller.account));
	if (call->operation->api != LG_API_IAM)
		return LG_OK;
	LG_TRY(add_text(cx, context, LG_STR("iam:PolicyARN"), lg_input_text(call, LG_STR("PolicyArn"))));
	return add_text(cx, context, LG_STR("iam:PermissionsBoundary"),
		lg_input_text(call, LG_STR("PermissionsBoundary")));
}

/* ---- roles that are handed over ---- */

struct walk {
	struct lg_ctx *cx;
	struct lg_str_list *roles;
	size_t room;
	bool failed;
};

static void
add_role(struct walk *w, lg_str arn)
{
	if (!lg_str_present(arn) || lg_str_list_has(w->roles, arn))
		return;
	if (w->roles->count == w->room) {
		const size_t room = w->room ? 2 * w->room : 8;
		lg_str *items = lg_new_array(w->cx, lg_str, room);
		if (!items) {
			w->failed = true;
			return;
		}
		for (size_t i = 0; i < w->roles->count; i++)
			items[i] = w->roles->items[i];
		w->roles->items = items;
		w->room = room;
	}
	w->roles->items[w->roles->count++] = arn;
}

static bool
names_role(lg_str member)
{
	return lg_str_eq_nocase(member, LG_STR("RoleArn")) || lg_str_eq(member, LG_STR("SnsCallerArn")) ||
	       lg_str_eq(member, LG_STR("CloudWatchLogsRoleArn"));
}

static void walk_struct(struct walk *w, const struct lg_shape *shape, const void *value);

/* Elements of lists and maps; texts of the map Roles are roles. */
static void
walk_items(struct walk *w, const struct lg_field *field, const struct lg_any_list *list)
{
	const struct lg_shape *shape = field->shape;
	const bool map = shape->kind == LG_KIND_MAP;
	const size_t size = map ? shape->pair_size : shape->member->size;
	for (size_t i = 0; i < list->count; i++) {
		const char *item = (const char *)list->items + i * size + (map ? shape->pair_offset : 0);
		if (shape->member->kind == LG_KIND_STRUCT)
			walk_struct(w, shape->member, item);
		else if (map && shape->member->kind == LG_KIND_STRING &&
			 lg_str_eq(field->name, LG_STR("Roles")))
			add_role(w, *(const lg_str *)(const void *)item);
	}
}

static void
walk_struct(struct walk *w, const struct lg_shape *shape, const void *value)
{
	for (size_t i = 0; i < shape->field_count; i++) {
		const struct lg_field *field = &shape->fields[i];
		const char *at = (const char *)value + field->offset;
		if (!lg_shape_present(field->shape, at))
			continue;
		if (field->shape->kind == LG_KIND_STRUCT)
			walk_struct(w, field->shape, *(void *const *)(const void *)at);
		else if (field->shape->kind == LG_KIND_LIST || field->shape->kind == LG_KIND_MAP)
			walk_items(w, field, (const void *)at);
		else if (field->shape->kind == LG_KIND_STRING && names_role(field->name))
			add_role(w, *(const lg_str *)(const void *)at);
	}
}

lg_status
lg_roles_passed(struct lg_ctx *cx, const struct lg_call *call, struct lg_str_list *ret)
{
	struct walk w = { .cx = cx, .roles = ret };
	*ret = (struct lg_str_list){ 0 };
	if (call->operation->api != LG_API_IDP && call->operation->api != LG_API_IDENTITY)
		return LG_OK;
	walk_struct(&w, call->operation->in, call->in);
	return w.failed ? lg_fail_default(cx, LG_E_NO_MEMORY) : LG_OK;
}
