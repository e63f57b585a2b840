/*
 * claims.h - the claims of ID and access tokens, in Cognito's order (spec/tokens.md 2, 3).
 */
#ifndef LG_DOMAIN_CLAIMS_H
#define LG_DOMAIN_CLAIMS_H

#include "domain/grant/grant.h"
#include "domain/grant/token_changes.h"

/* What claims are made of. Absent texts and empty lists become no claim. */
struct lg_claims {
	const struct lg_grant *grant;
	const struct lg_token_changes *changes; /* with the groups */
	struct lg_idp_attribute_list_type attributes; /* those that the client may read */
	lg_str event_id;
	lg_str origin_jti; /* with `jti`, absent unless the client's tokens can be revoked */
	lg_str at_hash; /* of the access token beside the ID token; absent = none */
};

LG_MUST lg_status lg_claims_id(struct lg_ctx *cx, const struct lg_claims *claims, lg_str *ret_json);
LG_MUST lg_status lg_claims_access(struct lg_ctx *cx, const struct lg_claims *claims, lg_str *ret_json);

#endif
