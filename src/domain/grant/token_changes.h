/*
 * token_changes.h - what PreTokenGeneration says about tokens before they are signed (spec/tokens.md 7,
 * triggers.md 6).
 */
#ifndef LG_DOMAIN_TOKEN_CHANGES_H
#define LG_DOMAIN_TOKEN_CHANGES_H

#include "codec/json.h"
#include "domain/grant/grant.h"
#include "domain/grant/group_claims.h"

/* Added claims and scopes of both tokens together: 5,000 with those that are there anyway. */
#define LG_TOKEN_CHANGES_MAX 4900

struct lg_new_claim {
	lg_str name;
	const json_t *value; /* any but null */
};

/* Of one token. Claims that nobody may change are not among them; what is suppressed is not added. */
struct lg_claim_changes {
	struct lg_new_claim *add;
	size_t add_count;
	struct lg_str_list suppress;
};

/* Zeroed but for the groups: nothing is changed. */
struct lg_token_changes {
	struct lg_claim_changes id, access;
	lg_str scope; /* in place of the access token's; absent = as it is */
	struct lg_str_list add_scopes, suppress_scopes;
	struct lg_group_claims groups; /* those of the tokens */
};

/* Read the user's groups and ask, where the pool has the trigger. */
LG_MUST lg_status lg_token_changes_ask(struct lg_ctx *cx, struct lg_env *env, const struct lg_grant *grant,
	struct lg_token_changes *ret);

/*
 * The same about the access token of an app client itself, of whom only V3_0 is asked: grant->client and
 * what is told of it, nothing about a user. Only `access` and the scopes can change.
 */
LG_MUST lg_status lg_token_changes_ask_client(struct lg_ctx *cx, struct lg_env *env,
	const struct lg_grant *grant, struct lg_token_changes *ret);

/* The access token's scopes, separated by blanks; absent when none is left. */
LG_MUST lg_status lg_token_changes_scope(struct lg_ctx *cx, const struct lg_token_changes *changes,
	lg_str scope, lg_str *ret);

#endif
