/*
 * iam_provider.h - whom the account trusts to say who somebody is: OpenID Connect issuers and SAML identity
 * providers.
 */
#ifndef LG_DOMAIN_IAM_PROVIDER_H
#define LG_DOMAIN_IAM_PROVIDER_H

#include "domain/iam/iam_item.h"
#include "gen/iam_types.h"

#define LG_IAM_CLIENT_IDS_MAX 100
#define LG_IAM_THUMBPRINTS_MAX 5

/* ---- for whoever verifies ---- */

/* The provider whose URL is exactly this "iss", and its ARN. LG_E_NOT_FOUND. */
LG_MUST lg_status lg_iam_oidc_by_issuer(struct lg_ctx *cx, struct lg_env *env, lg_str issuer,
	const struct lg_rec_iam_oidc **ret, lg_str *ret_arn);
/* By their ARNs. LG_E_NOT_FOUND. */
LG_MUST lg_status lg_iam_oidc_by_arn(
	struct lg_ctx *cx, struct lg_env *env, lg_str arn, const struct lg_rec_iam_oidc **ret);
LG_MUST lg_status lg_iam_saml_by_arn(
	struct lg_ctx *cx, struct lg_env *env, lg_str arn, const struct lg_rec_iam_saml **ret);

/* What condition keys of an issuer's tokens begin with: its URL without the scheme. */
lg_str lg_iam_oidc_name(lg_str url);

/* ---- OpenID Connect ---- */

/*
 * LG_E_ENTITY_ALREADY_EXISTS, LG_E_ENTITY_LIMIT_EXCEEDED, LG_E_INVALID_INPUT, LG_E_VALIDATION: the URL is
 * neither https, nor http on this machine.
 */
LG_MUST lg_status lg_iam_oidc_create(struct lg_ctx *cx, struct lg_env *env,
	const struct lg_iam_create_open_id_connect_provider_request *in,
	struct lg_iam_create_open_id_connect_provider_response *ret);
/* The row, to be shown or changed. LG_E_NO_SUCH_ENTITY; LG_E_INVALID_INPUT: no ARN of such a provider. */
LG_MUST lg_status lg_iam_oidc_row(
	struct lg_ctx *cx, struct lg_env *env, lg_str arn, struct lg_item_row *ret);
LG_MUST lg_status lg_iam_oidc_get(struct lg_ctx *cx, struct lg_env *env, lg_str arn,
	struct lg_iam_get_open_id_connect_provider_response *ret);
LG_MUST lg_status lg_iam_oidc_list(
	struct lg_ctx *cx, struct lg_env *env, struct lg_iam_open_id_connect_provider_list_type *ret);
/* There already is as good as added, and not there as removed. LG_E_ENTITY_LIMIT_EXCEEDED. */
LG_MUST lg_status lg_iam_oidc_add_client(
	struct lg_ctx *cx, struct lg_env *env, lg_str arn, lg_str client_id);
LG_MUST lg_status lg_iam_oidc_remove_client(
	struct lg_ctx *cx, struct lg_env *env, lg_str arn, lg_str client_id);
LG_MUST lg_status lg_iam_oidc_set_thumbprints(
	struct lg_ctx *cx, struct lg_env *env, lg_str arn, const struct lg_str_list *thumbprints);

/* ---- SAML ---- */

/* LG_E_ENTITY_ALREADY_EXISTS, LG_E_ENTITY_LIMIT_EXCEEDED, LG_E_INVALID_INPUT: no metadata. */
LG_MUST lg_status lg_iam_saml_create(struct lg_ctx *cx, struct lg_env *env,
	const struct lg_iam_create_saml_provider_request *in,
	struct lg_iam_create_saml_provider_response *ret);
LG_MUST lg_status lg_iam_saml_row(
	struct lg_ctx *cx, struct lg_env *env, lg_str arn, struct lg_item_row *ret);
LG_MUST lg_status lg_iam_saml_get(
	struct lg_ctx *cx, struct lg_env *env, lg_str arn, struct lg_iam_get_saml_provider_response *ret);
LG_MUST lg_status lg_iam_saml_list(
	struct lg_ctx *cx, struct lg_env *env, struct lg_iam_saml_provider_list_type *ret);
LG_MUST lg_status lg_iam_saml_update(struct lg_ctx *cx, struct lg_env *env, lg_str arn, lg_str metadata);

/* Of either kind. */
LG_MUST lg_status lg_iam_provider_delete(struct lg_ctx *cx, struct lg_env *env, struct lg_item_row *row);

#endif
