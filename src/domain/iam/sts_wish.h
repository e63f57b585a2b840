/*
 * sts_wish.h - the parts of a session that its owner asks for: tags and session policies. Inside of
 * domain/iam/sts only.
 */
#ifndef LG_DOMAIN_STS_WISH_H
#define LG_DOMAIN_STS_WISH_H

#include "domain/iam/sts.h"

#define LG_STS_TAGS_MAX 50
#define LG_STS_POLICY_ARNS_MAX 10

/* Bytes that session policies and tags may have together; 100 % of what is told as packed size. */
#define LG_STS_PACKED_MAX_BYTES 4096

/*
 * Tags and transitive keys of a new session: those that are asked for, and behind them what `parent`
 * (NULL = none) hands on. LG_E_INVALID_PARAMETER_VALUE: a key twice, reserved, too many, one handed on and
 * asked for, too.
 */
LG_MUST lg_status lg_sts_tags(struct lg_ctx *cx, const struct lg_sts_wish *wish,
	const struct lg_rec_aws_session *parent, struct lg_rec_aws_session *ret);

/*
 * Check the session policies and put them into the session. LG_E_MALFORMED_POLICY_DOCUMENT, LG_E_VALIDATION:
 * too long, or too many.
 */
LG_MUST lg_status lg_sts_policies(struct lg_ctx *cx, struct lg_env *env, const struct lg_sts_wish *wish,
	struct lg_rec_aws_session *ret);

/* How full the session is, of policies and tags; LG_E_PACKED_POLICY_TOO_LARGE above 100. */
LG_MUST lg_status lg_sts_packed_percent(
	struct lg_ctx *cx, const struct lg_rec_aws_session *session, int64_t *ret);

#endif
