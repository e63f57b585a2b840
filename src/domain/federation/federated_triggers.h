/*
 * federated_triggers.h - functions that have a say when somebody comes back from a provider
 * (spec/federation.md 2). Those of his first time are domain/auth/sign_up_triggers.h.
 */
#ifndef LG_DOMAIN_FEDERATED_TRIGGERS_H
#define LG_DOMAIN_FEDERATED_TRIGGERS_H

#include "domain/user/user.h"

/*
 * LG_E_NOT_IMPLEMENTED when the pool has one that must be asked and cannot be: functions are not called
 * here, or it is InboundFederation, which would decide what is mapped.
 */
LG_MUST lg_status lg_federated_triggers_check(
	struct lg_ctx *cx, const struct lg_env *env, const struct lg_pool *pool);

/* Before and after his attributes are written. They do nothing where the pool has no such trigger. */
LG_MUST lg_status lg_federated_pre_authentication(struct lg_ctx *cx, struct lg_env *env,
	const struct lg_pool *pool, const struct lg_client *client, const struct lg_user *user);
LG_MUST lg_status lg_federated_post_authentication(struct lg_ctx *cx, struct lg_env *env,
	const struct lg_pool *pool, const struct lg_client *client, const struct lg_user *user);

#endif
