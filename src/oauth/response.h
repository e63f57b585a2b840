/*
 * response.h - the answer to an authorization request: where the browser goes, and with what
 * (spec/oauth-endpoints.md 3; RFC 9207 for "iss").
 */
#ifndef LG_OAUTH_RESPONSE_H
#define LG_OAUTH_RESPONSE_H

#include "oauth/code.h"

struct lg_oauth_response {
	enum lg_oauth_mode mode;
	lg_str url; /* with the parameters, but for a form post */
	struct lg_str_map fields; /* of a form post to `url` */
};

/*
 * The user is known: a code, or tokens. Pages and sessions have decided; LG_E_OAUTH_LOGIN_REQUIRED when
 * id_token_hint is somebody else's all the same.
 */
LG_MUST lg_status lg_oauth_respond(struct lg_ctx *cx, struct lg_env *env,
	const struct lg_oauth_request *request, const struct lg_oauth_subject *subject,
	struct lg_oauth_response *ret);

/*
 * The newest failure, whose code is `code`, goes to the application. LG_E_MISMATCH when it must not: the
 * redirect_uri is not known to be the client's, or the error is for our own page.
 */
LG_MUST lg_status lg_oauth_refuse(struct lg_ctx *cx, struct lg_env *env,
	const struct lg_oauth_request *request, int code, struct lg_oauth_response *ret);

#endif
