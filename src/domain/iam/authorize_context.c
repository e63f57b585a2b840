#include "domain/iam/authorize.h"

#include <inttypes.h>

/* A key that is already there keeps its first value: tags may differ in case alone. */
static lg_status
add(struct lg_ctx *cx, struct lg_policy_context *context, lg_str name, lg_str value)
{
	if (!lg_str_present(value))
		return LG_OK;
	const lg_status s = lg_policy_context_add(cx, context, name, value);
	return s.code == LG_E_EXISTS ? LG_OK : s;
}

static lg_status
add_time(struct lg_ctx *cx, struct lg_policy_context *context, lg_str name, lg_time time)
{
	char text[LG_TIME_RFC3339_SIZE];
	lg_str value;
	lg_time_rfc3339(time, text);
	LG_TRY(lg_str_dup(cx, lg_str_from_c(text), &value));
	return add(cx, context, name, value);
}

static lg_status
add_number(struct lg_ctx *cx, struct lg_policy_context *context, lg_str name, int64_t number)
{
	lg_str value;
	LG_TRY(lg_str_fmt(cx, &value, "%" PRId64, number));
	return add(cx, context, name, value);
}

lg_status
lg_context_add_facts(struct lg_ctx *cx, struct lg_policy_context *context, const struct lg_call_facts *facts)
{
	LG_TRY(add_time(cx, context, LG_STR("aws:CurrentTime"), cx->now));
	LG_TRY(add_number(cx, context, LG_STR("aws:EpochTime"), lg_time_s(cx->now)));
	LG_TRY(add(cx, context, LG_STR("aws:SecureTransport"),
		facts->secure ? LG_STR("true") : LG_STR("false")));
	LG_TRY(add(cx, context, LG_STR("aws:SourceIp"), facts->peer));
	LG_TRY(add(cx, context, LG_STR("aws:UserAgent"), facts->user_agent));
	LG_TRY(add(cx, context, LG_STR("aws:Referer"), facts->referer));
	LG_TRY(add(cx, context, LG_STR("aws:RequestedRegion"), facts->region));
	LG_TRY(add(cx, context, LG_STR("aws:ViaAWSService"), LG_STR("false")));
	return add(cx, context, LG_STR("aws:PrincipalIsAWSService"), LG_STR("false"));
}

lg_status
lg_context_add_tags(struct lg_ctx *cx, struct lg_policy_context *context, const char *prefix,
	const struct lg_str_map *tags, bool keys)
{
	lg_str *names = lg_new_array(cx, lg_str, tags->count);
	if (!names)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	for (size_t i = 0; i < tags->count; i++) {
		lg_str name;
		names[i] = tags->items[i].key;
		LG_TRY(lg_str_concat(cx, (const lg_str[]){ lg_str_from_c(prefix), names[i] }, 2, &name));
		LG_TRY(add(cx, context, name, tags->items[i].value));
	}
	if (!keys || !tags->count)
		return LG_OK;
	return lg_policy_context_add_list(cx, context, LG_STR("aws:TagKeys"), names, tags->count);
}

/* ---- who calls ---- */

static const char *
type_of(enum lg_caller_kind kind)
{
	switch (kind) {
	case LG_CALLER_ROOT:
		return "Account";
	case LG_CALLER_USER:
		return "User";
	case LG_CALLER_ROLE:
		return "AssumedRole";
	case LG_CALLER_FEDERATED_USER:
		return "FederatedUser";
	case LG_CALLER_ANONYMOUS:
	case LG_CALLER_FEDERATED:
	case LG_CALLER_SERVICE:
		break;
	}
	return "Anonymous";
}

static struct lg_str_map
map_of(struct lg_str_pair *items, const struct lg_rec_iam_tag *tags, size_t count)
{
	for (size_t i = 0; i < count; i++)
		items[i] = (struct lg_str_pair){ tags[i].key, tags[i].value };
	return (struct lg_str_map){ .items = items, .count = count, .has = true };
}

/* Tags of the session first: they override those of role or user. */
static lg_status
add_principal_tags(struct lg_ctx *cx, struct lg_policy_context *context, const struct lg_signer *signer)
{
	const size_t own = signer->entity ? signer->entity->tag_count : 0;
	const size_t brought = signer->session ? signer->session->tags.count : 0;
	struct lg_str_pair *items = lg_new_array(cx, struct lg_str_pair, own + brought);
	if (!items)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	struct lg_str_map tags = { 0 };
	if (brought) {
		tags = map_of(items, signer->session->tags.items, brought);
		LG_TRY(lg_context_add_tags(cx, context, "aws:PrincipalTag/", &tags, false));
	}
	if (own) {
		tags = map_of(items + brought, signer->entity->tags, own);
		LG_TRY(lg_context_add_tags(cx, context, "aws:PrincipalTag/", &tags, false));
	}
	return LG_OK;
}

static lg_status
add_session(struct lg_ctx *cx, struct lg_policy_context *context, const struct lg_rec_aws_session *session)
{
	LG_TRY(add_time(cx, context, LG_STR("aws:TokenIssueTime"), session->issued.v));
	/* Users of the account have no second factors here. */
	LG_TRY(add(cx, context, LG_STR("aws:MultiFactorAuthPresent"), LG_STR("false")));
	LG_TRY(add(cx, context, LG_STR("aws:SourceIdentity"), session->source_identity));
	LG_TRY(add(cx, context, LG_STR("aws:FederatedProvider"), session->provider));
	for (size_t i = 0; i < session->claims.count; i++) {
		const struct lg_rec_aws_claim *claim = &session->claims.items[i];
		if (!claim->multi.v && claim->values.count)
			LG_TRY(add(cx, context, claim->key, claim->values.items[0]));
		else if (claim->values.count)
			LG_TRY(lg_policy_context_add_list(
				cx, context, claim->key, claim->values.items, claim->values.count));
	}
	return LG_OK;
}

lg_status
lg_context_add_signer(struct lg_ctx *cx, struct lg_policy_context *context, const struct lg_signer *signer)
{
	const struct lg_policy_caller *caller = &signer->caller;
	/* Of a session it is the role's, not the session's (C6). */
	LG_TRY(add(cx, context, LG_STR("aws:PrincipalArn"),
		caller->kind == LG_CALLER_ROLE ? caller->role_arn : caller->arn));
	LG_TRY(add(cx, context, LG_STR("aws:PrincipalAccount"), caller->account));
	LG_TRY(add(cx, context, LG_STR("aws:PrincipalType"), lg_str_from_c(type_of(caller->kind))));
	LG_TRY(add(cx, context, LG_STR("aws:userid"), signer->user_id));
	LG_TRY(add(cx, context, LG_STR("aws:username"), signer->username));
	LG_TRY(add_principal_tags(cx, context, signer));
	return signer->session ? add_session(cx, context, signer->session) : LG_OK;
}
