#include "domain/iam/iam_provider.h"

#include "domain/iam/iam_tags.h"
#include "domain/quota.h"
#include "domain/url.h"

#define TYPE LG_STR("oidc-provider")

lg_str
lg_iam_oidc_name(lg_str url)
{
	const lg_str scheme = lg_url_scheme(url);
	return lg_str_slice(url, scheme.len + 3, url.len);
}

/* The name of the provider with this ARN; absent when it is the ARN of none. */
static lg_str
name_of_arn(const struct lg_settings *settings, lg_str arn)
{
	lg_str path, name;
	if (!lg_iam_arn_read(settings, TYPE, arn, &path, &name))
		return LG_STR_NONE;
	/* "/idp.example.com/path": the slash in front is the type's. */
	return lg_str_slice(arn, (size_t)(path.ptr - arn.ptr) + 1, arn.len);
}

static lg_status
read_named(struct lg_ctx *cx, struct lg_env *env, lg_str name, struct lg_item_row *ret)
{
	LG_TRY(lg_iam_read(cx, env, LG_IAM_OIDC, name, ret));
	const struct lg_rec_iam_oidc *provider = ret->record;
	/* Rows are found whatever the case; URLs are not the same then. */
	return lg_str_eq(lg_iam_oidc_name(provider->url), name) ? LG_OK
								: lg_fail_default(cx, LG_E_NOT_FOUND);
}

lg_status
lg_iam_oidc_by_issuer(struct lg_ctx *cx, struct lg_env *env, lg_str issuer,
	const struct lg_rec_iam_oidc **ret, lg_str *ret_arn)
{
	struct lg_item_row row;
	if (!lg_str_present(lg_url_host(issuer)))
		return lg_fail_default(cx, LG_E_NOT_FOUND);
	LG_TRY(read_named(cx, env, lg_iam_oidc_name(issuer), &row));
	const struct lg_rec_iam_oidc *provider = row.record;
	if (!lg_str_eq(provider->url, issuer))
		return lg_fail_default(cx, LG_E_NOT_FOUND);
	*ret = provider;
	return lg_iam_arn(
		cx, env->settings, "oidc-provider", LG_STR("/"), lg_iam_oidc_name(issuer), ret_arn);
}

lg_status
lg_iam_oidc_by_arn(struct lg_ctx *cx, struct lg_env *env, lg_str arn, const struct lg_rec_iam_oidc **ret)
{
	struct lg_item_row row;
	const lg_str name = name_of_arn(env->settings, arn);
	if (!lg_str_present(name))
		return lg_fail_default(cx, LG_E_NOT_FOUND);
	LG_TRY(read_named(cx, env, name, &row));
	*ret = row.record;
	return LG_OK;
}

lg_status
lg_iam_oidc_row(struct lg_ctx *cx, struct lg_env *env, lg_str arn, struct lg_item_row *ret)
{
	const lg_str name = name_of_arn(env->settings, arn);
	if (!lg_str_present(name))
		return lg_fail(cx, LG_E_INVALID_INPUT, "Invalid ARN: %.*s", LG_FMT(arn));
	const lg_status s = read_named(cx, env, name, ret);
	if (s.code == LG_E_NOT_FOUND)
		return lg_fail(cx, LG_E_NO_SUCH_ENTITY, "OpenIDConnect Provider not found for arn %.*s",
			LG_FMT(arn));
	return s;
}

/* ---- made ---- */

static lg_status
check_url(struct lg_ctx *cx, lg_str url)
{
	const lg_str scheme = lg_url_scheme(url), host = lg_url_host(url);
	const bool secure = lg_str_eq(scheme, LG_STR("https"));
	const bool local = lg_str_eq(scheme, LG_STR("http")) && lg_url_host_is_loopback(host);
	if (lg_str_present(host) && (secure || local) && !lg_str_has_byte(url, '?') &&
		!lg_str_has_byte(url, '#'))
		return LG_OK;
	return lg_fail(cx, LG_E_VALIDATION, "Invalid Open ID Connect Provider URL");
}

static lg_status
check_lists(struct lg_ctx *cx, const struct lg_str_list *client_ids, const struct lg_str_list *thumbprints)
{
	if (client_ids->count > LG_IAM_CLIENT_IDS_MAX)
		return lg_fail(cx, LG_E_ENTITY_LIMIT_EXCEEDED,
			"Cannot exceed quota for ClientIdsPerOpenIdConnectProvider: %d",
			LG_IAM_CLIENT_IDS_MAX);
	if (thumbprints->count > LG_IAM_THUMBPRINTS_MAX)
		return lg_fail(cx, LG_E_INVALID_INPUT, "Thumbprint list must contain fewer than %d entries.",
			LG_IAM_THUMBPRINTS_MAX);
	return LG_OK;
}

static lg_status
check_new(struct lg_ctx *cx, struct lg_env *env, lg_str url)
{
	struct lg_item_row there;
	int64_t count;
	LG_TRY(check_url(cx, url));
	const lg_status s = lg_iam_read(cx, env, LG_IAM_OIDC, lg_iam_oidc_name(url), &there);
	if (!lg_failed(s))
		return lg_fail(cx, LG_E_ENTITY_ALREADY_EXISTS, "Provider with url %.*s already exists.",
			LG_FMT(url));
	if (s.code != LG_E_NOT_FOUND)
		return s;
	LG_TRY(lg_iam_count(cx, env, LG_IAM_OIDC, &count));
	return lg_quota_check_entity(cx, env, LG_QUOTA_IAM_PROVIDERS, count + 1);
}

lg_status
lg_iam_oidc_create(struct lg_ctx *cx, struct lg_env *env,
	const struct lg_iam_create_open_id_connect_provider_request *in,
	struct lg_iam_create_open_id_connect_provider_response *ret)
{
	LG_TRY(check_new(cx, env, in->url));
	LG_TRY(check_lists(cx, &in->client_id_list, &in->thumbprint_list));
	struct lg_rec_iam_oidc provider = {
		.url = in->url, .client_ids = in->client_id_list, .thumbprints = in->thumbprint_list
	};
	struct lg_item_row row;
	const lg_str name = lg_iam_oidc_name(in->url);
	LG_TRY(lg_iam_tags_put(cx, &in->tags, &provider.tags));
	LG_TRY(lg_iam_new_row(cx, LG_IAM_OIDC, name, &provider, &row));
	LG_TRY(lg_iam_write(cx, env, &row));
	LG_TRY(lg_iam_tags_show(cx, &provider.tags, &ret->tags));
	return lg_iam_arn(
		cx, env->settings, "oidc-provider", LG_STR("/"), name, &ret->open_id_connect_provider_arn);
}

/* ---- shown ---- */

lg_status
lg_iam_oidc_get(struct lg_ctx *cx, struct lg_env *env, lg_str arn,
	struct lg_iam_get_open_id_connect_provider_response *ret)
{
	struct lg_item_row row;
	LG_TRY(lg_iam_oidc_row(cx, env, arn, &row));
	const struct lg_rec_iam_oidc *provider = row.record;
	ret->url = lg_iam_oidc_name(provider->url);
	ret->client_id_list = provider->client_ids;
	ret->thumbprint_list = provider->thumbprints;
	ret->client_id_list.has = ret->thumbprint_list.has = true;
	ret->create_date = (struct lg_opt_time){ true, row.created };
	return lg_iam_tags_show(cx, &provider->tags, &ret->tags);
}

lg_status
lg_iam_oidc_list(
	struct lg_ctx *cx, struct lg_env *env, struct lg_iam_open_id_connect_provider_list_type *ret)
{
	struct lg_item_row *rows;
	size_t count;
	LG_TRY(lg_iam_read_all(cx, env, LG_IAM_OIDC, LG_STR_NONE, &rows, &count));
	struct lg_iam_open_id_connect_provider_list_entry *shown =
		lg_new_array(cx, struct lg_iam_open_id_connect_provider_list_entry, count);
	if (!shown)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	for (size_t i = 0; i < count; i++) {
		const struct lg_rec_iam_oidc *provider = rows[i].record;
		LG_TRY(lg_iam_arn(cx, env->settings, "oidc-provider", LG_STR("/"),
			lg_iam_oidc_name(provider->url), &shown[i].arn));
	}
	*ret = (struct lg_iam_open_id_connect_provider_list_type){
		.items = shown, .count = count, .has = true
	};
	return LG_OK;
}

/* ---- changed ---- */

lg_status
lg_iam_oidc_add_client(struct lg_ctx *cx, struct lg_env *env, lg_str arn, lg_str client_id)
{
	struct lg_item_row row;
	LG_TRY(lg_iam_oidc_row(cx, env, arn, &row));
	struct lg_rec_iam_oidc *provider = row.record;
	struct lg_str_list *ids = &provider->client_ids;
	if (lg_str_list_has(ids, client_id))
		return LG_OK;
	lg_str *all = lg_new_array(cx, lg_str, ids->count + 1);
	if (!all)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	for (size_t i = 0; i < ids->count; i++)
		all[i] = ids->items[i];
	all[ids->count] = client_id;
	*ids = (struct lg_str_list){ .items = all, .count = ids->count + 1, .has = true };
	LG_TRY(check_lists(cx, ids, &provider->thumbprints));
	return lg_iam_write(cx, env, &row);
}

lg_status
lg_iam_oidc_remove_client(struct lg_ctx *cx, struct lg_env *env, lg_str arn, lg_str client_id)
{
	struct lg_item_row row;
	LG_TRY(lg_iam_oidc_row(cx, env, arn, &row));
	struct lg_str_list *ids = &((struct lg_rec_iam_oidc *)row.record)->client_ids;
	size_t kept = 0;
	for (size_t i = 0; i < ids->count; i++)
		if (!lg_str_eq(ids->items[i], client_id))
			ids->items[kept++] = ids->items[i];
	ids->count = kept;
	return lg_iam_write(cx, env, &row);
}

lg_status
lg_iam_oidc_set_thumbprints(
	struct lg_ctx *cx, struct lg_env *env, lg_str arn, const struct lg_str_list *thumbprints)
{
	struct lg_item_row row;
	LG_TRY(lg_iam_oidc_row(cx, env, arn, &row));
	LG_TRY(check_lists(cx, &(struct lg_str_list){ 0 }, thumbprints));
	((struct lg_rec_iam_oidc *)row.record)->thumbprints = *thumbprints;
	return lg_iam_write(cx, env, &row);
}

lg_status
lg_iam_provider_delete(struct lg_ctx *cx, struct lg_env *env, struct lg_item_row *row)
{
	struct lg_batch *batch;
	LG_TRY(lg_store_batch(env->store, cx, &batch));
	lg_store_item_delete(batch, row);
	return lg_iam_commit(env, batch);
}
