/*
 * oauth_impl.h - what the files of the authorization server's endpoints share. Of src/proto/oauth*.c only.
 */
#ifndef LG_PROTO_OAUTH_IMPL_H
#define LG_PROTO_OAUTH_IMPL_H

#include "codec/json.h"
#include "oauth/browser.h"
#include "oauth/client_auth.h"
#include "oauth/proof.h"
#include "proto/oauth.h"

#define LG_OAUTH_JSON_MAX ((size_t)512 * 1024)

/* One request to one of the endpoints. */
struct lg_oauth_call {
	struct lg_env *env;
	struct lg_ctx *cx;
	const struct lg_http_req *req;
	struct lg_http_answer *ret;
};

/* ---- what came in ---- */

bool lg_oauth_call_is_form(const struct lg_oauth_call *call);

/* The body as parameters, none of them twice (RFC 6749, 3.2). LG_E_OAUTH_INVALID_REQUEST. */
LG_MUST lg_status lg_oauth_call_form(const struct lg_oauth_call *call, struct lg_str_map *ret);

/* The same, and who sends it. */
LG_MUST lg_status lg_oauth_call_client(
	const struct lg_oauth_call *call, struct lg_str_map *params, struct lg_oauth_client *ret);

/* The parameters of a GET, or of a POST in their place. LG_E_OAUTH_INVALID_REQUEST. */
LG_MUST lg_status lg_oauth_call_params(const struct lg_oauth_call *call, struct lg_str_map *ret);

struct lg_caller lg_oauth_call_caller(const struct lg_oauth_call *call);
struct lg_oauth_proof lg_oauth_call_proof(const struct lg_oauth_call *call);
struct lg_browser_at lg_oauth_call_browser(
	const struct lg_oauth_call *call, const struct lg_pool *pool, const struct lg_client *client);

/* ---- what goes out ---- */

/* Fresh, and for no cache (RFC 6749, 5.1). Programs of any origin read it. */
void lg_oauth_call_begin(const struct lg_oauth_call *call, int status);
/* With this JSON, finished here. */
LG_MUST lg_status lg_oauth_call_json(const struct lg_oauth_call *call, int status, struct lg_json *j);

/* What a failure is called here; the log has what is told nobody. */
struct lg_error_info;
const struct lg_error_info *lg_oauth_call_error(
	const struct lg_oauth_call *call, lg_status s, lg_str *ret_text);
void lg_oauth_call_failure(
	const struct lg_oauth_call *call, int status, const char *error, lg_str description);
/* A failure as JSON; `unauthorized` is the status of a client that is not known. */
void lg_oauth_call_refuse(const struct lg_oauth_call *call, lg_status s, int unauthorized);

/* ---- the endpoints ---- */

void lg_oauth_authorize_endpoint(const struct lg_oauth_call *call);
void lg_oauth_token_endpoint(const struct lg_oauth_call *call);
void lg_oauth_push_endpoint(const struct lg_oauth_call *call);
void lg_oauth_device_endpoint(const struct lg_oauth_call *call);
void lg_oauth_introspect_endpoint(const struct lg_oauth_call *call);
void lg_oauth_revoke_endpoint(const struct lg_oauth_call *call);
void lg_oauth_user_info_endpoint(const struct lg_oauth_call *call);
void lg_oauth_logout_endpoint(const struct lg_oauth_call *call);

#endif
