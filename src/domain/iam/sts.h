/*
 * sts.h - sessions of roles: who may have one, what it carries, and its credentials
 * (spec/sts-iam.md A2, identity-pools.md 6).
 *
 * A role's trust policy decides. Who asks with a token (an identity pool's, a foreign issuer's, a SAML
 * assertion) has been verified before he comes here; what the token says is given as condition keys.
 */
#ifndef LG_DOMAIN_STS_H
#define LG_DOMAIN_STS_H

#include "domain/iam/authorize.h"

#define LG_STS_DURATION_S 3600 /* unless another is asked for */
#define LG_STS_NAME_PATTERN "[\\w+=,.@-]{2,64}" /* of sessions and source identities */

/* What is asked for. Absent members are not asked for. */
struct lg_sts_wish {
	lg_str role_arn;
	lg_str session_name; /* checked by the API's pattern */
	struct lg_opt_int duration_s; /* 3,600 unless the role allows less */
	lg_str policy; /* session policies bound what the role may do */
	struct lg_str_list policy_arns;
	struct lg_str_map tags; /* of the session */
	struct lg_str_list transitive; /* those of the keys that go on when roles are chained */
	lg_str source_identity;
};

/* Who asks, without AWS credentials. */
struct lg_web_identity {
	bool saml; /* by an assertion: the action is sts:AssumeRoleWithSAML */
	lg_str provider; /* "cognito-identity.amazonaws.com", or the ARN of an IAM provider */
	const struct lg_rec_aws_claim
		*claims; /* condition keys: "<provider>:aud", ...; they stay with the session */
	size_t claim_count;
};

struct lg_sts_session {
	struct lg_aws_credentials credentials;
	lg_str role_id; /* "AROA...:session name" */
	lg_str arn; /* "arn:aws:sts::<account>:assumed-role/..." */
	lg_str source_identity;
	bool has_size; /* session policies or tags were given */
	int64_t packed_percent;
};

/* LG_E_VALIDATION unless it has the form of an ARN. It comes before any look at a token (A2). */
LG_MUST lg_status lg_sts_role_arn_check(struct lg_ctx *cx, lg_str arn);

/*
 * A session of the role for somebody with a token.
 *
 * Fails with LG_E_ACCESS_DENIED when the trust policy refuses, or there is no such role here;
 * LG_E_VALIDATION: the ARN is none, the duration exceeds what the role allows;
 * LG_E_MALFORMED_POLICY_DOCUMENT and LG_E_PACKED_POLICY_TOO_LARGE: session policies;
 * LG_E_INVALID_PARAMETER_VALUE: tags.
 */
LG_MUST lg_status lg_sts_assume_web_identity(struct lg_ctx *cx, struct lg_env *env,
	const struct lg_sts_wish *wish, const struct lg_web_identity *who, const struct lg_call_facts *facts,
	struct lg_sts_session *ret);

/*
 * A session of the role for a signer: his own policies and the trust policy decide (C7). What his session
 * has of transitive tags and a source identity goes on. `external_id`: absent = none. Fails as above.
 */
LG_MUST lg_status lg_sts_assume_role(struct lg_ctx *cx, struct lg_env *env, const struct lg_signer *signer,
	const struct lg_sts_wish *wish, lg_str external_id, const struct lg_call_facts *facts,
	struct lg_sts_session *ret);

/*
 * Temporary keys of a user, or of root, with all his rights but those on IAM and most of STS
 * (proto/permission.h). LG_E_ACCESS_DENIED: he has temporary keys already.
 */
LG_MUST lg_status lg_sts_session_token(struct lg_ctx *cx, struct lg_env *env, const struct lg_signer *signer,
	struct lg_opt_int duration_s, struct lg_aws_credentials *ret);

/*
 * Keys for somebody else, who is called wish->session_name and may do what both the user and the session
 * policies allow. `ret` has his ARN, and "<account>:<name>" as role_id. LG_E_ACCESS_DENIED likewise, and
 * when he may not tag sessions.
 */
LG_MUST lg_status lg_sts_federation_token(struct lg_ctx *cx, struct lg_env *env,
	const struct lg_signer *signer, const struct lg_sts_wish *wish, const struct lg_call_facts *facts,
	struct lg_sts_session *ret);

#endif
