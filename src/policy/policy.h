/*
 * policy.h - IAM policy documents: read once, checked as IAM checks them when they are saved, compiled.
 *
 * A compiled policy is immutable, owns its memory, and may be evaluated by many threads at once
 * (policy/evaluate.h). The language is that of the versions 2012-10-17 and 2008-10-17; the latter, which is
 * also that of documents without version, has no variables.
 */
#ifndef LG_POLICY_POLICY_H
#define LG_POLICY_POLICY_H

#include "codec/json.h"

/* Of a document as it is sent, white space and all: the longest member of IAM's API. */
#define LG_POLICY_MAX_BYTES ((size_t)131072)

/* Quotas in characters (lg_policy_size) for whoever saves documents. */
#define LG_POLICY_MAX_MANAGED ((size_t)6144)
#define LG_POLICY_MAX_USER_INLINE ((size_t)2048) /* all of a user's together */
#define LG_POLICY_MAX_GROUP_INLINE ((size_t)5120)
#define LG_POLICY_MAX_ROLE_INLINE ((size_t)10240)
#define LG_POLICY_MAX_TRUST ((size_t)2048)
#define LG_POLICY_MAX_SESSION ((size_t)2048) /* as sent, inline and managed together */

enum lg_policy_kind {
	LG_POLICY_IDENTITY, /* also boundaries and service control policies: no Principal, a Resource */
	LG_POLICY_SESSION, /* the same, with complete ARNs */
	LG_POLICY_RESOURCE, /* a Principal; without Resource it speaks of what it is attached to */
	LG_POLICY_TRUST, /* a role's: a Principal, no Resource */
};

struct lg_policy;

/*
 * LG_E_MALFORMED_POLICY_DOCUMENT, with the text that IAM gives, when it is none of that kind. Free with
 * lg_policy_free.
 */
LG_MUST lg_status lg_policy_compile(
	struct lg_ctx *cx, enum lg_policy_kind kind, lg_str document, struct lg_policy **ret);

/* The same for a document that is read already. The tree is not needed afterwards. */
LG_MUST lg_status lg_policy_compile_tree(
	struct lg_ctx *cx, enum lg_policy_kind kind, const json_t *document, struct lg_policy **ret);

void lg_policy_free(struct lg_policy *policy); /* NULL is fine */

/* Bytes that a compiled policy occupies. */
size_t lg_policy_memory(const struct lg_policy *policy);

/* Characters (UTF-16 units) of a document without white space between its tokens: what quotas count. */
size_t lg_policy_size(lg_str document);

/*
 * A rule of saving only: a trust policy that lets a provider of many tenants assume its role has to say
 * which tenant, by a condition on the provider's key that fails when the key is absent. Else
 * LG_E_MALFORMED_POLICY_DOCUMENT. Documents that were saved otherwise are evaluated as they stand.
 */
LG_MUST lg_status lg_policy_check_tenancy(struct lg_ctx *cx, const struct lg_policy *trust);

/* The text of a JSON scalar, as conditions compare it; LG_E_MALFORMED when it is none. */
LG_MUST lg_status lg_policy_scalar(struct lg_ctx *cx, const json_t *value, lg_str *ret);

#endif
