/*
 * identity_basic.h - the basic flow: a token of the identity pool, with which the client goes to STS itself
 * (spec/identity-pools.md 4.2, 4.4).
 */
#ifndef LG_DOMAIN_IDENTITY_BASIC_H
#define LG_DOMAIN_IDENTITY_BASIC_H

#include "domain/identity/identity.h"

/* For who proves that the identity is his. It may be another one in the answer: they may have merged. */
LG_MUST lg_status lg_identity_open_id_token(struct lg_ctx *cx, struct lg_env *env,
	const struct lg_ci_get_open_id_token_input *in, struct lg_ci_get_open_id_token_response *ret);

/*
 * For whom the developer's backend names. LG_E_DEVELOPER_USER_ALREADY_REGISTERED: he is another identity
 * than the one that was named.
 */
LG_MUST lg_status lg_identity_developer_token(struct lg_ctx *cx, struct lg_env *env,
	const struct lg_ci_get_open_id_token_for_developer_identity_input *in,
	struct lg_ci_get_open_id_token_for_developer_identity_response *ret);

#endif
