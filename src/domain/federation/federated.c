#include "domain/federation/federated.h"

#include <string.h>

#include "codec/text.h"
#include "domain/auth/sign_up_triggers.h"
#include "domain/federation/federated_attributes.h"
#include "domain/federation/federated_triggers.h"
#include "domain/pool/provider_details.h"
#include "domain/user/group.h"
#include "domain/user/provider_link.h"
#include "domain/user/user_edit.h"

#define NAME_MAX 128
#define PARTS (LG_PART_PROFILE | LG_PART_CREDENTIAL | LG_PART_MFA)

typedef struct lg_idp_provider_user_identifier_type identifier;

/* One sign-in. */
struct arrival {
	const struct lg_upstream *up;
	const struct lg_upstream_person *person;
	const struct lg_client *client;
	identifier self; /* who he is there */
};

static lg_status
refuse(struct lg_ctx *cx, const char *text)
{
	return lg_fail(cx, LG_E_OAUTH_INVALID_REQUEST, "%s", text);
}

/* ---- who is it? ---- */

/* Linked by another claim, until now: `*ret_link` names it. LG_E_NOT_FOUND. */
static lg_status
find_by_claim(struct lg_ctx *cx, struct lg_env *env, const struct arrival *a, struct lg_user **ret,
	identifier *ret_link)
{
	const struct lg_str_map *mapping = &a->up->type->attribute_mapping;
	const bool social = lg_provider_type_of(a->up->kind->type)->social;
	for (size_t i = 0; !social && i < mapping->count; i++) {
		identifier link = { .provider_name = a->up->name,
			.provider_attribute_name = mapping->items[i].key };
		LG_TRY(lg_upstream_claim(
			cx, a->person, mapping->items[i].value, &link.provider_attribute_value));
		if (lg_str_empty(link.provider_attribute_value))
			continue;
		const lg_status s = lg_provider_link_owner(cx, env, a->up->pool, &link, PARTS, ret);
		*ret_link = link;
		if (s.code != LG_E_NOT_FOUND)
			return s;
	}
	return LG_STATUS(LG_E_NOT_FOUND);
}

/* `*ret_link` is how he is linked now. LG_E_NOT_FOUND: he comes for the first time. */
static lg_status
find(struct lg_ctx *cx, struct lg_env *env, const struct arrival *a, struct lg_user **ret,
	identifier *ret_link)
{
	*ret_link = a->self;
	const lg_status s = lg_provider_link_owner(cx, env, a->up->pool, &a->self, PARTS, ret);
	return s.code == LG_E_NOT_FOUND ? find_by_claim(cx, env, a, ret, ret_link) : s;
}

/* ---- he was here before, or was expected ---- */

/* Attributes of before this sign-in, that a batch writes only when something changed. */
static bool
same_profile(const struct lg_idp_attribute_list_type *a, const struct lg_idp_attribute_list_type *b)
{
	bool same = a->count == b->count;
	for (size_t i = 0; same && i < a->count; i++)
		same = lg_str_eq(a->items[i].name, b->items[i].name)
			&& lg_str_eq(a->items[i].value, b->items[i].value);
	return same;
}

/* The list's items are edited in place. */
static lg_status
copy(struct lg_ctx *cx, const struct lg_idp_attribute_list_type *list,
	struct lg_idp_attribute_list_type *ret)
{
	*ret = *list;
	ret->items = lg_new_array(cx, struct lg_idp_attribute_type, list->count + 1);
	if (!ret->items)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	if (list->count)
		memcpy(ret->items, list->items, list->count * sizeof(*list->items));
	return LG_OK;
}

static lg_status
update(struct lg_ctx *cx, struct lg_env *env, const struct arrival *a, struct lg_user *user,
	const identifier *link)
{
	struct lg_idp_attribute_list_type former;
	struct lg_user_names before;
	const bool expected = !lg_str_eq(link->provider_attribute_name, LG_LINK_SUBJECT);
	LG_TRY(copy(cx, &user->row.profile.attributes, &former));
	LG_TRY(lg_user_names(cx, env, a->up->pool, user, &before));
	if (expected)
		LG_TRY(lg_provider_link_name(cx, user, link, a->self.provider_attribute_value));
	LG_TRY(lg_federated_attributes_set(cx, a->up, a->person, a->client, false, user));
	if (!expected && same_profile(&former, &user->row.profile.attributes))
		return LG_OK;
	struct lg_batch *batch;
	LG_TRY(lg_store_batch(env->store, cx, &batch));
	LG_TRY(lg_user_write_names(batch, cx, env, a->up->pool, user, &before));
	lg_store_user_update(batch, &user->row, LG_PART_PROFILE);
	return lg_user_commit(cx, batch);
}

static lg_status
come_back(struct lg_ctx *cx, struct lg_env *env, const struct arrival *a, struct lg_user *user,
	const identifier *link)
{
	if (!user->row.enabled)
		return refuse(cx, "User is not enabled");
	LG_TRY(lg_federated_pre_authentication(cx, env, a->up->pool, a->client, user));
	LG_TRY(update(cx, env, a, user, link));
	return lg_federated_post_authentication(cx, env, a->up->pool, a->client, user);
}

/* ---- he comes for the first time ---- */

static lg_status
name_of(struct lg_ctx *cx, const struct arrival *a, lg_str *ret)
{
	LG_TRY(lg_str_fmt(cx, ret, "%.*s_%.*s", LG_FMT(a->up->name), LG_FMT(a->person->subject)));
	LG_TRY(lg_name_canonical(cx, a->up->pool, LG_KEY_USERNAME, *ret, ret));
	if (lg_text_utf16_len(*ret) > NAME_MAX)
		return refuse(cx, "1 validation error detected: Value at 'userName' failed to satisfy "
				  "constraint: Member must have length less than or equal to 128");
	return LG_OK;
}

/* His name may be somebody's: of a user of the pool, or of one whose subject differs in case only. */
static lg_status
check_free(struct lg_ctx *cx, struct lg_env *env, const struct arrival *a, lg_str name)
{
	struct lg_user *other;
	const lg_status s = lg_user_find(cx, env, a->up->pool, name, 0, &other);
	if (s.code == LG_E_NOT_FOUND)
		return LG_OK;
	LG_TRY(s);
	return lg_fail(cx, LG_E_OAUTH_INVALID_REQUEST, "Already found an entry for username %.*s",
		LG_FMT(name));
}

static lg_status
make(struct lg_ctx *cx, struct lg_env *env, const struct arrival *a, lg_str name, struct lg_user **ret)
{
	struct lg_user *user;
	LG_TRY(lg_user_make(cx, env, a->up->pool, name, LG_USER_EXTERNAL_PROVIDER, NULL, &user));
	/* Where addresses are the user names, his is his own all the same. */
	user->username = name;
	user->row.profile.username = name;
	user->row.profile.federated = (struct lg_opt_bool){ true, true };
	const struct lg_rec_link link = {
		.provider = a->up->name,
		.provider_type = a->up->kind->type,
		.attribute = LG_LINK_SUBJECT,
		.value = a->person->subject,
		.primary = { true, true },
		.created = { true, cx->now },
	};
	LG_TRY(lg_provider_link_add(cx, user, &link));
	LG_TRY(lg_federated_attributes_set(cx, a->up, a->person, a->client, true, user));
	*ret = user;
	return LG_OK;
}

static lg_status
write_new(struct lg_ctx *cx, struct lg_env *env, const struct arrival *a, const struct lg_user *user)
{
	struct lg_batch *batch;
	LG_TRY(lg_store_batch(env->store, cx, &batch));
	lg_store_user_insert(batch, &user->row);
	LG_TRY(lg_user_write_names(batch, cx, env, a->up->pool, user, &(struct lg_user_names){ 0 }));
	LG_TRY(lg_group_join_of_provider(cx, env, a->up->pool, batch, user, a->up->name));
	return lg_user_commit(cx, batch);
}

static lg_status
arrive(struct lg_ctx *cx, struct lg_env *env, const struct arrival *a, struct lg_user **ret)
{
	lg_str name;
	struct lg_user *user;
	bool unused; /* he is confirmed by where he comes from */
	const struct lg_pre_sign_up ask = { .client = a->client, .external = true };
	LG_TRY(name_of(cx, a, &name));
	LG_TRY(check_free(cx, env, a, name));
	LG_TRY(make(cx, env, a, name, &user));
	LG_TRY(lg_pre_sign_up(cx, env, a->up->pool, &ask, user, &unused));
	LG_TRY(write_new(cx, env, a, user));
	/* As he is stored, a member of his group. */
	LG_TRY(lg_user_find_uid(cx, env, a->up->pool, user->row.uid, PARTS, ret));
	return lg_post_confirmation(
		cx, env, a->up->pool, a->client, *ret, LG_OCCASION_CONFIRM, NULL);
}

/* ---- the whole ---- */

/* What the application is told by its own name for it (spec/oauth-endpoints.md 3). */
static lg_status
told(struct lg_ctx *cx, lg_status s)
{
	static const int codes[] = { LG_E_USER_LAMBDA_VALIDATION, LG_E_UNEXPECTED_LAMBDA,
		LG_E_INVALID_LAMBDA_RESPONSE, LG_E_INVALID_PARAMETER, LG_E_NOT_AUTHORIZED,
		LG_E_ALIAS_EXISTS };
	for (size_t i = 0; i < LG_LEN(codes); i++) {
		if (s.code != codes[i])
			continue;
		const lg_str text = lg_failure_text(cx, s.code);
		return lg_fail(cx, LG_E_OAUTH_INVALID_REQUEST, "%.*s", LG_FMT(text));
	}
	return s;
}

lg_status
lg_federated_sign_in(struct lg_ctx *cx, struct lg_env *env, const struct lg_upstream *up,
	const struct lg_upstream_person *person, const struct lg_client *client, struct lg_user **ret)
{
	const struct arrival a = {
		.up = up,
		.person = person,
		.client = client,
		.self = { .provider_name = up->name,
			.provider_attribute_name = LG_LINK_SUBJECT,
			.provider_attribute_value = person->subject },
	};
	identifier link;
	LG_TRY(lg_federated_triggers_check(cx, env, up->pool));
	const lg_status s = find(cx, env, &a, ret, &link);
	if (s.code == LG_E_NOT_FOUND)
		return told(cx, arrive(cx, env, &a, ret));
	LG_TRY(s);
	return told(cx, come_back(cx, env, &a, *ret, &link));
}
