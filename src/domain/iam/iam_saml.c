#include "domain/iam/iam_provider.h"

#include "domain/iam/iam_tags.h"
#include "domain/quota.h"
#include "token/saml_metadata.h"

#define TYPE LG_STR("saml-provider")
#define VALID_YEARS 100 /* unless the metadata says less */

static lg_status
read_arn(struct lg_ctx *cx, struct lg_env *env, lg_str arn, struct lg_item_row *ret)
{
	lg_str path, name;
	if (!lg_iam_arn_read(env->settings, TYPE, arn, &path, &name) || path.len != 1)
		return lg_fail(cx, LG_E_INVALID_INPUT, "Invalid ARN: %.*s", LG_FMT(arn));
	LG_TRY(lg_iam_read(cx, env, LG_IAM_SAML, name, ret));
	const struct lg_rec_iam_saml *provider = ret->record;
	return lg_str_eq(provider->name, name) ? LG_OK : lg_fail_default(cx, LG_E_NOT_FOUND);
}

lg_status
lg_iam_saml_by_arn(struct lg_ctx *cx, struct lg_env *env, lg_str arn, const struct lg_rec_iam_saml **ret)
{
	struct lg_item_row row;
	const lg_status s = read_arn(cx, env, arn, &row);
	if (s.code == LG_E_INVALID_INPUT)
		return lg_fail_default(cx, LG_E_NOT_FOUND);
	LG_TRY(s);
	*ret = row.record;
	return LG_OK;
}

lg_status
lg_iam_saml_row(struct lg_ctx *cx, struct lg_env *env, lg_str arn, struct lg_item_row *ret)
{
	const lg_status s = read_arn(cx, env, arn, ret);
	if (s.code == LG_E_NOT_FOUND)
		return lg_fail(cx, LG_E_NO_SUCH_ENTITY, "SAML provider %.*s does not exist.", LG_FMT(arn));
	return s;
}

static lg_status
check_metadata(struct lg_ctx *cx, lg_str metadata)
{
	struct lg_saml_metadata read;
	const lg_status s = lg_saml_metadata_read(cx, metadata, &read);
	if (s.code != LG_E_MALFORMED)
		return s;
	const lg_str why = lg_failure_text(cx, s.code);
	return lg_fail(cx, LG_E_INVALID_INPUT, "Could not parse metadata: %.*s", LG_FMT(why));
}

static lg_status
check_new(struct lg_ctx *cx, struct lg_env *env, lg_str name)
{
	struct lg_item_row there;
	int64_t count;
	const lg_status s = lg_iam_read(cx, env, LG_IAM_SAML, name, &there);
	if (!lg_failed(s))
		return lg_fail(cx, LG_E_ENTITY_ALREADY_EXISTS,
			"A SAML provider with name %.*s already exists.", LG_FMT(name));
	if (s.code != LG_E_NOT_FOUND)
		return s;
	LG_TRY(lg_iam_count(cx, env, LG_IAM_SAML, &count));
	return lg_quota_check_entity(cx, env, LG_QUOTA_IAM_PROVIDERS, count + 1);
}

lg_status
lg_iam_saml_create(struct lg_ctx *cx, struct lg_env *env,
	const struct lg_iam_create_saml_provider_request *in,
	struct lg_iam_create_saml_provider_response *ret)
{
	LG_TRY(check_new(cx, env, in->name));
	LG_TRY(check_metadata(cx, in->saml_metadata_document));
	struct lg_rec_iam_saml provider = {
		.name = in->name,
		.metadata = in->saml_metadata_document,
		.valid_until = { true, lg_time_add_ms(cx->now, VALID_YEARS * 365 * LG_DAY_MS) },
	};
	struct lg_item_row row;
	LG_TRY(lg_iam_tags_put(cx, &in->tags, &provider.tags));
	LG_TRY(lg_iam_new_row(cx, LG_IAM_SAML, in->name, &provider, &row));
	LG_TRY(lg_iam_write(cx, env, &row));
	LG_TRY(lg_iam_tags_show(cx, &provider.tags, &ret->tags));
	return lg_iam_arn(
		cx, env->settings, "saml-provider", LG_STR("/"), in->name, &ret->saml_provider_arn);
}

lg_status
lg_iam_saml_get(
	struct lg_ctx *cx, struct lg_env *env, lg_str arn, struct lg_iam_get_saml_provider_response *ret)
{
	struct lg_item_row row;
	LG_TRY(lg_iam_saml_row(cx, env, arn, &row));
	const struct lg_rec_iam_saml *provider = row.record;
	ret->saml_metadata_document = provider->metadata;
	ret->create_date = (struct lg_opt_time){ true, row.created };
	ret->valid_until = provider->valid_until;
	return lg_iam_tags_show(cx, &provider->tags, &ret->tags);
}

lg_status
lg_iam_saml_list(struct lg_ctx *cx, struct lg_env *env, struct lg_iam_saml_provider_list_type *ret)
{
	struct lg_item_row *rows;
	size_t count;
	LG_TRY(lg_iam_read_all(cx, env, LG_IAM_SAML, LG_STR_NONE, &rows, &count));
	struct lg_iam_saml_provider_list_entry *shown =
		lg_new_array(cx, struct lg_iam_saml_provider_list_entry, count);
	if (!shown)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	for (size_t i = 0; i < count; i++) {
		const struct lg_rec_iam_saml *provider = rows[i].record;
		shown[i].valid_until = provider->valid_until;
		shown[i].create_date = (struct lg_opt_time){ true, rows[i].created };
		LG_TRY(lg_iam_arn(
			cx, env->settings, "saml-provider", LG_STR("/"), provider->name, &shown[i].arn));
	}
	*ret = (struct lg_iam_saml_provider_list_type){ .items = shown, .count = count, .has = true };
	return LG_OK;
}

lg_status
lg_iam_saml_update(struct lg_ctx *cx, struct lg_env *env, lg_str arn, lg_str metadata)
{
	struct lg_item_row row;
	LG_TRY(lg_iam_saml_row(cx, env, arn, &row));
	LG_TRY(check_metadata(cx, metadata));
	((struct lg_rec_iam_saml *)row.record)->metadata = metadata;
	return lg_iam_write(cx, env, &row);
}
