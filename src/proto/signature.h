/*
 * signature.h - who signed a call.
 */
#ifndef LG_PROTO_SIGNATURE_H
#define LG_PROTO_SIGNATURE_H

#include "net/http.h"
#include "op/req.h"

struct lg_signer {
	struct lg_principal principal;
	lg_str region; /* of the signature's scope */
};

/*
 * The signer of a call to `service` ("cognito-idp"). A key that the server knows is always verified. In
 * development any other key acts as the account's root: form and service are checked, signature and date
 * are not (DESIGN 2).
 *
 * Fails as token/sigv4.h does, and with LG_E_UNRECOGNIZED_CLIENT for an unknown key.
 */
LG_MUST lg_status lg_signature_check(struct lg_ctx *cx, struct lg_env *env, const struct lg_http_req *req,
	lg_str service, struct lg_signer *ret);

#endif
