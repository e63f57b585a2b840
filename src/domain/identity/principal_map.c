#include "domain/identity/principal_map.h"

#include "codec/text.h"
#include "domain/identity/identity_pool_admin.h"
#include "domain/identity/login_names.h"
#include "domain/pool/pool.h"
#include "store/config.h"

#define KIND LG_STR("principal_tags")
#define MAPS_MAX 300 /* more than the providers that a pool may have */
#define TAG_PATTERN "[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]+"

static bool
is_configured(const struct lg_settings *settings, const struct lg_ci_identity_pool *type, lg_str name)
{
	if (lg_str_present(lg_str_map_get(&type->supported_login_providers, name)) ||
		lg_str_list_has(&type->open_id_connect_provider_arns, name) ||
		lg_str_list_has(&type->saml_provider_arns, name))
		return true;
	const lg_str pool_id = lg_login_user_pool(settings, name);
	const struct lg_ci_cognito_identity_provider_list *list = &type->cognito_identity_providers;
	for (size_t i = 0; lg_str_present(pool_id) && i < list->count; i++)
		if (lg_str_eq(lg_login_user_pool(settings, list->items[i].provider_name), pool_id))
			return true;
	return false;
}

static lg_status
check_tags(struct lg_ctx *cx, const struct lg_str_map *tags)
{
	for (size_t i = 0; i < tags->count; i++) {
		const lg_str key = tags->items[i].key;
		bool good;
		LG_TRY(lg_text_matches(cx, key, TAG_PATTERN, &good));
		if (!good || lg_str_starts(key, LG_STR("aws:")))
			return lg_fail(
				cx, LG_E_INVALID_PARAMETER, "%.*s is not the key of a tag.", LG_FMT(key));
		/* As STS sees them (spec/sts-iam.md A2). */
		for (size_t k = 0; k < i; k++)
			if (lg_str_eq_nocase(tags->items[k].key, key))
				return lg_fail(cx, LG_E_INVALID_PARAMETER,
					"Duplicate tag keys found. Please note that Tag keys are case "
					"insensitive.");
	}
	return LG_OK;
}

static lg_status
read_item(struct lg_ctx *cx, struct lg_env *env, int64_t pool, lg_str provider, struct lg_item_row *ret)
{
	lg_str name;
	LG_TRY(lg_login_provider(cx, env->settings, provider, &name));
	ret->name = name;
	return lg_store_item_read(env->store, cx, pool, KIND, name, &lg_shape_rec_principal_tags, ret);
}

lg_status
lg_principal_map_set(struct lg_ctx *cx, struct lg_env *env,
	const struct lg_ci_set_principal_tag_attribute_map_input *in,
	struct lg_ci_set_principal_tag_attribute_map_response *ret)
{
	struct lg_identity_pool_row row;
	LG_TRY(lg_identity_pool_row_read(cx, env, in->identity_pool_id, &row));
	if (!is_configured(env->settings, row.settings.type, in->identity_provider_name))
		return lg_fail(cx, LG_E_INVALID_PARAMETER, "%.*s is not a provider of this identity pool.",
			LG_FMT(in->identity_provider_name));
	LG_TRY(check_tags(cx, &in->principal_tags));

	struct lg_rec_principal_tags record = { .use_defaults = { true, in->use_defaults.v } };
	if (!in->use_defaults.v)
		record.tags = in->principal_tags;
	struct lg_item_row item = { .pool = row.pool, .kind = KIND };
	const lg_status found = read_item(cx, env, row.pool, in->identity_provider_name, &item);
	if (lg_failed(found) && found.code != LG_E_NOT_FOUND)
		return found;
	item.record = &record;
	struct lg_batch *batch;
	LG_TRY(lg_store_batch(env->store, cx, &batch));
	if (lg_failed(found))
		lg_store_item_insert(batch, &item, &lg_shape_rec_principal_tags);
	else
		lg_store_item_update(batch, &item, &lg_shape_rec_principal_tags);
	LG_TRY(lg_store_commit(batch));
	lg_pools_drop(env->pools, row.pool);

	ret->identity_pool_id = in->identity_pool_id;
	ret->identity_provider_name = in->identity_provider_name;
	ret->use_defaults = record.use_defaults;
	ret->principal_tags = record.tags;
	ret->principal_tags.has = record.tags.count > 0;
	return LG_OK;
}

lg_status
lg_principal_map_get(struct lg_ctx *cx, struct lg_env *env, lg_str pool_id, lg_str provider,
	struct lg_ci_get_principal_tag_attribute_map_response *ret)
{
	struct lg_identity_pool_row row;
	struct lg_item_row item = { 0 };
	LG_TRY(lg_identity_pool_row_read(cx, env, pool_id, &row));
	const lg_status s = read_item(cx, env, row.pool, provider, &item);
	if (s.code == LG_E_NOT_FOUND)
		return lg_fail(cx, LG_E_RESOURCE_NOT_FOUND,
			"No principal tag attribute map is set for %.*s.", LG_FMT(provider));
	LG_TRY(s);
	const struct lg_rec_principal_tags *record = item.record;
	ret->identity_pool_id = pool_id;
	ret->identity_provider_name = provider;
	ret->use_defaults = record->use_defaults;
	ret->principal_tags = record->tags;
	ret->principal_tags.has = record->tags.count > 0;
	return LG_OK;
}

lg_status
lg_principal_maps_load(struct lg_ctx *cx, struct lg_env *env, int64_t pool,
	const struct lg_principal_map **ret, size_t *ret_count)
{
	struct lg_item_row *items;
	size_t count;
	LG_TRY(lg_store_item_page(env->store, cx, pool, KIND, LG_STR_NONE, MAPS_MAX,
		&lg_shape_rec_principal_tags, &items, &count));
	struct lg_principal_map *maps = lg_new_array(cx, struct lg_principal_map, count);
	if (!maps)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	for (size_t i = 0; i < count; i++) {
		const struct lg_rec_principal_tags *record = items[i].record;
		maps[i] = (struct lg_principal_map){
			.provider = items[i].name,
			.defaults = record->use_defaults.v,
			.tags = &record->tags,
		};
	}
	*ret = maps;
	*ret_count = count;
	return LG_OK;
}
