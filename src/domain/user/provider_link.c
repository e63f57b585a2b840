#include "domain/user/provider_link.h"

#include <string.h>

#include "codec/json.h"
#include "domain/message/code.h"
#include "domain/pool/identity_provider.h"
#include "domain/pool/provider_details.h"
#include "domain/quota.h"
#include "domain/user/user_admin.h"

#define VALUE_MAX 2048
#define JSON_MAX ((size_t)1 << 20)

typedef struct lg_idp_provider_user_identifier_type identifier;

static bool
is_of_pool(lg_str provider)
{
	return lg_str_eq_nocase(provider, LG_STR("Cognito"));
}

static lg_status
check_given(struct lg_ctx *cx, const char *who, lg_str name, lg_str value)
{
	if (lg_str_empty(value))
		return lg_fail(cx, LG_E_INVALID_PARAMETER, "%s.%.*s is missing.", who, LG_FMT(name));
	return LG_OK;
}

/* The attribute of a destination is ignored. */
static lg_status
check_identifier(struct lg_ctx *cx, const char *who, const identifier *id, bool attribute_too)
{
	LG_TRY(check_given(cx, who, LG_STR("ProviderName"), id->provider_name));
	LG_TRY(check_given(cx, who, LG_STR("ProviderAttributeValue"), id->provider_attribute_value));
	if (attribute_too)
		LG_TRY(check_given(cx, who, LG_STR("ProviderAttributeName"), id->provider_attribute_name));
	if (id->provider_attribute_value.len > VALUE_MAX)
		return lg_fail(cx, LG_E_INVALID_PARAMETER, "%s.ProviderAttributeValue is too long.", who);
	return LG_OK;
}

/* A person who came from a provider on his own is named so (spec/federation.md 3). */
static lg_status
name_of(struct lg_ctx *cx, const identifier *id, lg_str *ret)
{
	if (is_of_pool(id->provider_name)) {
		*ret = id->provider_attribute_value;
		return LG_OK;
	}
	return lg_str_fmt(cx, ret, "%.*s_%.*s", LG_FMT(id->provider_name),
		LG_FMT(id->provider_attribute_value));
}

/* ---- the links of a user ---- */

static size_t
find(const struct lg_user *user, const identifier *id)
{
	const struct lg_rec_link_list *links = &user->row.profile.links;
	size_t at = 0;
	while (at < links->count
		&& !(lg_str_eq(links->items[at].provider, id->provider_name)
			&& lg_str_eq(links->items[at].attribute, id->provider_attribute_name)
			&& lg_str_eq(links->items[at].value, id->provider_attribute_value)))
		at++;
	return at;
}

lg_status
lg_provider_link_owner(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	const identifier *id, unsigned parts, struct lg_user **ret)
{
	lg_str name;
	unsigned char digest[16];
	unsigned char uid[LG_UID_SIZE];
	enum lg_key_kind kind;
	struct lg_user *user;
	LG_TRY(lg_link_name(cx, id->provider_name, id->provider_attribute_name,
		id->provider_attribute_value, &name));
	LG_TRY(lg_name_digest(cx, env, pool, LG_KEY_PROVIDER, name, digest));
	LG_TRY(lg_store_key_find(env->store, cx, pool->pool, digest, &kind, uid));
	LG_TRY(lg_user_find_uid(cx, env, pool, uid, parts, &user));
	/* It may have been removed between the two reads. */
	if (find(user, id) == user->row.profile.links.count)
		return lg_fail_default(cx, LG_E_NOT_FOUND);
	*ret = user;
	return LG_OK;
}

static lg_status
write_identities(struct lg_ctx *cx, const struct lg_rec_link_list *links, lg_str *ret)
{
	struct lg_json *j = lg_json_new(cx, JSON_MAX);
	lg_json_open(j, '[');
	for (size_t i = 0; i < links->count; i++) {
		const struct lg_rec_link *link = &links->items[i];
		lg_json_open(j, '{');
		lg_json_pair_str(j, LG_STR("userId"), link->value);
		lg_json_pair_str(j, LG_STR("providerName"), link->provider);
		lg_json_pair_str(j, LG_STR("providerType"), link->provider_type);
		lg_json_key(j, LG_STR("issuer"));
		if (lg_str_present(link->issuer))
			lg_json_str(j, link->issuer);
		else
			lg_json_null(j);
		lg_json_pair_bool(j, LG_STR("primary"), link->primary.v);
		lg_json_pair_int(j, LG_STR("dateCreated"), link->created.v.ms);
		lg_json_close(j, '}');
	}
	lg_json_close(j, ']');
	return lg_json_finish(cx, j, ret);
}

/* These in place of those that he had. */
static lg_status
set_links(struct lg_ctx *cx, struct lg_user *user, const struct lg_rec_link_list *links)
{
	lg_str identities = LG_STR_NONE;
	user->row.profile.links = *links;
	if (links->count)
		LG_TRY(write_identities(cx, links, &identities));
	return lg_user_set_attribute(cx, user, LG_STR("identities"), identities);
}

static lg_status
write_links(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool, struct lg_user *user,
	const struct lg_rec_link_list *links)
{
	struct lg_user_names before;
	LG_TRY(lg_user_names(cx, env, pool, user, &before));
	LG_TRY(set_links(cx, user, links));

	struct lg_batch *batch;
	LG_TRY(lg_store_batch(env->store, cx, &batch));
	LG_TRY(lg_user_write_names(batch, cx, env, pool, user, &before));
	lg_store_user_update(batch, &user->row, LG_PART_PROFILE);
	return lg_store_commit(batch);
}

/* `*ret` has room for one more. */
static lg_status
copy_links(struct lg_ctx *cx, const struct lg_rec_link_list *links, struct lg_rec_link_list *ret)
{
	*ret = (struct lg_rec_link_list){
		.items = lg_new_array(cx, struct lg_rec_link, links->count + 1),
		.count = links->count,
		.has = true,
	};
	if (!ret->items)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	if (links->count)
		memcpy(ret->items, links->items, links->count * sizeof(*links->items));
	return LG_OK;
}

lg_status
lg_provider_link_add(struct lg_ctx *cx, struct lg_user *user, const struct lg_rec_link *link)
{
	struct lg_rec_link_list links;
	LG_TRY(copy_links(cx, &user->row.profile.links, &links));
	links.items[links.count++] = *link;
	return set_links(cx, user, &links);
}

lg_status
lg_provider_link_name(struct lg_ctx *cx, struct lg_user *user, const identifier *id, lg_str subject)
{
	struct lg_rec_link_list links;
	LG_TRY(copy_links(cx, &user->row.profile.links, &links));
	const size_t at = find(user, id);
	if (at == links.count)
		return LG_STATUS(LG_E_NOT_FOUND);
	links.items[at].attribute = LG_LINK_SUBJECT;
	links.items[at].value = subject;
	return set_links(cx, user, &links);
}

/* ---- link ---- */

static lg_status
find_provider(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool, lg_str name,
	const struct lg_rec_identity_provider **ret)
{
	const lg_status s = lg_provider_find(cx, env, pool, name, ret);
	if (s.code != LG_E_NOT_FOUND)
		return s;
	return lg_fail(
		cx, LG_E_RESOURCE_NOT_FOUND, "Identity provider %.*s does not exist.", LG_FMT(name));
}

/* Another claim than the subject is compared as the attribute that it is mapped to. */
static lg_status
check_attribute(struct lg_ctx *cx, const struct lg_rec_identity_provider *provider, lg_str attribute)
{
	const struct lg_idp_identity_provider_type *type = provider->type;
	if (lg_str_eq(attribute, LG_LINK_SUBJECT))
		return LG_OK;
	if (lg_provider_type_of(type->provider_type)->social)
		return lg_fail(cx, LG_E_INVALID_PARAMETER,
			"SourceUser.ProviderAttributeName must be Cognito_Subject for a provider of type "
			"%.*s.",
			LG_FMT(type->provider_type));
	if (!lg_str_present(lg_str_map_get(&type->attribute_mapping, attribute)))
		return lg_fail(cx, LG_E_INVALID_PARAMETER,
			"SourceUser.ProviderAttributeName must be Cognito_Subject or an attribute that the "
			"provider maps.");
	return LG_OK;
}

static lg_status
check_source(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool, const struct lg_user *user,
	const identifier *source)
{
	struct lg_user *owner = NULL;
	const lg_status linked = lg_provider_link_owner(cx, env, pool, source, 0, &owner);
	if (lg_failed(linked) && linked.code != LG_E_NOT_FOUND)
		return linked;
	if (owner && lg_str_eq(owner->sub, user->sub))
		return lg_fail(
			cx, LG_E_INVALID_PARAMETER, "SourceUser is already linked to DestinationUser");

	lg_str name;
	LG_TRY(name_of(cx, source, &name));
	lg_status there = LG_STATUS(LG_E_NOT_FOUND);
	if (!owner && lg_str_eq(source->provider_attribute_name, LG_LINK_SUBJECT))
		there = lg_user_find(cx, env, pool, name, 0, &owner);
	if (!lg_failed(there) || owner)
		return lg_fail(cx, LG_E_INVALID_PARAMETER,
			"Merging is not currently supported, provide a SourceUser that has not been signed "
			"up in order to link");
	return there.code == LG_E_NOT_FOUND ? LG_OK : there;
}

/* What comes from the provider would have to overwrite it, and can't. */
static lg_status
check_immutable(struct lg_ctx *cx, const struct lg_pool *pool, const struct lg_user *user)
{
	const struct lg_idp_attribute_list_type *attributes = &user->row.profile.attributes;
	for (size_t i = 0; i < attributes->count; i++) {
		const lg_str name = attributes->items[i].name;
		const struct lg_idp_schema_attribute_type *schema = lg_pool_attribute(pool, name);
		const bool custom =
			lg_str_starts(name, LG_STR("custom:")) || lg_str_starts(name, LG_STR("dev:"));
		if (custom && schema && !schema->mutable.v)
			return lg_fail(cx, LG_E_INVALID_PARAMETER,
				"user.%.*s: Attribute cannot be updated.", LG_FMT(name));
	}
	return LG_OK;
}

lg_status
lg_provider_link(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	const struct lg_idp_admin_link_provider_for_user_request *in)
{
	const identifier *source = in->source_user;
	LG_TRY(check_identifier(cx, "DestinationUser", in->destination_user, false));
	LG_TRY(check_identifier(cx, "SourceUser", source, true));
	if (is_of_pool(source->provider_name))
		return lg_fail(
			cx, LG_E_INVALID_PARAMETER, "SourceUser must be a user of an identity provider.");
	const struct lg_rec_identity_provider *provider;
	LG_TRY(find_provider(cx, env, pool, source->provider_name, &provider));
	LG_TRY(check_attribute(cx, provider, source->provider_attribute_name));

	lg_str name;
	struct lg_user *user;
	LG_TRY(name_of(cx, in->destination_user, &name));
	LG_TRY(lg_user_find_named(cx, env, pool, name, 0, &user));
	LG_TRY(check_source(cx, env, pool, user, source));
	LG_TRY(check_immutable(cx, pool, user));

	const struct lg_rec_link_list *old = &user->row.profile.links;
	LG_TRY(lg_quota_check(cx, env, LG_QUOTA_LINKED_IDENTITIES, (int64_t)old->count + 1));
	struct lg_rec_link_list links;
	LG_TRY(copy_links(cx, old, &links));
	links.items[links.count++] = (struct lg_rec_link){
		.provider = source->provider_name,
		.provider_type = provider->type->provider_type,
		.attribute = source->provider_attribute_name,
		.value = source->provider_attribute_value,
		.issuer = provider->entity_id,
		.primary = { true, false },
		.created = { true, cx->now },
	};
	return write_links(cx, env, pool, user, &links);
}

/* ---- disable ---- */

static lg_status
disable_password(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool, const identifier *id)
{
	if (!lg_str_eq(id->provider_attribute_name, LG_LINK_SUBJECT))
		return lg_fail(cx, LG_E_INVALID_PARAMETER,
			"User.ProviderAttributeName must be Cognito_Subject for a user of the pool.");
	struct lg_user *user;
	LG_TRY(lg_user_find_named(
		cx, env, pool, id->provider_attribute_value, LG_PART_CREDENTIAL, &user));
	if (user->row.status == LG_USER_EXTERNAL_PROVIDER && lg_str_empty(user->row.credential.sealed))
		return LG_OK;
	user->row.status = LG_USER_EXTERNAL_PROVIDER;
	user->row.credential = (struct lg_rec_credential){ 0 };
	struct lg_batch *batch;
	LG_TRY(lg_store_batch(env->store, cx, &batch));
	lg_code_drop(batch, user, LG_CODE_FORGOT);
	lg_store_user_update(batch, &user->row, LG_PART_CREDENTIAL);
	return lg_store_commit(batch);
}

lg_status
lg_provider_disable(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	const struct lg_idp_admin_disable_provider_for_user_request *in)
{
	const identifier *id = in->user;
	LG_TRY(check_identifier(cx, "User", id, true));
	if (is_of_pool(id->provider_name))
		return disable_password(cx, env, pool, id);

	struct lg_user *user;
	const lg_status s = lg_provider_link_owner(cx, env, pool, id, 0, &user);
	if (s.code == LG_E_NOT_FOUND)
		return lg_fail_default(cx, LG_E_USER_NOT_FOUND);
	LG_TRY(s);
	struct lg_rec_link_list links = user->row.profile.links;
	struct lg_rec_link *items = lg_new_array(cx, struct lg_rec_link, links.count);
	if (!items)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	const size_t at = find(user, id);
	memcpy(items, links.items, at * sizeof(*items));
	memcpy(items + at, links.items + at + 1, (links.count - at - 1) * sizeof(*items));
	links.items = items;
	links.count--;
	return write_links(cx, env, pool, user, &links);
}
