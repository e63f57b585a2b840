#include "domain/iam/signer.h"

#include "domain/iam/iam_item.h"

#define USER_KEY_PREFIX LG_STR("AKIA")
#define USER_KEY_LENGTH 20

/* What verifying a signature takes: the claim, and what may have been signed. */
struct check {
	struct lg_env *env;
	const struct lg_sigv4_request *request;
	struct lg_sigv4_claim claim;
	lg_str service;
};

static lg_status
unknown_key(struct lg_ctx *cx)
{
	return lg_fail_default(cx, LG_E_UNRECOGNIZED_CLIENT);
}

static lg_status
verify(struct lg_ctx *cx, const struct check *check, lg_str sealed)
{
	struct lg_sigv4_texts texts;
	const struct lg_sigv4_claim *claim = &check->claim;
	const struct lg_owner owner = { .pool = 0, .uid = claim->access_key_id };
	LG_TRY(lg_sigv4_prepare(
		cx, check->request, claim, check->service, lg_clock_real(check->env->clock), &texts));
	const lg_status s =
		lg_keyholder_sigv4_check(check->env->keys, cx, owner, sealed, claim, texts.to_sign[0]);
	if (s.code != LG_E_INVALID_SIGNATURE || !lg_str_present(texts.to_sign[1]))
		return s;
	return lg_keyholder_sigv4_check(check->env->keys, cx, owner, sealed, claim, texts.to_sign[1]);
}

static lg_status
root_of_account(struct lg_ctx *cx, struct lg_env *env, struct lg_signer *ret)
{
	const lg_str account = env->settings->account;
	struct lg_signer root = { .caller = { .kind = LG_CALLER_ROOT, .account = account },
		.user_id = account };
	LG_TRY(lg_str_fmt(cx, &root.caller.arn, "arn:aws:iam::%.*s:root", LG_FMT(account)));
	*ret = root;
	return LG_OK;
}

bool
lg_signer_is_temporary(const struct lg_signer *signer)
{
	return signer->session != NULL;
}

/* A user by name, who must still be the one with this id. */
static lg_status
find_user(struct lg_ctx *cx, struct lg_env *env, lg_str name, lg_str id, struct lg_signer *signer)
{
	const struct lg_iam_entity *user;
	const lg_status s = lg_iam_user_find(cx, env, name, &user);
	if (s.code == LG_E_NOT_FOUND || (!lg_failed(s) && !lg_str_eq(user->id, id)))
		return unknown_key(cx);
	LG_TRY(s);
	signer->entity = user;
	signer->caller = (struct lg_policy_caller){ .kind = LG_CALLER_USER,
		.account = env->settings->account,
		.arn = user->arn,
		.unique_id = user->id };
	signer->user_id = user->id;
	signer->username = user->name;
	return LG_OK;
}

/* ---- long-term keys ---- */

static lg_status
by_root_key(struct lg_ctx *cx, const struct check *check, struct lg_signer *signer)
{
	/* A long-term key has no session. */
	if (lg_str_present(check->claim.security_token))
		return unknown_key(cx);
	lg_str canonical, to_sign;
	LG_TRY(lg_sigv4_verify(cx, check->request, &check->claim, check->env->settings->root_key.secret,
		check->service, lg_clock_real(check->env->clock), &canonical, &to_sign));
	return root_of_account(cx, check->env, signer);
}

/* LG_E_NOT_FOUND: there is no such key. */
static lg_status
by_user_key(struct lg_ctx *cx, const struct check *check, struct lg_signer *signer)
{
	const lg_str id = check->claim.access_key_id;
	struct lg_item_row row;
	if (!lg_str_starts(id, USER_KEY_PREFIX) || id.len != USER_KEY_LENGTH)
		return lg_fail_default(cx, LG_E_NOT_FOUND);
	LG_TRY(lg_iam_read(cx, check->env, LG_IAM_KEY, id, &row));
	const struct lg_rec_iam_key *key = row.record;
	if (!key->active.v || lg_str_present(check->claim.security_token))
		return unknown_key(cx);
	LG_TRY(verify(cx, check, key->secret));
	return find_user(cx, check->env, key->user_name, key->user_id, signer);
}

/* ---- sessions ---- */

static lg_status
of_role(struct lg_ctx *cx, struct lg_env *env, const struct lg_rec_aws_session *session,
	struct lg_signer *signer)
{
	const struct lg_iam_entity *role;
	const lg_status s = lg_iam_role_find(cx, env, session->name, &role);
	if (s.code == LG_E_NOT_FOUND || (!lg_failed(s) && !lg_str_eq(role->id, session->id)))
		return unknown_key(cx);
	LG_TRY(s);
	struct lg_policy_caller *caller = &signer->caller;
	*caller = (struct lg_policy_caller){ .kind = LG_CALLER_ROLE,
		.account = env->settings->account,
		.role_arn = role->arn,
		.unique_id = role->id };
	signer->entity = role;
	LG_TRY(lg_str_fmt(cx, &caller->arn, "arn:aws:sts::%.*s:assumed-role/%.*s/%.*s",
		LG_FMT(caller->account), LG_FMT(role->name), LG_FMT(session->session_name)));
	return lg_str_fmt(
		cx, &signer->user_id, "%.*s:%.*s", LG_FMT(role->id), LG_FMT(session->session_name));
}

static lg_status
of_federated_user(struct lg_ctx *cx, struct lg_env *env, const struct lg_rec_aws_session *session,
	struct lg_signer *signer)
{
	const lg_str account = env->settings->account;
	const lg_str user_arn = signer->caller.arn;
	struct lg_policy_caller *caller = &signer->caller;
	*caller = (struct lg_policy_caller){
		.kind = LG_CALLER_FEDERATED_USER, .account = account, .user_arn = user_arn
	};
	signer->username = LG_STR_NONE;
	LG_TRY(lg_str_fmt(cx, &caller->arn, "arn:aws:sts::%.*s:federated-user/%.*s", LG_FMT(account),
		LG_FMT(session->session_name)));
	return lg_str_fmt(cx, &signer->user_id, "%.*s:%.*s", LG_FMT(account), LG_FMT(session->session_name));
}

static lg_status
of_session(struct lg_ctx *cx, struct lg_env *env, const struct lg_rec_aws_session *session,
	struct lg_signer *signer)
{
	if (lg_str_eq(session->kind, LG_SESSION_ROLE))
		return of_role(cx, env, session, signer);
	/* A session of root has no name. */
	if (lg_str_present(session->name))
		LG_TRY(find_user(cx, env, session->name, session->id, signer));
	else
		LG_TRY(root_of_account(cx, env, signer));
	if (lg_str_eq(session->kind, LG_SESSION_FEDERATED))
		return of_federated_user(cx, env, session, signer);
	return LG_OK;
}

/* An id that is ours: whatever is wrong from here on, it is no unknown key. */
static lg_status
by_session(struct lg_ctx *cx, const struct check *check, struct lg_signer *signer)
{
	struct lg_rec_aws_session *session = lg_new(cx, struct lg_rec_aws_session);
	if (!session)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	const lg_status s = lg_aws_session_open(
		cx, check->env, check->claim.access_key_id, check->claim.security_token, session);
	if (s.code == LG_E_MALFORMED)
		return unknown_key(cx);
	LG_TRY(s);
	LG_TRY(verify(cx, check, session->secret));
	if (!lg_time_before(cx->now, session->expires.v))
		return lg_fail_default(cx, LG_E_EXPIRED_TOKEN);
	LG_TRY(of_session(cx, check->env, session, signer));
	signer->session = session;
	return LG_OK;
}

static lg_status
by_unknown_key(struct lg_ctx *cx, const struct check *check, struct lg_signer *signer)
{
	if (!check->env->settings->dev)
		return unknown_key(cx);
	if (!lg_str_eq(check->claim.service, check->service))
		return lg_fail(cx, LG_E_INVALID_SIGNATURE,
			"Credential should be scoped to correct service: '%.*s'.", LG_FMT(check->service));
	return root_of_account(cx, check->env, signer);
}

/* LG_E_NOT_FOUND: an unknown key. */
static lg_status
by_known_key(struct lg_ctx *cx, const struct check *check, struct lg_signer *signer)
{
	bool ours;
	const lg_str id = check->claim.access_key_id;
	const lg_str root_id = check->env->settings->root_key.access_key_id;
	LG_TRY(lg_aws_session_is_ours(cx, check->env, id, &ours));
	if (lg_str_present(root_id) && lg_str_eq(id, root_id))
		return by_root_key(cx, check, signer);
	return ours ? by_session(cx, check, signer) : by_user_key(cx, check, signer);
}

/* Whoever is found leaves these to be set behind him. */
static void
name_key(const struct check *check, struct lg_signer *signer)
{
	signer->access_key_id = check->claim.access_key_id;
	signer->region = check->claim.region;
}

lg_status
lg_signer_find(struct lg_ctx *cx, struct lg_env *env, const struct lg_sigv4_request *request, lg_str service,
	struct lg_signer *ret)
{
	struct check check = { .env = env, .request = request, .service = service };
	struct lg_signer signer = { 0 };
	LG_TRY(lg_sigv4_parse(cx, request, &check.claim));
	lg_status s = by_known_key(cx, &check, &signer);
	if (s.code == LG_E_NOT_FOUND)
		s = by_unknown_key(cx, &check, &signer);
	LG_TRY(s);
	name_key(&check, &signer);
	*ret = signer;
	return LG_OK;
}

lg_status
lg_signer_known(struct lg_ctx *cx, struct lg_env *env, const struct lg_sigv4_request *request,
	const struct lg_sigv4_claim *claim, lg_str service, struct lg_signer *ret)
{
	const struct check check = { .env = env, .request = request, .claim = *claim, .service = service };
	struct lg_signer signer = { 0 };
	const lg_status s = by_known_key(cx, &check, &signer);
	if (s.code == LG_E_NOT_FOUND)
		return unknown_key(cx);
	LG_TRY(s);
	name_key(&check, &signer);
	*ret = signer;
	return LG_OK;
}
