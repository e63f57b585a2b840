/*
 * passkey_json.h - the documents of WebAuthn's JSON forms (L3, 5.1.8): options that go to a client,
 * credentials that come back, with binary members in base64url.
 */
#ifndef LG_DOMAIN_PASSKEY_JSON_H
#define LG_DOMAIN_PASSKEY_JSON_H

#include "token/webauthn.h"

#define LG_PASSKEY_TRANSPORTS_MAX 8

/* A credential as options name it. */
struct lg_passkey_ref {
	lg_str id; /* base64url */
	struct lg_str_list transports;
};

struct lg_passkey_options {
	lg_str challenge; /* base64url */
	lg_str rp_id;
	lg_str verification; /* "required", "preferred" */
	const struct lg_passkey_ref *credentials; /* to exclude, or to allow */
	size_t count;
	/* registration only */
	lg_str user_handle, user_name, display_name;
	const enum lg_cose_alg *algs;
	size_t alg_count;
};
LG_MUST lg_status lg_passkey_json_create(
	struct lg_ctx *cx, const struct lg_passkey_options *options, lg_str *ret);
LG_MUST lg_status lg_passkey_json_get(
	struct lg_ctx *cx, const struct lg_passkey_options *options, lg_str *ret);

/* What the client says about a new credential beside what the authenticator signed. */
struct lg_passkey_hints {
	lg_str attachment; /* "platform", "cross-platform"; absent = not said */
	struct lg_str_list transports; /* known ones, at most LG_PASSKEY_TRANSPORTS_MAX */
};
/* LG_E_INVALID_PARAMETER, here and below. */
LG_MUST lg_status lg_passkey_json_registration(struct lg_ctx *cx, lg_str json,
	struct lg_webauthn_registration *ret, struct lg_passkey_hints *ret_hints);
LG_MUST lg_status lg_passkey_json_assertion(
	struct lg_ctx *cx, lg_str json, struct lg_webauthn_assertion *ret);

#endif
