/* Passkeys of the calling user: domain/auth/passkey.h. */
#include "gen/ops.h"

#include "domain/auth/passkey.h"
#include "op/req.h"

lg_status
lg_op_start_web_authn_registration(struct lg_req *rq,
	const struct lg_idp_start_web_authn_registration_request *in,
	struct lg_idp_start_web_authn_registration_response *out)
{
	(void)in; /* The access token named the user. */

	return lg_passkey_start(rq->cx, rq->env, &rq->access, &out->credential_creation_options);
}

lg_status
lg_op_complete_web_authn_registration(struct lg_req *rq,
	const struct lg_idp_complete_web_authn_registration_request *in,
	struct lg_idp_complete_web_authn_registration_response *out)
{
	(void)out;

	return lg_passkey_complete(rq->cx, rq->env, &rq->access, in->credential);
}

lg_status
lg_op_list_web_authn_credentials(struct lg_req *rq,
	const struct lg_idp_list_web_authn_credentials_request *in,
	struct lg_idp_list_web_authn_credentials_response *out)
{
	return lg_passkey_list(rq->cx, rq->env, &rq->access, in, out);
}

lg_status
lg_op_delete_web_authn_credential(struct lg_req *rq,
	const struct lg_idp_delete_web_authn_credential_request *in,
	struct lg_idp_delete_web_authn_credential_response *out)
{
	(void)out;

	return lg_passkey_delete(rq->cx, rq->env, &rq->access, in->credential_id);
}
