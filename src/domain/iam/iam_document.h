/*
 * iam_document.h - policies as they are saved and shown.
 */
#ifndef LG_DOMAIN_IAM_DOCUMENT_H
#define LG_DOMAIN_IAM_DOCUMENT_H

#include "domain/env.h"
#include "gen/rec_types.h"
#include "policy/policy.h"

/* A policy of an identity. LG_E_MALFORMED_POLICY_DOCUMENT. */
LG_MUST lg_status lg_iam_document_check(struct lg_ctx *cx, struct lg_env *env, lg_str document);

/*
 * A role's trust policy: put it into the record, with the ids of those users and roles of this account that
 * it names. LG_E_MALFORMED_POLICY_DOCUMENT, also for one who is not there; LG_E_ENTITY_LIMIT_EXCEEDED: too
 * long.
 */
LG_MUST lg_status lg_iam_trust_set(
	struct lg_ctx *cx, struct lg_env *env, lg_str document, struct lg_rec_iam_entity *role);

/* In the form in which the API gives documents (RFC 3986). */
LG_MUST lg_status lg_iam_document_show(struct lg_ctx *cx, lg_str document, lg_str *ret);

#endif
