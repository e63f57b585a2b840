/*
 * signer.h - who signed a call: the account's root, a user's key, or temporary credentials
 * (spec/sts-iam.md A4, B).
 */
#ifndef LG_DOMAIN_SIGNER_H
#define LG_DOMAIN_SIGNER_H

#include "domain/iam/aws_session.h"
#include "domain/iam/iam_entity.h"
#include "policy/principal.h"
#include "token/sigv4.h"

struct lg_signer {
	struct lg_policy_caller caller; /* as policies see him: kind, ARNs, ids */
	lg_str access_key_id;
	lg_str user_id; /* aws:userid */
	lg_str username; /* aws:username; absent for all but users */
	const struct lg_iam_entity *entity; /* whose policies count: role or user; NULL for root */
	const struct lg_rec_aws_session *session; /* NULL for long-term keys */
	lg_str region; /* of the signature's scope */
};

/*
 * The signer of a request to `service` ("cognito-idp"). A key that the server knows is always verified. In
 * development any other key acts as the account's root: form and service are checked, signature and date
 * are not (DESIGN 2).
 *
 * Fails as token/sigv4.h does, with LG_E_UNRECOGNIZED_CLIENT for a key that is unknown, inactive, without
 * its session token, or whose user or role is gone, and with LG_E_EXPIRED_TOKEN.
 */
LG_MUST lg_status lg_signer_find(struct lg_ctx *cx, struct lg_env *env,
	const struct lg_sigv4_request *request, lg_str service, struct lg_signer *ret);

/*
 * The same for what lg_sigv4_parse read of the request, and in development, too, only for keys that the
 * server knows.
 */
LG_MUST lg_status lg_signer_known(struct lg_ctx *cx, struct lg_env *env,
	const struct lg_sigv4_request *request, const struct lg_sigv4_claim *claim, lg_str service,
	struct lg_signer *ret);

/* Signed with keys of AssumeRole..., GetSessionToken or GetFederationToken? */
bool lg_signer_is_temporary(const struct lg_signer *signer);

#endif
