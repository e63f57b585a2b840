/*
 * upstream_impl.h - what the files of domain/federation/upstream share. Of src/domain/federation only.
 */
#ifndef LG_DOMAIN_UPSTREAM_IMPL_H
#define LG_DOMAIN_UPSTREAM_IMPL_H

#include "domain/federation/upstream.h"

/* Of the provider's settings; absent = not there, or empty. */
lg_str lg_upstream_detail(const struct lg_upstream *up, const char *key);

/* LG_E_OAUTH_INVALID_REQUEST "<name> Error - <what>". */
LG_MUST lg_status lg_upstream_error(struct lg_ctx *cx, const struct lg_upstream *up, const char *what);

/*
 * Ask: a JSON object, whatever the status, which is in `ret_status`. LG_E_UNAVAILABLE: there was no such
 * answer; why is in the log.
 */
LG_MUST lg_status lg_upstream_ask(struct lg_ctx *cx, struct lg_env *env, const struct lg_upstream *up,
	struct lg_fetch *request, int *ret_status, json_t **ret);

/* "Bearer ..." is fit for a header: visible characters only. */
bool lg_upstream_is_token(lg_str text);

/* upstream_secret.c: our client secret; of Apple, one that is made now. Absent = we have none. */
LG_MUST lg_status lg_upstream_secret(struct lg_ctx *cx, const struct lg_upstream *up, lg_str *ret);

/*
 * upstream_id_token.c: signature, issuer, audience, times, nonce, at_hash (OpenID Connect Core, 3.1.3.7).
 * LG_E_OAUTH_INVALID_REQUEST.
 */
LG_MUST lg_status lg_upstream_verify(struct lg_ctx *cx, struct lg_env *env, const struct lg_upstream *up,
	lg_str nonce, struct lg_upstream_person *person);

/* upstream_attributes.c: from UserInfo, or a profile address. */
LG_MUST lg_status lg_upstream_attributes(struct lg_ctx *cx, struct lg_env *env,
	const struct lg_upstream *up, struct lg_upstream_person *person);

#endif
