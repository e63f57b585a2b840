/*
 * auth_event.h - what happens with a user's credentials, kept for threat protection
 * (spec/messages-and-threats.md 4.2): for two years, the newest thousand of a user.
 *
 * Kept only while the pool's AdvancedSecurityMode is AUDIT or ENFORCED; otherwise nothing here writes. An
 * event about nobody costs the same writes, in one row a decoy.
 */
#ifndef LG_DOMAIN_AUTH_EVENT_H
#define LG_DOMAIN_AUTH_EVENT_H

#include "domain/caller.h"
#include "domain/user/user.h"

enum lg_proof { LG_PROOF_NONE, LG_PROOF_PASSED, LG_PROOF_FAILED };

struct lg_auth_event {
	lg_str id; /* event_id of the tokens; absent = a fresh one; again = what is known now */
	lg_str type; /* LG_IDP_EVENT_TYPE_SIGN_IN, ... */
	lg_str response; /* LG_IDP_EVENT_RESPONSE_TYPE_PASS, ... */
	lg_str client_id; /* absent = none */
	const struct lg_caller *caller; /* NULL = not known */
	enum lg_proof password, mfa;
};

/* Into the batch that writes what happened. */
LG_MUST lg_status lg_auth_event_add(struct lg_ctx *cx, struct lg_batch *batch, const struct lg_pool *pool,
	const struct lg_user *user, const struct lg_auth_event *event);

/*
 * In a batch of its own, beside a failure, which it leaves as it is, or a sign-in. An event that can't be
 * written is lost; what happened goes on.
 */
void lg_auth_event_record(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	const struct lg_user *user, const struct lg_auth_event *event);

/* Newest first. LG_E_USER_POOL_ADD_ON_NOT_ENABLED, here and below. */
LG_MUST lg_status lg_auth_event_list(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	const struct lg_user *user, const struct lg_idp_admin_list_user_auth_events_request *in,
	struct lg_idp_admin_list_user_auth_events_response *ret);

/* LG_E_RESOURCE_NOT_FOUND: the user has no such event. `provider`: "Admin", "User". */
LG_MUST lg_status lg_auth_event_judge(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	const struct lg_user *user, lg_str event_id, lg_str value, lg_str provider);

/* What lets the user judge this event without signing in: goes into notices. Good for seven days. */
LG_MUST lg_status lg_feedback_token_make(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	const struct lg_user *user, lg_str event_id, lg_str *ret);

/*
 * The user of the token, found under `username`. LG_E_NOT_AUTHORIZED when the token is not ours, too old, of
 * another event or another user; only then LG_E_USER_NOT_FOUND.
 */
LG_MUST lg_status lg_feedback_token_open(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	lg_str username, lg_str event_id, lg_str token, struct lg_user **ret);

#endif
