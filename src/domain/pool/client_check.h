/*
 * client_check.h - what the settings of an app client must be, beyond the limits of single members
 * (spec/user-pools.md 4).
 */
#ifndef LG_DOMAIN_CLIENT_CHECK_H
#define LG_DOMAIN_CLIENT_CHECK_H

#include "domain/pool/pool.h"

/* Settings that somebody wants a client to have. */
struct lg_client_draft {
	struct lg_env *env; /* resource servers and providers are read from the store */
	const struct lg_pool *pool;
	const struct lg_idp_user_pool_client_type *type; /* as asked for: omitted members are absent */
	bool has_secret;
	bool creating;
};

/*
 * The first rule that is broken: mostly LG_E_INVALID_PARAMETER; LG_E_INVALID_OAUTH_FLOW,
 * LG_E_SCOPE_DOES_NOT_EXIST, LG_E_FEATURE_UNAVAILABLE_IN_TIER.
 */
LG_MUST lg_status lg_client_check(struct lg_ctx *cx, const struct lg_client_draft *draft);

/*
 * Fill in what DescribeUserPoolClient shows of a setting that was not given. Structures it shares with a
 * request are copied before they change.
 */
LG_MUST lg_status lg_client_defaults(struct lg_ctx *cx, struct lg_idp_user_pool_client_type *type);

/* Rules of OAuth settings; a part of lg_client_check (client_check_oauth.c). */
LG_MUST lg_status lg_client_check_urls(struct lg_ctx *cx, const struct lg_client_draft *draft);
LG_MUST lg_status lg_client_check_flows(struct lg_ctx *cx, const struct lg_client_draft *draft);
LG_MUST lg_status lg_client_check_scopes(struct lg_ctx *cx, const struct lg_client_draft *draft);

#endif
