/*
 * authenticator_json.h - what a browser makes of a ceremony: RegistrationResponseJSON,
 * AuthenticationResponseJSON.
 */
#ifndef LG_TESTS_AUTHENTICATOR_JSON_H
#define LG_TESTS_AUTHENTICATOR_JSON_H

#include "tests/lib/authenticator.h"

/* `transports` is JSON; with absent hints the members are absent, too. */
lg_str authenticator_json_created(struct lg_ctx *cx, const struct lg_webauthn_registration *made,
	lg_str attachment, lg_str transports);
lg_str authenticator_json_got(struct lg_ctx *cx, const struct lg_webauthn_assertion *made);

#endif
