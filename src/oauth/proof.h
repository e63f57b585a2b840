/*
 * proof.h - DPoP: whoever shows a token also shows that he has the key it is bound to (RFC 9449).
 *
 * A proof is good once, for a minute, for one method and address. Nonces of ours are not asked for: a proof
 * that was seen is remembered in the store, by all nodes.
 */
#ifndef LG_OAUTH_PROOF_H
#define LG_OAUTH_PROOF_H

#include "domain/pool/pool.h"

#define LG_OAUTH_PROOF_ALGS "RS256 RS384 RS512 ES256 ES384 ES512"
#define LG_OAUTH_PROOF_S 60 /* how far its time may be from ours */

/* What came with a request. */
struct lg_oauth_proof {
	lg_str jwt;    /* the DPoP header; absent = none came */
	bool repeated; /* there were two */
	lg_str method;
	lg_str path;
	lg_str token; /* the access token that it goes with; absent at the token endpoint */
};

/*
 * The thumbprint of the key (RFC 7638); absent when there is no proof. LG_E_OAUTH_INVALID_DPOP: it is not
 * good for this request, or was seen before.
 */
LG_MUST lg_status lg_oauth_proof_check(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	const struct lg_oauth_proof *proof, lg_str *ret_jkt);

#endif
