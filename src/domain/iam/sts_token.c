#include "domain/iam/sts_wish.h"

#define DURATION_S 43200
#define DURATION_ROOT_S 3600 /* the longest, too */

/* Only long-term keys, a user's or root's, are turned into others. */
static lg_status
check_signer(struct lg_ctx *cx, const struct lg_signer *signer, const char *operation)
{
	if (!lg_signer_is_temporary(signer))
		return LG_OK;
	return lg_fail(cx, LG_E_ACCESS_DENIED, "Cannot call %s with session credentials", operation);
}

static int64_t
duration_of(const struct lg_signer *signer, struct lg_opt_int wanted)
{
	const bool root = signer->caller.kind == LG_CALLER_ROOT;
	const int64_t usual = root ? DURATION_ROOT_S : DURATION_S;
	if (!wanted.has || (root && wanted.v > usual))
		return usual;
	return wanted.v;
}

/* Whose keys these are; a session of root has no name. */
static struct lg_rec_aws_session
session_of(const struct lg_signer *signer, lg_str kind)
{
	struct lg_rec_aws_session session = { .kind = kind };
	if (signer->entity) {
		session.name = signer->entity->name;
		session.id = signer->entity->id;
	}
	return session;
}

lg_status
lg_sts_session_token(struct lg_ctx *cx, struct lg_env *env, const struct lg_signer *signer,
	struct lg_opt_int duration_s, struct lg_aws_credentials *ret)
{
	LG_TRY(check_signer(cx, signer, "GetSessionToken"));
	struct lg_rec_aws_session session = session_of(signer, LG_SESSION_USER);
	return lg_aws_session_make(cx, env, &session, duration_of(signer, duration_s), ret);
}

/* To tag a session is an action of its own. */
static lg_status
check_tags(struct lg_ctx *cx, struct lg_env *env, const struct lg_signer *signer,
	const struct lg_sts_wish *wish, const struct lg_call_facts *facts, lg_str arn)
{
	if (!wish->tags.count)
		return LG_OK;
	struct lg_policy_context context = { 0 };
	const struct lg_access_question question = {
		.action = LG_STR("sts:TagSession"), .resource = arn, .context = &context
	};
	LG_TRY(lg_context_add_facts(cx, &context, facts));
	LG_TRY(lg_context_add_signer(cx, &context, signer));
	LG_TRY(lg_context_add_tags(cx, &context, "aws:RequestTag/", &wish->tags, true));
	lg_str why;
	return lg_authorize(cx, env, signer, &question, &why);
}

lg_status
lg_sts_federation_token(struct lg_ctx *cx, struct lg_env *env, const struct lg_signer *signer,
	const struct lg_sts_wish *wish, const struct lg_call_facts *facts, struct lg_sts_session *ret)
{
	const lg_str account = env->settings->account;
	struct lg_sts_session made = { .has_size = true };
	struct lg_rec_aws_session session = session_of(signer, LG_SESSION_FEDERATED);
	LG_TRY(check_signer(cx, signer, "GetFederationToken"));
	LG_TRY(lg_str_fmt(cx, &made.arn, "arn:aws:sts::%.*s:federated-user/%.*s", LG_FMT(account),
		LG_FMT(wish->session_name)));
	LG_TRY(check_tags(cx, env, signer, wish, facts, made.arn));
	session.session_name = wish->session_name;
	LG_TRY(lg_sts_tags(cx, wish, NULL, &session));
	LG_TRY(lg_sts_policies(cx, env, wish, &session));
	LG_TRY(lg_sts_packed_percent(cx, &session, &made.packed_percent));
	LG_TRY(lg_aws_session_make(
		cx, env, &session, duration_of(signer, wish->duration_s), &made.credentials));
	LG_TRY(lg_str_fmt(cx, &made.role_id, "%.*s:%.*s", LG_FMT(account), LG_FMT(wish->session_name)));
	*ret = made;
	return LG_OK;
}
