/*
 * aws_session.h - temporary credentials: sealed tokens that carry all that there is to say about a session
 * (spec/sts-iam.md A4). Nothing is stored; any node verifies them.
 */
#ifndef LG_DOMAIN_AWS_SESSION_H
#define LG_DOMAIN_AWS_SESSION_H

#include "domain/env.h"
#include "gen/rec_types.h"

/* What stands in Kind. */
#define LG_SESSION_ROLE LG_STR("role") /* of a role, whoever assumed it */
#define LG_SESSION_USER LG_STR("user") /* GetSessionToken */
#define LG_SESSION_FEDERATED LG_STR("federated") /* GetFederationToken */

struct lg_aws_credentials {
	lg_str access_key_id; /* ASIA... */
	lg_str secret;
	lg_str token;
	lg_time expires;
};

/* Draw id and secret, and seal `session`, whose times and AccessKeyId and Secret are set here. */
LG_MUST lg_status lg_aws_session_make(struct lg_ctx *cx, struct lg_env *env,
	struct lg_rec_aws_session *session, int64_t duration_s, struct lg_aws_credentials *ret);

/* Is this the id of temporary credentials that we made? It cannot be guessed. */
LG_MUST lg_status lg_aws_session_is_ours(
	struct lg_ctx *cx, struct lg_env *env, lg_str access_key_id, bool *ret);

/*
 * What a token says. LG_E_MALFORMED: it is none of ours, or another key's. Whether it has expired, and the
 * role or user is still there, is the caller's to judge.
 */
LG_MUST lg_status lg_aws_session_open(struct lg_ctx *cx, struct lg_env *env, lg_str access_key_id,
	lg_str token, struct lg_rec_aws_session *ret);

#endif
