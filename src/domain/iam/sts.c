#include "domain/iam/sts.h"

#include "domain/iam/iam_item.h"
#include "domain/iam/sts_wish.h"
#include "policy/cache.h"

#define DURATION_CHAINED_S 3600
#define ARN_FIELDS 6

/* A role on its way to a session. */
struct assuming {
	struct lg_env *env;
	const struct lg_sts_wish *wish;
	const struct lg_call_facts *facts;
	const struct lg_iam_entity *role;
	struct lg_policy_named trust;
	struct lg_policy_context context;
	struct lg_rec_aws_session session;
};

/* The condition keys that tell what is asked for. */
static lg_status
add_wish(struct lg_ctx *cx, struct assuming *a, int64_t duration_s)
{
	struct lg_policy_context *context = &a->context;
	const struct lg_rec_aws_session *session = &a->session;
	lg_str duration;
	LG_TRY(lg_context_add_facts(cx, context, a->facts));
	LG_TRY(lg_policy_context_add(cx, context, LG_STR("sts:RoleSessionName"), a->wish->session_name));
	LG_TRY(lg_str_fmt(cx, &duration, "%lld", (long long)duration_s));
	LG_TRY(lg_policy_context_add(cx, context, LG_STR("sts:DurationSeconds"), duration));
	LG_TRY(lg_context_add_tags(cx, context, "aws:RequestTag/", &a->wish->tags, true));
	if (session->transitive.count)
		LG_TRY(lg_policy_context_add_list(cx, context, LG_STR("sts:TransitiveTagKeys"),
			session->transitive.items, session->transitive.count));
	if (lg_str_present(session->source_identity))
		LG_TRY(lg_policy_context_add(
			cx, context, LG_STR("sts:SourceIdentity"), session->source_identity));

	struct lg_str_pair *tags = lg_new_array(cx, struct lg_str_pair, a->role->tag_count);
	if (!tags)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	for (size_t i = 0; i < a->role->tag_count; i++)
		tags[i] = (struct lg_str_pair){ a->role->tags[i].key, a->role->tags[i].value };
	return lg_context_add_tags(cx, context, "aws:ResourceTag/",
		&(struct lg_str_map){ .items = tags, .count = a->role->tag_count, .has = true }, false);
}

lg_status
lg_sts_role_arn_check(struct lg_ctx *cx, lg_str arn)
{
	lg_str rest = arn;
	for (int i = 0; i < ARN_FIELDS - 1; i++)
		lg_str_cut(&rest, ':');
	if (!lg_str_starts(arn, LG_STR("arn:")) || !lg_str_present(rest))
		return lg_fail(cx, LG_E_VALIDATION, "%.*s is invalid", LG_FMT(arn));
	return LG_OK;
}

/* The role of an ARN. LG_E_NOT_FOUND: another account's, or nobody's. */
static lg_status
find_role(struct lg_ctx *cx, struct assuming *a)
{
	const lg_str arn = a->wish->role_arn;
	lg_str path, name;
	LG_TRY(lg_sts_role_arn_check(cx, arn));
	if (!lg_iam_arn_read(a->env->settings, LG_STR("role"), arn, &path, &name))
		return lg_fail_default(cx, LG_E_NOT_FOUND);
	LG_TRY(lg_iam_role_find(cx, a->env, name, &a->role));
	if (!lg_str_eq(a->role->arn, arn))
		return lg_fail_default(cx, LG_E_NOT_FOUND);
	a->trust.name = a->role->arn;
	return lg_policy_cache_get(cx, a->env->policies, LG_POLICY_TRUST, a->role->trust, &a->trust.policy);
}

/*
 * The first of the actions that a session like this takes and that is not allowed; NULL when all are.
 * `allows` asks for one.
 */
static lg_status
first_refused(struct lg_ctx *cx, struct assuming *a, const char *action,
	lg_status (*allows)(
		struct lg_ctx *cx, struct assuming *a, const void *who, const char *action, bool *ret),
	const void *who, const char **ret)
{
	const struct {
		const char *action;
		bool needed;
	} actions[] = {
		{ action, true },
		{ "sts:TagSession", a->session.tags.count > 0 },
		{ "sts:SetSourceIdentity", lg_str_present(a->session.source_identity) },
	};
	*ret = NULL;
	for (size_t i = 0; i < LG_LEN(actions) && !*ret; i++) {
		bool allowed = true;
		if (actions[i].needed)
			LG_TRY(allows(cx, a, who, actions[i].action, &allowed));
		if (!allowed)
			*ret = actions[i].action;
	}
	return LG_OK;
}

static lg_status
duration_of(struct lg_ctx *cx, const struct assuming *a, bool chained, int64_t *ret)
{
	const int64_t most = a->role->max_session_s;
	const struct lg_opt_int *wanted = &a->wish->duration_s;
	*ret = wanted->has ? wanted->v : most < LG_STS_DURATION_S ? most : LG_STS_DURATION_S;
	if (chained && *ret > DURATION_CHAINED_S)
		return lg_fail(cx, LG_E_VALIDATION,
			"The requested DurationSeconds exceeds the 1 hour session limit for roles assumed "
			"by "
			"role chaining");
	if (*ret > most)
		return lg_fail(cx, LG_E_VALIDATION,
			"The requested DurationSeconds exceeds the MaxSessionDuration set for this role.");
	return LG_OK;
}

static lg_status
finish(struct lg_ctx *cx, struct assuming *a, int64_t duration_s, struct lg_sts_session *ret)
{
	struct lg_rec_aws_session *session = &a->session;
	struct lg_sts_session made = { .source_identity = session->source_identity };
	session->kind = LG_SESSION_ROLE;
	session->name = a->role->name;
	session->id = a->role->id;
	session->session_name = a->wish->session_name;
	made.has_size = lg_str_present(session->policy) || session->policy_arns.count || session->tags.count;
	LG_TRY(lg_sts_packed_percent(cx, session, &made.packed_percent));
	LG_TRY(lg_aws_session_make(cx, a->env, session, duration_s, &made.credentials));
	LG_TRY(lg_str_fmt(
		cx, &made.role_id, "%.*s:%.*s", LG_FMT(a->role->id), LG_FMT(session->session_name)));
	LG_TRY(lg_str_fmt(cx, &made.arn, "arn:aws:sts::%.*s:assumed-role/%.*s/%.*s",
		LG_FMT(a->env->settings->account), LG_FMT(a->role->name), LG_FMT(session->session_name)));
	*ret = made;
	return LG_OK;
}

/* ---- with a token ---- */

static lg_status
token_allows(struct lg_ctx *cx, struct assuming *a, const void *who, const char *action, bool *ret)
{
	const struct lg_web_identity *identity = who;
	const struct lg_policy_caller caller = { .kind = LG_CALLER_FEDERATED, .name = identity->provider };
	const struct lg_policy_request request = {
		.action = lg_str_from_c(action),
		.resource = a->role->arn,
		.caller = &caller,
		.context = &a->context,
		.layers = { [LG_LAYER_RESOURCE] = { .items = &a->trust, .count = 1, .has = true } },
	};
	struct lg_policy_verdict verdict;
	const lg_status s = lg_policy_evaluate(cx, &request, &verdict);
	*ret = !lg_failed(s) && verdict.decision == LG_DECISION_ALLOWED;
	return s.code == LG_E_BUDGET ? LG_OK : s;
}

static lg_status
add_claims(struct lg_ctx *cx, struct assuming *a, const struct lg_web_identity *who)
{
	for (size_t i = 0; i < who->claim_count; i++) {
		const struct lg_rec_aws_claim *claim = &who->claims[i];
		if (claim->multi.v)
			LG_TRY(lg_policy_context_add_list(
				cx, &a->context, claim->key, claim->values.items, claim->values.count));
		else if (claim->values.count)
			LG_TRY(lg_policy_context_add(cx, &a->context, claim->key, claim->values.items[0]));
	}
	return lg_policy_context_add(cx, &a->context, LG_STR("aws:FederatedProvider"), who->provider);
}

static lg_status
keep_claims(struct lg_ctx *cx, struct assuming *a, const struct lg_web_identity *who)
{
	struct lg_rec_aws_claim *claims = lg_new_array(cx, struct lg_rec_aws_claim, who->claim_count);
	if (!claims)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	for (size_t i = 0; i < who->claim_count; i++)
		claims[i] = who->claims[i];
	a->session.claims.items = claims;
	a->session.claims.count = who->claim_count;
	a->session.claims.has = who->claim_count > 0;
	a->session.provider = who->provider;
	return LG_OK;
}

lg_status
lg_sts_assume_web_identity(struct lg_ctx *cx, struct lg_env *env, const struct lg_sts_wish *wish,
	const struct lg_web_identity *who, const struct lg_call_facts *facts, struct lg_sts_session *ret)
{
	const char *action = who->saml ? "sts:AssumeRoleWithSAML" : "sts:AssumeRoleWithWebIdentity";
	struct assuming a = { .env = env, .wish = wish, .facts = facts };
	const char *refused = action;
	const lg_status s = find_role(cx, &a);
	if (s.code != LG_E_NOT_FOUND) {
		LG_TRY(s);
		LG_TRY(lg_sts_tags(cx, wish, NULL, &a.session));
		a.session.source_identity = wish->source_identity;
		LG_TRY(add_wish(cx, &a, wish->duration_s.has ? wish->duration_s.v : LG_STS_DURATION_S));
		LG_TRY(add_claims(cx, &a, who));
		LG_TRY(first_refused(cx, &a, action, token_allows, who, &refused));
	}
	/* A role that is not there is refused like one that does not trust (A2). */
	if (refused)
		return lg_fail(cx, LG_E_ACCESS_DENIED, "Not authorized to perform %s", refused);
	int64_t duration_s;
	LG_TRY(duration_of(cx, &a, false, &duration_s));
	LG_TRY(lg_sts_policies(cx, env, wish, &a.session));
	LG_TRY(keep_claims(cx, &a, who));
	return finish(cx, &a, duration_s, ret);
}

/* ---- with credentials ---- */

static lg_status
signer_allows(struct lg_ctx *cx, struct assuming *a, const void *who, const char *action, bool *ret)
{
	const struct lg_access_question question = {
		.action = lg_str_from_c(action),
		.resource = a->role->arn,
		.context = &a->context,
		.trust = &a->trust,
	};
	struct lg_policy_verdict verdict;
	const lg_status s = lg_authorize_verdict(cx, a->env, who, &question, &verdict);
	*ret = !lg_failed(s) && verdict.decision == LG_DECISION_ALLOWED;
	return s.code == LG_E_BUDGET ? LG_OK : s;
}

/* Once set it stays, however many roles are assumed. */
static lg_status
source_identity_of(struct lg_ctx *cx, const struct lg_sts_wish *wish,
	const struct lg_rec_aws_session *parent, lg_str *ret)
{
	const lg_str inherited = parent ? parent->source_identity : LG_STR_NONE;
	*ret = lg_str_present(inherited) ? inherited : wish->source_identity;
	if (lg_str_present(wish->source_identity) && !lg_str_eq(wish->source_identity, *ret))
		return lg_fail(cx, LG_E_ACCESS_DENIED,
			"The source identity of a session cannot be changed by role chaining.");
	return LG_OK;
}

lg_status
lg_sts_assume_role(struct lg_ctx *cx, struct lg_env *env, const struct lg_signer *signer,
	const struct lg_sts_wish *wish, lg_str external_id, const struct lg_call_facts *facts,
	struct lg_sts_session *ret)
{
	struct assuming a = { .env = env, .wish = wish, .facts = facts };
	const struct lg_rec_aws_session *parent = signer->session;
	const bool chained = signer->caller.kind == LG_CALLER_ROLE;
	const char *refused = "sts:AssumeRole";
	if (signer->caller.kind == LG_CALLER_ROOT)
		return lg_fail(cx, LG_E_ACCESS_DENIED, "Roles may not be assumed by root accounts.");
	const lg_status s = find_role(cx, &a);
	if (s.code != LG_E_NOT_FOUND) {
		LG_TRY(s);
		LG_TRY(lg_sts_tags(cx, wish, chained ? parent : NULL, &a.session));
		LG_TRY(source_identity_of(cx, wish, parent, &a.session.source_identity));
		LG_TRY(add_wish(cx, &a, wish->duration_s.has ? wish->duration_s.v : LG_STS_DURATION_S));
		LG_TRY(lg_context_add_signer(cx, &a.context, signer));
		if (lg_str_present(external_id))
			LG_TRY(lg_policy_context_add(cx, &a.context, LG_STR("sts:ExternalId"), external_id));
		LG_TRY(first_refused(cx, &a, "sts:AssumeRole", signer_allows, signer, &refused));
	}
	if (refused)
		return lg_fail(cx, LG_E_ACCESS_DENIED,
			"User: %.*s is not authorized to perform: %s on resource: %.*s",
			LG_FMT(signer->caller.arn), refused, LG_FMT(wish->role_arn));
	int64_t duration_s;
	LG_TRY(duration_of(cx, &a, chained, &duration_s));
	LG_TRY(lg_sts_policies(cx, env, wish, &a.session));
	return finish(cx, &a, duration_s, ret);
}
