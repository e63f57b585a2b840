/*
 * identity_enhanced.h - the enhanced flow: credentials of a role that the pool chooses
 * (spec/identity-pools.md 4.3, 6).
 */
#ifndef LG_DOMAIN_IDENTITY_ENHANCED_H
#define LG_DOMAIN_IDENTITY_ENHANCED_H

#include "domain/iam/authorize.h"
#include "domain/identity/identity.h"

/*
 * For who proves that the identity is his, by logins or with a token that his developer's backend got for
 * him. The identity in the answer may be another one: they may have merged.
 *
 * Fails as lg_identity_prove and lg_role_choose do; with LG_E_INVALID_IDENTITY_POOL_CONFIGURATION whenever
 * the role cannot be assumed, whatever the reason.
 */
LG_MUST lg_status lg_identity_credentials(struct lg_ctx *cx, struct lg_env *env,
	const struct lg_ci_get_credentials_for_identity_input *in, const struct lg_call_facts *facts,
	struct lg_ci_get_credentials_for_identity_response *ret);

#endif
