/*
 * req.h - what a handler receives beside its typed input: who calls, authenticated.
 */
#ifndef LG_OP_REQ_H
#define LG_OP_REQ_H

#include "domain/grant/grant.h"
#include "domain/iam/signer.h"

struct lg_operation;

struct lg_req {
	struct lg_ctx *cx;
	struct lg_env *env;
	const struct lg_operation *operation;
	/* signed operations: of the signature's scope when allowed, else server.region */
	lg_str region;
	struct lg_signer signer; /* signed operations */
	struct lg_access access;       /* operations with an access token: verified, user and profile read */
	lg_str peer;
	lg_str user_agent;
};

#endif
