/*
 * mfa_config.h - which second factors a pool asks for, and its passkeys (spec/user-pools.md 3).
 *
 * A method is on when its member of struct lg_rec_pool is there (SoftwareTokenMfa: and enabled). The texts
 * and the gateway of SMS are those of the pool's type, which DescribeUserPool shows.
 */
#ifndef LG_DOMAIN_MFA_CONFIG_H
#define LG_DOMAIN_MFA_CONFIG_H

#include "domain/pool/pool.h"

/*
 * SetUserPoolMfaConfig replaces all of it. LG_E_INVALID_PARAMETER, LG_E_FEATURE_UNAVAILABLE_IN_TIER,
 * LG_E_RESOURCE_NOT_FOUND. LG_E_CONFLICT: changed since it was read, call again.
 */
LG_MUST lg_status lg_mfa_config_set(struct lg_ctx *cx, struct lg_env *env,
	const struct lg_idp_set_user_pool_mfa_config_request *in,
	struct lg_idp_set_user_pool_mfa_config_response *ret);
LG_MUST lg_status lg_mfa_config_get(struct lg_ctx *cx, struct lg_env *env, lg_str pool_id,
	struct lg_idp_get_user_pool_mfa_config_response *ret);

/*
 * CreateUserPool and UpdateUserPool know no methods: MFA that nothing else can serve means SMS, and SMS goes
 * with its gateway.
 */
LG_MUST lg_status lg_mfa_config_imply(struct lg_ctx *cx, struct lg_rec_pool *settings);

/* Is this method ("SMS_MFA", "SOFTWARE_TOKEN_MFA", "EMAIL_OTP") on in the pool? */
bool lg_mfa_config_has(const struct lg_rec_pool *settings, lg_str method);
/* Do passkeys of this pool stand for both factors (MULTI_FACTOR_WITH_USER_VERIFICATION)? */
bool lg_mfa_config_passkeys_count(const struct lg_rec_pool *settings);

#endif
