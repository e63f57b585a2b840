/*
 * authorize_message.h - why a call was denied, sealed: the caller passes it on, and who may decode it reads
 * which statements decided and what they were told (STS DecodeAuthorizationMessage).
 */
#ifndef LG_DOMAIN_AUTHORIZE_MESSAGE_H
#define LG_DOMAIN_AUTHORIZE_MESSAGE_H

#include "domain/env.h"
#include "policy/evaluate.h"

/* At most 8 KiB; of many condition keys the first. */
LG_MUST lg_status lg_authorization_message_make(struct lg_ctx *cx, struct lg_env *env,
	const struct lg_policy_request *request, const struct lg_policy_verdict *verdict, lg_str *ret);

/* The message as JSON. LG_E_INVALID_AUTHORIZATION_MESSAGE: it is none of ours. */
LG_MUST lg_status lg_authorization_message_read(
	struct lg_ctx *cx, struct lg_env *env, lg_str message, lg_str *ret);

#endif
