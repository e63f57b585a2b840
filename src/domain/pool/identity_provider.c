#include "domain/pool/identity_provider.h"

#include "domain/page.h"
#include "domain/pool/provider_details.h"
#include "domain/pool/provider_mapping.h"
#include "domain/quota.h"
#include "domain/user/group.h"

#define KIND LG_STR("identity_provider")
#define SHAPE (&lg_shape_rec_identity_provider)
#define IDENTIFIER_KIND LG_STR("idp_identifier")
#define IDENTIFIER_SHAPE (&lg_shape_rec_idp_identifier)
#define PAGE_MAX 60

typedef struct lg_idp_identity_provider_type provider_type;

static lg_status
read_row(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool, lg_str name,
	struct lg_item_row *ret)
{
	lg_status s = lg_store_item_read(env->store, cx, pool->pool, KIND, name, SHAPE, ret);
	if (s.code == LG_E_NOT_FOUND)
		return lg_fail(cx, LG_E_RESOURCE_NOT_FOUND, "Identity provider %.*s does not exist.",
			LG_FMT(name));
	return s;
}

static lg_status
show(struct lg_ctx *cx, const struct lg_pool *pool, const struct lg_item_row *row, provider_type **ret)
{
	const struct lg_rec_identity_provider *record = row->record;
	provider_type *shown = lg_new(cx, provider_type);
	if (!shown)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	*shown = *record->type;
	shown->user_pool_id = pool->id;
	shown->provider_name = row->name;
	shown->attribute_mapping.has = true;
	shown->idp_identifiers.has = true;
	shown->creation_date = (struct lg_opt_time){ true, row->created };
	shown->last_modified_date = (struct lg_opt_time){ true, row->modified };
	LG_TRY(lg_provider_details_show(cx, &record->type->provider_details, &shown->provider_details));
	*ret = shown;
	return LG_OK;
}

/* ---- identifiers ---- */

static lg_status
check_once(struct lg_ctx *cx, const struct lg_str_list *identifiers)
{
	for (size_t i = 0; i < identifiers->count; i++)
		for (size_t k = 0; k < i; k++)
			if (lg_str_eq(identifiers->items[i], identifiers->items[k]))
				return lg_fail(cx, LG_E_INVALID_PARAMETER, "Identifier %.*s is named twice.",
					LG_FMT(identifiers->items[i]));
	return LG_OK;
}

static lg_status
release(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool, struct lg_batch *batch,
	lg_str identifier)
{
	struct lg_item_row row;
	LG_TRY(lg_store_item_read(
		env->store, cx, pool->pool, IDENTIFIER_KIND, identifier, IDENTIFIER_SHAPE, &row));
	lg_store_item_delete(batch, &row);
	return LG_OK;
}

static lg_status
claim(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool, struct lg_batch *batch,
	lg_str identifier, lg_str provider)
{
	struct lg_item_row row;
	const lg_status s = lg_store_item_read(
		env->store, cx, pool->pool, IDENTIFIER_KIND, identifier, IDENTIFIER_SHAPE, &row);
	if (!lg_failed(s))
		return lg_fail(cx, LG_E_INVALID_PARAMETER,
			"Identifier %.*s belongs to another identity provider.", LG_FMT(identifier));
	if (s.code != LG_E_NOT_FOUND)
		return s;
	struct lg_rec_idp_identifier record = { .provider = provider };
	row = (struct lg_item_row){
		.pool = pool->pool, .kind = IDENTIFIER_KIND, .name = identifier, .record = &record
	};
	lg_store_item_insert(batch, &row, IDENTIFIER_SHAPE);
	return LG_OK;
}

/* The provider had `old` and gets `new`. */
static lg_status
write_identifiers(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool, struct lg_batch *batch,
	lg_str provider, const struct lg_str_list *old, const struct lg_str_list *new)
{
	for (size_t i = 0; i < old->count; i++)
		if (!lg_str_list_has(new, old->items[i]))
			LG_TRY(release(cx, env, pool, batch, old->items[i]));
	for (size_t i = 0; i < new->count; i++)
		if (!lg_str_list_has(old, new->items[i]))
			LG_TRY(claim(cx, env, pool, batch, new->items[i], provider));
	return LG_OK;
}

/* ---- create ---- */

/* A pool has one provider of each social type, and everybody knows which one is meant. */
static lg_status
check_name(struct lg_ctx *cx, const struct lg_provider_type *type, lg_str name)
{
	if (type->social && !lg_str_eq(type->name, name))
		return lg_fail(cx, LG_E_INVALID_PARAMETER,
			"The name of a provider of type %.*s must be %.*s.", LG_FMT(type->name),
			LG_FMT(type->name));
	if (!type->social && lg_provider_name_is_reserved(name))
		return lg_fail(cx, LG_E_INVALID_PARAMETER,
			"A provider of type %.*s can't be named %.*s.", LG_FMT(type->name), LG_FMT(name));
	return LG_OK;
}

static lg_status
check_new(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool, lg_str name)
{
	struct lg_item_row there;
	const lg_status s = lg_store_item_read(env->store, cx, pool->pool, KIND, name, SHAPE, &there);
	if (!lg_failed(s))
		return lg_fail(cx, LG_E_DUPLICATE_PROVIDER,
			"A provider with the name %.*s already exists in the user pool", LG_FMT(name));
	if (s.code != LG_E_NOT_FOUND)
		return s;
	int64_t count;
	LG_TRY(lg_store_item_count(env->store, cx, pool->pool, KIND, &count));
	return lg_quota_check(cx, env, LG_QUOTA_IDENTITY_PROVIDERS, count + 1);
}

lg_status
lg_provider_create(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	const struct lg_idp_create_identity_provider_request *in, provider_type **ret)
{
	const struct lg_provider_type *type = lg_provider_type_of(in->provider_type);
	provider_type settings = {
		.provider_type = in->provider_type,
		.idp_identifiers = in->idp_identifiers,
		.acr_mapping = in->acr_mapping,
	};
	struct lg_rec_identity_provider record = { .type = &settings };
	LG_TRY(check_name(cx, type, in->provider_name));
	LG_TRY(lg_provider_details_make(
		cx, env, type, &in->provider_details, NULL, &settings.provider_details, &record.entity_id));
	LG_TRY(lg_provider_mapping_make(
		cx, pool, type, &in->attribute_mapping, &settings.attribute_mapping));
	LG_TRY(check_once(cx, &in->idp_identifiers));
	LG_TRY(check_new(cx, env, pool, in->provider_name));

	struct lg_item_row row = {
		.pool = pool->pool, .kind = KIND, .name = in->provider_name, .record = &record
	};
	struct lg_batch *batch;
	LG_TRY(lg_store_batch(env->store, cx, &batch));
	lg_store_item_insert(batch, &row, SHAPE);
	LG_TRY(write_identifiers(
		cx, env, pool, batch, row.name, &(struct lg_str_list){ 0 }, &settings.idp_identifiers));
	LG_TRY(lg_group_add_of_provider(cx, env, pool, batch, row.name));
	LG_TRY(lg_store_commit(batch));
	return show(cx, pool, &row, ret);
}

/* ---- the others ---- */

lg_status
lg_provider_read(
	struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool, lg_str name, provider_type **ret)
{
	struct lg_item_row row;
	LG_TRY(read_row(cx, env, pool, name, &row));
	return show(cx, pool, &row, ret);
}

lg_status
lg_provider_find(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool, lg_str name,
	const struct lg_rec_identity_provider **ret)
{
	struct lg_item_row row;
	LG_TRY(lg_store_item_read(env->store, cx, pool->pool, KIND, name, SHAPE, &row));
	*ret = row.record;
	return LG_OK;
}

lg_status
lg_provider_read_by_identifier(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	lg_str identifier, provider_type **ret)
{
	struct lg_item_row row;
	const lg_status s = lg_store_item_read(
		env->store, cx, pool->pool, IDENTIFIER_KIND, identifier, IDENTIFIER_SHAPE, &row);
	if (s.code == LG_E_NOT_FOUND)
		return lg_fail(cx, LG_E_RESOURCE_NOT_FOUND,
			"Identity provider with identifier %.*s does not exist.", LG_FMT(identifier));
	LG_TRY(s);
	const struct lg_rec_idp_identifier *record = row.record;
	return lg_provider_read(cx, env, pool, record->provider, ret);
}

lg_status
lg_provider_update(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	const struct lg_idp_update_identity_provider_request *in, provider_type **ret)
{
	struct lg_item_row row;
	LG_TRY(read_row(cx, env, pool, in->provider_name, &row));
	struct lg_rec_identity_provider *record = row.record;
	provider_type *settings = record->type;
	const struct lg_provider_type *type = lg_provider_type_of(settings->provider_type);
	const struct lg_str_list old = settings->idp_identifiers;
	if (in->provider_details.has) {
		const struct lg_str_map former = settings->provider_details;
		LG_TRY(lg_provider_details_make(cx, env, type, &in->provider_details, &former,
			&settings->provider_details, &record->entity_id));
	}
	if (in->attribute_mapping.has)
		LG_TRY(lg_provider_mapping_make(
			cx, pool, type, &in->attribute_mapping, &settings->attribute_mapping));
	if (in->idp_identifiers.has) {
		LG_TRY(check_once(cx, &in->idp_identifiers));
		settings->idp_identifiers = in->idp_identifiers;
	}
	if (in->acr_mapping.has)
		settings->acr_mapping = in->acr_mapping;
	row.modified = cx->now;

	struct lg_batch *batch;
	LG_TRY(lg_store_batch(env->store, cx, &batch));
	lg_store_item_update(batch, &row, SHAPE);
	LG_TRY(write_identifiers(cx, env, pool, batch, row.name, &old, &settings->idp_identifiers));
	LG_TRY(lg_store_commit(batch));
	return show(cx, pool, &row, ret);
}

lg_status
lg_provider_delete(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool, lg_str name)
{
	struct lg_item_row row;
	LG_TRY(read_row(cx, env, pool, name, &row));
	const struct lg_rec_identity_provider *record = row.record;
	struct lg_batch *batch;
	LG_TRY(lg_store_batch(env->store, cx, &batch));
	lg_store_item_delete(batch, &row);
	LG_TRY(write_identifiers(
		cx, env, pool, batch, name, &record->type->idp_identifiers, &(struct lg_str_list){ 0 }));
	return lg_store_commit(batch);
}

lg_status
lg_provider_list(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	const struct lg_idp_list_identity_providers_request *in,
	struct lg_idp_list_identity_providers_response *ret)
{
	const struct lg_page_query query = {
		.pool = pool->pool, .operation = LG_STR("ListIdentityProviders")
	};
	lg_str after;
	LG_TRY(lg_page_open(cx, env, &query, in->next_token, &after));
	const size_t limit = lg_page_size(in->max_results, PAGE_MAX);
	struct lg_item_row *rows;
	size_t count;
	LG_TRY(lg_store_item_page(
		env->store, cx, pool->pool, KIND, after, limit + 1, SHAPE, &rows, &count));
	const bool more = count > limit;
	const size_t shown = more ? limit : count;
	struct lg_idp_provider_description *items =
		lg_new_array(cx, struct lg_idp_provider_description, shown + 1);
	if (!items)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	for (size_t i = 0; i < shown; i++) {
		const struct lg_rec_identity_provider *record = rows[i].record;
		items[i] = (struct lg_idp_provider_description){
			.provider_name = rows[i].name,
			.provider_type = record->type->provider_type,
			.creation_date = { true, rows[i].created },
			.last_modified_date = { true, rows[i].modified },
		};
	}
	ret->providers = (struct lg_idp_providers_list_type){ .items = items, .count = shown, .has = true };
	return more ? lg_page_make(cx, env, &query, rows[limit - 1].name, &ret->next_token) : LG_OK;
}
