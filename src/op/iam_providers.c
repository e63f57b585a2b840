/* IAM, identity providers: src/domain/iam/iam_provider.h. */
#include "gen/ops.h"

#include "domain/iam/iam_provider.h"
#include "domain/iam/iam_tags.h"
#include "op/req.h"

lg_status
lg_op_iam_create_open_id_connect_provider(struct lg_req *rq,
	const struct lg_iam_create_open_id_connect_provider_request *in,
	struct lg_iam_create_open_id_connect_provider_response *out)
{
	return lg_iam_oidc_create(rq->cx, rq->env, in, out);
}

lg_status
lg_op_iam_get_open_id_connect_provider(struct lg_req *rq,
	const struct lg_iam_get_open_id_connect_provider_request *in,
	struct lg_iam_get_open_id_connect_provider_response *out)
{
	return lg_iam_oidc_get(rq->cx, rq->env, in->open_id_connect_provider_arn, out);
}

lg_status
lg_op_iam_list_open_id_connect_providers(struct lg_req *rq,
	const struct lg_iam_list_open_id_connect_providers_request *in,
	struct lg_iam_list_open_id_connect_providers_response *out)
{
	(void)in;
	return lg_iam_oidc_list(rq->cx, rq->env, &out->open_id_connect_provider_list);
}

lg_status
lg_op_iam_add_client_id_to_open_id_connect_provider(
	struct lg_req *rq, const struct lg_iam_add_client_id_to_open_id_connect_provider_request *in)
{
	return lg_iam_oidc_add_client(rq->cx, rq->env, in->open_id_connect_provider_arn, in->client_id);
}

lg_status
lg_op_iam_remove_client_id_from_open_id_connect_provider(
	struct lg_req *rq, const struct lg_iam_remove_client_id_from_open_id_connect_provider_request *in)
{
	return lg_iam_oidc_remove_client(rq->cx, rq->env, in->open_id_connect_provider_arn, in->client_id);
}

lg_status
lg_op_iam_update_open_id_connect_provider_thumbprint(
	struct lg_req *rq, const struct lg_iam_update_open_id_connect_provider_thumbprint_request *in)
{
	return lg_iam_oidc_set_thumbprints(
		rq->cx, rq->env, in->open_id_connect_provider_arn, &in->thumbprint_list);
}

lg_status
lg_op_iam_delete_open_id_connect_provider(
	struct lg_req *rq, const struct lg_iam_delete_open_id_connect_provider_request *in)
{
	struct lg_item_row row;
	LG_TRY(lg_iam_oidc_row(rq->cx, rq->env, in->open_id_connect_provider_arn, &row));
	return lg_iam_provider_delete(rq->cx, rq->env, &row);
}

lg_status
lg_op_iam_tag_open_id_connect_provider(
	struct lg_req *rq, const struct lg_iam_tag_open_id_connect_provider_request *in)
{
	struct lg_item_row row;
	LG_TRY(lg_iam_oidc_row(rq->cx, rq->env, in->open_id_connect_provider_arn, &row));
	LG_TRY(lg_iam_tags_put(rq->cx, &in->tags, &((struct lg_rec_iam_oidc *)row.record)->tags));
	return lg_iam_write(rq->cx, rq->env, &row);
}

lg_status
lg_op_iam_untag_open_id_connect_provider(
	struct lg_req *rq, const struct lg_iam_untag_open_id_connect_provider_request *in)
{
	struct lg_item_row row;
	LG_TRY(lg_iam_oidc_row(rq->cx, rq->env, in->open_id_connect_provider_arn, &row));
	lg_iam_tags_remove(&in->tag_keys, &((struct lg_rec_iam_oidc *)row.record)->tags);
	return lg_iam_write(rq->cx, rq->env, &row);
}

lg_status
lg_op_iam_list_open_id_connect_provider_tags(struct lg_req *rq,
	const struct lg_iam_list_open_id_connect_provider_tags_request *in,
	struct lg_iam_list_open_id_connect_provider_tags_response *out)
{
	struct lg_item_row row;
	struct lg_iam_page page = { .marker = in->marker, .max_items = in->max_items };
	LG_TRY(lg_iam_oidc_row(rq->cx, rq->env, in->open_id_connect_provider_arn, &row));
	const struct lg_rec_iam_oidc *provider = row.record;
	LG_TRY(lg_iam_tags_page(rq->cx, &provider->tags, &page, &out->tags));
	out->is_truncated = page.is_truncated;
	out->marker = page.next;
	return LG_OK;
}

lg_status
lg_op_iam_create_saml_provider(struct lg_req *rq, const struct lg_iam_create_saml_provider_request *in,
	struct lg_iam_create_saml_provider_response *out)
{
	return lg_iam_saml_create(rq->cx, rq->env, in, out);
}

lg_status
lg_op_iam_get_saml_provider(struct lg_req *rq, const struct lg_iam_get_saml_provider_request *in,
	struct lg_iam_get_saml_provider_response *out)
{
	return lg_iam_saml_get(rq->cx, rq->env, in->saml_provider_arn, out);
}

lg_status
lg_op_iam_list_saml_providers(struct lg_req *rq, const struct lg_iam_list_saml_providers_request *in,
	struct lg_iam_list_saml_providers_response *out)
{
	(void)in;
	return lg_iam_saml_list(rq->cx, rq->env, &out->saml_provider_list);
}

lg_status
lg_op_iam_update_saml_provider(struct lg_req *rq, const struct lg_iam_update_saml_provider_request *in,
	struct lg_iam_update_saml_provider_response *out)
{
	out->saml_provider_arn = in->saml_provider_arn;
	return lg_iam_saml_update(rq->cx, rq->env, in->saml_provider_arn, in->saml_metadata_document);
}

lg_status
lg_op_iam_delete_saml_provider(struct lg_req *rq, const struct lg_iam_delete_saml_provider_request *in)
{
	struct lg_item_row row;
	LG_TRY(lg_iam_saml_row(rq->cx, rq->env, in->saml_provider_arn, &row));
	return lg_iam_provider_delete(rq->cx, rq->env, &row);
}

lg_status
lg_op_iam_tag_saml_provider(struct lg_req *rq, const struct lg_iam_tag_saml_provider_request *in)
{
	struct lg_item_row row;
	LG_TRY(lg_iam_saml_row(rq->cx, rq->env, in->saml_provider_arn, &row));
	LG_TRY(lg_iam_tags_put(rq->cx, &in->tags, &((struct lg_rec_iam_saml *)row.record)->tags));
	return lg_iam_write(rq->cx, rq->env, &row);
}

lg_status
lg_op_iam_untag_saml_provider(struct lg_req *rq, const struct lg_iam_untag_saml_provider_request *in)
{
	struct lg_item_row row;
	LG_TRY(lg_iam_saml_row(rq->cx, rq->env, in->saml_provider_arn, &row));
	lg_iam_tags_remove(&in->tag_keys, &((struct lg_rec_iam_saml *)row.record)->tags);
	return lg_iam_write(rq->cx, rq->env, &row);
}

lg_status
lg_op_iam_list_saml_provider_tags(struct lg_req *rq, const struct lg_iam_list_saml_provider_tags_request *in,
	struct lg_iam_list_saml_provider_tags_response *out)
{
	struct lg_item_row row;
	struct lg_iam_page page = { .marker = in->marker, .max_items = in->max_items };
	LG_TRY(lg_iam_saml_row(rq->cx, rq->env, in->saml_provider_arn, &row));
	const struct lg_rec_iam_saml *provider = row.record;
	LG_TRY(lg_iam_tags_page(rq->cx, &provider->tags, &page, &out->tags));
	out->is_truncated = page.is_truncated;
	out->marker = page.next;
	return LG_OK;
}

lg_status
lg_op_iam_list_account_aliases(struct lg_req *rq, const struct lg_iam_list_account_aliases_request *in,
	struct lg_iam_list_account_aliases_response *out)
{
	(void)in;
	(void)rq;
	out->account_aliases.has = true;
	out->is_truncated = (struct lg_opt_bool){ true, false };
	return LG_OK;
}
