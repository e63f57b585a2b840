#include "domain/pool/branding.h"

#include "codec/bytes.h"
#include "domain/pool/branding_check.h"
#include "domain/pool_item.h"
#include "domain/quota.h"

#define KIND LG_STR("branding")
#define SHAPE (&lg_shape_rec_branding)

typedef struct lg_idp_managed_login_branding_type branding_type;

/* What a style is made of; absent members were not given. */
struct values {
	struct lg_opt_bool provided;
	lg_str settings;
	struct lg_idp_asset_list_type assets;
};

static lg_status
read_row(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool, lg_str branding_id,
	struct lg_item_row *ret)
{
	unsigned char id[16];
	lg_status s = LG_STATUS(LG_E_NOT_FOUND);
	if (lg_uuid_decode(branding_id, id))
		s = lg_store_item_read_id(env->store, cx, pool->pool, KIND, id, SHAPE, ret);
	if (s.code == LG_E_NOT_FOUND)
		return lg_fail(cx, LG_E_RESOURCE_NOT_FOUND, "Managed login branding %.*s does not exist.",
			LG_FMT(branding_id));
	return s;
}

static lg_status
show(struct lg_ctx *cx, const struct lg_pool *pool, const struct lg_item_row *row, bool merged,
	branding_type **ret)
{
	branding_type *branding = lg_new(cx, branding_type);
	if (!branding)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	*branding = *((const struct lg_rec_branding *)row->record)->type;
	LG_TRY(lg_pool_item_uuid(cx, row, &branding->managed_login_branding_id));
	branding->user_pool_id = pool->id;
	branding->creation_date = (struct lg_opt_time){ true, row->created };
	branding->last_modified_date = (struct lg_opt_time){ true, row->modified };
	if (merged)
		LG_TRY(lg_branding_merge(cx, branding->settings, &branding->settings));
	*ret = branding;
	return LG_OK;
}

/* Put what was given in place of what `type` holds. */
static lg_status
apply(struct lg_ctx *cx, struct values *values, branding_type *type)
{
	const bool own = lg_str_present(values->settings) || values->assets.has;
	if (values->provided.v && own)
		return lg_fail(cx, LG_E_INVALID_PARAMETER,
			"UseCognitoProvidedValues can't be used together with Settings or Assets.");
	if (values->provided.v) {
		*type = (branding_type){ .rest = type->rest };
	} else if (own) {
		LG_TRY(lg_branding_check_settings(cx, values->settings));
		LG_TRY(lg_branding_check_assets(cx, &values->assets, &type->assets));
		if (lg_str_present(values->settings))
			type->settings = values->settings;
		if (values->assets.has)
			type->assets = values->assets;
	}
	if (own || values->provided.v)
		type->use_cognito_provided_values = (struct lg_opt_bool){ true, values->provided.v };
	return LG_OK;
}

/* The looks of pages hang on the snapshot of the pool (page/look_kit.h). */
static lg_status
write_row(struct lg_ctx *cx, struct lg_env *env, struct lg_item_row *row)
{
	LG_TRY(lg_pool_item_write(cx, env, row, SHAPE));
	lg_pools_drop(env->pools, row->pool);
	return LG_OK;
}

lg_status
lg_branding_create(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	const struct lg_idp_create_managed_login_branding_request *in, branding_type **ret)
{
	const struct lg_client *client;
	struct lg_item_row row = { 0 };
	LG_TRY(lg_client_find_in(cx, env, pool, in->client_id, &client));
	struct values values = { in->use_cognito_provided_values, in->settings, in->assets };
	branding_type type = { 0 };
	LG_TRY(apply(cx, &values, &type));
	if (!type.use_cognito_provided_values.has)
		return lg_fail(cx, LG_E_INVALID_PARAMETER,
			"Either UseCognitoProvidedValues must be true, or Settings or Assets be given.");
	LG_TRY(lg_pool_item_open(cx, env, pool->pool, KIND, client->id, SHAPE, &row));
	if (row.version)
		return lg_fail(cx, LG_E_MANAGED_LOGIN_BRANDING_EXISTS,
			"App client %.*s has a managed login branding style already.", LG_FMT(client->id));
	int64_t count;
	LG_TRY(lg_store_item_count(env->store, cx, pool->pool, KIND, &count));
	LG_TRY(lg_quota_check(cx, env, LG_QUOTA_BRANDING_STYLES, count + 1));

	row.record = &(struct lg_rec_branding){ .type = &type };
	LG_TRY(lg_pool_item_draw_uuid(cx, &row.id));
	LG_TRY(write_row(cx, env, &row));
	return show(cx, pool, &row, false, ret);
}

lg_status
lg_branding_describe(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool, lg_str id,
	bool merged, branding_type **ret)
{
	struct lg_item_row row = { 0 };
	LG_TRY(read_row(cx, env, pool, id, &row));
	return show(cx, pool, &row, merged, ret);
}

lg_status
lg_branding_of_client(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool, lg_str client_id,
	bool merged, branding_type **ret)
{
	const struct lg_client *client;
	struct lg_item_row row = { 0 };
	LG_TRY(lg_client_find_in(cx, env, pool, client_id, &client));
	const lg_status s = lg_store_item_read(env->store, cx, pool->pool, KIND, client->id, SHAPE, &row);
	if (s.code == LG_E_NOT_FOUND)
		return lg_fail(cx, LG_E_RESOURCE_NOT_FOUND,
			"App client %.*s has no managed login branding style.", LG_FMT(client->id));
	LG_TRY(s);
	return show(cx, pool, &row, merged, ret);
}

lg_status
lg_branding_update(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	const struct lg_idp_update_managed_login_branding_request *in, branding_type **ret)
{
	struct lg_item_row row = { 0 };
	LG_TRY(read_row(cx, env, pool, in->managed_login_branding_id, &row));
	struct values values = { in->use_cognito_provided_values, in->settings, in->assets };
	LG_TRY(apply(cx, &values, ((struct lg_rec_branding *)row.record)->type));
	LG_TRY(write_row(cx, env, &row));
	return show(cx, pool, &row, false, ret);
}

lg_status
lg_branding_delete(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool, lg_str id)
{
	struct lg_item_row row = { 0 };
	LG_TRY(read_row(cx, env, pool, id, &row));
	LG_TRY(lg_pool_item_delete(cx, env, &row));
	lg_pools_drop(env->pools, pool->pool);
	return LG_OK;
}
