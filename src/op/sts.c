/* STS: src/domain/iam/sts.h. */
#include "gen/ops.h"

#include "domain/iam/authorize_message.h"
#include "domain/iam/sts.h"
#include "domain/iam/web_identity.h"
#include "domain/identity/saml_identity.h"
#include "op/facts.h"

struct lg_call_facts
lg_op_facts(const struct lg_req *rq)
{
	return (struct lg_call_facts){
		.peer = rq->peer,
		.user_agent = rq->user_agent,
		.region = rq->region,
		.secure = lg_str_starts(rq->env->settings->public_url, LG_STR("https://")),
	};
}

lg_status
lg_op_get_caller_identity(struct lg_req *rq, const struct lg_sts_get_caller_identity_request *in,
	struct lg_sts_get_caller_identity_response *out)
{
	(void)in;
	out->arn = rq->signer.caller.arn;
	out->user_id = rq->signer.user_id;
	out->account = rq->signer.caller.account;
	return LG_OK;
}

/* ---- what is asked for ---- */

static lg_status
read_tags(struct lg_ctx *cx, const struct lg_sts_tag_list_type *given, struct lg_str_map *ret)
{
	ret->items = lg_new_array(cx, struct lg_str_pair, given->count);
	if (!ret->items)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	for (size_t i = 0; i < given->count; i++)
		ret->items[i] = (struct lg_str_pair){ given->items[i].key, given->items[i].value };
	ret->count = given->count;
	ret->has = given->has;
	return LG_OK;
}

static lg_status
read_arns(struct lg_ctx *cx, const struct lg_sts_policy_descriptor_list_type *given, struct lg_str_list *ret)
{
	ret->items = lg_new_array(cx, lg_str, given->count);
	if (!ret->items)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	for (size_t i = 0; i < given->count; i++)
		ret->items[i] = given->items[i].arn;
	ret->count = given->count;
	ret->has = given->has;
	return LG_OK;
}

/* ---- what is given ---- */

static lg_status
show_credentials(struct lg_ctx *cx, const struct lg_aws_credentials *made, struct lg_sts_credentials **ret)
{
	struct lg_sts_credentials *shown = lg_new(cx, struct lg_sts_credentials);
	if (!shown)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	*shown = (struct lg_sts_credentials){ made->access_key_id, made->secret, made->token,
		{ true, made->expires } };
	*ret = shown;
	return LG_OK;
}

static lg_status
show_user(struct lg_ctx *cx, const struct lg_sts_session *session, struct lg_sts_assumed_role_user **ret)
{
	struct lg_sts_assumed_role_user *shown = lg_new(cx, struct lg_sts_assumed_role_user);
	if (!shown)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	*shown = (struct lg_sts_assumed_role_user){ session->role_id, session->arn };
	*ret = shown;
	return LG_OK;
}

/* Nobody has a second factor here, so no code is right. */
static lg_status
refuse_second_factor(struct lg_req *rq, lg_str serial_number, lg_str token_code)
{
	if (!lg_str_present(serial_number) && !lg_str_present(token_code))
		return LG_OK;
	return lg_fail(rq->cx, LG_E_ACCESS_DENIED,
		"MultiFactorAuthentication failed with invalid MFA one time pass code. ");
}

lg_status
lg_op_assume_role(struct lg_req *rq, const struct lg_sts_assume_role_request *in,
	struct lg_sts_assume_role_response *out)
{
	const struct lg_call_facts facts = lg_op_facts(rq);
	struct lg_sts_wish wish = {
		.role_arn = in->role_arn,
		.session_name = in->role_session_name,
		.duration_s = in->duration_seconds,
		.policy = in->policy,
		.transitive = in->transitive_tag_keys,
		.source_identity = in->source_identity,
	};
	struct lg_sts_session session;
	LG_TRY(refuse_second_factor(rq, in->serial_number, in->token_code));
	/* Nobody here vouches for one: it is not passed over in silence. */
	if (in->provided_contexts.count)
		return lg_fail(rq->cx, LG_E_VALIDATION, "ProvidedContexts are not supported.");
	LG_TRY(read_tags(rq->cx, &in->tags, &wish.tags));
	LG_TRY(read_arns(rq->cx, &in->policy_arns, &wish.policy_arns));
	LG_TRY(lg_sts_assume_role(rq->cx, rq->env, &rq->signer, &wish, in->external_id, &facts, &session));
	LG_TRY(show_credentials(rq->cx, &session.credentials, &out->credentials));
	LG_TRY(show_user(rq->cx, &session, &out->assumed_role_user));
	out->packed_policy_size = (struct lg_opt_int){ session.has_size, session.packed_percent };
	out->source_identity = session.source_identity;
	return LG_OK;
}

lg_status
lg_op_assume_role_with_web_identity(struct lg_req *rq,
	const struct lg_sts_assume_role_with_web_identity_request *in,
	struct lg_sts_assume_role_with_web_identity_response *out)
{
	const struct lg_call_facts facts = lg_op_facts(rq);
	struct lg_web_token token;
	struct lg_sts_session session;
	LG_TRY(lg_sts_role_arn_check(rq->cx, in->role_arn));
	/* Tokens of OAuth 2.0 do not name their provider (docs/DIFFERENCES.md). */
	if (lg_str_present(in->provider_id))
		return lg_fail(rq->cx, LG_E_INVALID_IDENTITY_TOKEN,
			"Access tokens of OAuth 2.0 providers are not taken: leave ProviderId out.");
	LG_TRY(lg_web_token_verify(rq->cx, rq->env, in->web_identity_token, &token));
	struct lg_sts_wish wish = {
		.role_arn = in->role_arn,
		.session_name = in->role_session_name,
		.duration_s = in->duration_seconds,
		.policy = in->policy,
		.tags = token.tags,
		.transitive = token.transitive,
		.source_identity = token.source_identity,
	};
	LG_TRY(read_arns(rq->cx, &in->policy_arns, &wish.policy_arns));
	LG_TRY(lg_sts_assume_web_identity(rq->cx, rq->env, &wish, &token.who, &facts, &session));
	LG_TRY(show_credentials(rq->cx, &session.credentials, &out->credentials));
	LG_TRY(show_user(rq->cx, &session, &out->assumed_role_user));
	out->subject_from_web_identity_token = token.subject;
	out->packed_policy_size = (struct lg_opt_int){ session.has_size, session.packed_percent };
	out->provider = token.who.provider;
	out->audience = token.audience;
	out->source_identity = session.source_identity;
	return LG_OK;
}

lg_status
lg_op_get_session_token(struct lg_req *rq, const struct lg_sts_get_session_token_request *in,
	struct lg_sts_get_session_token_response *out)
{
	struct lg_aws_credentials made;
	LG_TRY(refuse_second_factor(rq, in->serial_number, in->token_code));
	LG_TRY(lg_sts_session_token(rq->cx, rq->env, &rq->signer, in->duration_seconds, &made));
	return show_credentials(rq->cx, &made, &out->credentials);
}

lg_status
lg_op_get_federation_token(struct lg_req *rq, const struct lg_sts_get_federation_token_request *in,
	struct lg_sts_get_federation_token_response *out)
{
	const struct lg_call_facts facts = lg_op_facts(rq);
	struct lg_sts_wish wish = {
		.session_name = in->name, .duration_s = in->duration_seconds, .policy = in->policy
	};
	struct lg_sts_session session;
	LG_TRY(read_tags(rq->cx, &in->tags, &wish.tags));
	LG_TRY(read_arns(rq->cx, &in->policy_arns, &wish.policy_arns));
	LG_TRY(lg_sts_federation_token(rq->cx, rq->env, &rq->signer, &wish, &facts, &session));
	out->federated_user = lg_new(rq->cx, struct lg_sts_federated_user);
	if (!out->federated_user)
		return lg_fail_default(rq->cx, LG_E_NO_MEMORY);
	*out->federated_user = (struct lg_sts_federated_user){ session.role_id, session.arn };
	out->packed_policy_size = (struct lg_opt_int){ true, session.packed_percent };
	return show_credentials(rq->cx, &session.credentials, &out->credentials);
}

lg_status
lg_op_get_access_key_info(struct lg_req *rq, const struct lg_sts_get_access_key_info_request *in,
	struct lg_sts_get_access_key_info_response *out)
{
	/* A key tells its account, whether or not it exists: here they are all of one. */
	const lg_str id = in->access_key_id;
	if (!lg_str_starts(id, LG_STR("AKIA")) && !lg_str_starts(id, LG_STR("ASIA")))
		return lg_fail(rq->cx, LG_E_VALIDATION, "Invalid value for access key id");
	out->account = rq->env->settings->account;
	return LG_OK;
}

/* What is asked for, but no longer than the provider allows; an hour, if nothing is asked for. */
static struct lg_opt_int
shortened(struct lg_opt_int wanted, int64_t longest_s)
{
	const int64_t seconds = wanted.has ? wanted.v : LG_STS_DURATION_S;
	return seconds > longest_s ? (struct lg_opt_int){ true, longest_s } : wanted;
}

lg_status
lg_op_assume_role_with_saml(struct lg_req *rq, const struct lg_sts_assume_role_with_saml_request *in,
	struct lg_sts_assume_role_with_saml_response *out)
{
	const struct lg_call_facts facts = lg_op_facts(rq);
	const struct lg_saml_claim claim = {
		.role_arn = in->role_arn, .provider_arn = in->principal_arn, .assertion = in->saml_assertion
	};
	struct lg_saml_identity identity;
	struct lg_sts_session session;
	LG_TRY(lg_sts_role_arn_check(rq->cx, in->role_arn));
	LG_TRY(lg_saml_identity_verify(rq->cx, rq->env, &claim, &identity));
	struct lg_sts_wish wish = {
		.role_arn = in->role_arn,
		.session_name = identity.session_name,
		.duration_s = shortened(in->duration_seconds, identity.longest_s),
		.policy = in->policy,
		.tags = identity.tags,
		.transitive = identity.transitive,
		.source_identity = identity.source_identity,
	};
	LG_TRY(read_arns(rq->cx, &in->policy_arns, &wish.policy_arns));
	LG_TRY(lg_sts_assume_web_identity(rq->cx, rq->env, &wish, &identity.who, &facts, &session));
	LG_TRY(lg_saml_identity_spend(rq->cx, rq->env, &claim, &identity));
	LG_TRY(show_credentials(rq->cx, &session.credentials, &out->credentials));
	LG_TRY(show_user(rq->cx, &session, &out->assumed_role_user));
	out->packed_policy_size = (struct lg_opt_int){ session.has_size, session.packed_percent };
	out->subject = identity.subject;
	out->subject_type = identity.subject_type;
	out->issuer = identity.issuer;
	out->audience = identity.audience;
	out->name_qualifier = identity.name_qualifier;
	out->source_identity = session.source_identity;
	return LG_OK;
}

lg_status
lg_op_decode_authorization_message(struct lg_req *rq,
	const struct lg_sts_decode_authorization_message_request *in,
	struct lg_sts_decode_authorization_message_response *out)
{
	return lg_authorization_message_read(rq->cx, rq->env, in->encoded_message, &out->decoded_message);
}
