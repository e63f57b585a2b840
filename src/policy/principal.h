/*
 * principal.h - who calls, and whom a statement names as Principal or NotPrincipal.
 */
#ifndef LG_POLICY_PRINCIPAL_H
#define LG_POLICY_PRINCIPAL_H

#include "base/ctx.h"

enum lg_caller_kind {
	LG_CALLER_ANONYMOUS,
	LG_CALLER_ROOT,
	LG_CALLER_USER, /* GetSessionToken's keys, too */
	LG_CALLER_ROLE, /* a session of a role, whoever assumed it */
	LG_CALLER_FEDERATED_USER, /* GetFederationToken's keys */
	LG_CALLER_FEDERATED, /* AssumeRoleWithWebIdentity, AssumeRoleWithSAML: who has a token only */
	LG_CALLER_SERVICE,
};

struct lg_policy_caller {
	enum lg_caller_kind kind;
	lg_str account; /* 12 digits; root, users and sessions have one */
	lg_str arn; /* of the user, of root, of the session: not the role's */
	lg_str role_arn; /* ROLE: with its path */
	lg_str user_arn; /* FEDERATED_USER: the user who asked for the session */
	lg_str unique_id; /* USER: AIDA..., ROLE: the role's AROA... */
	lg_str canonical_id;
	lg_str name; /* FEDERATED: provider name or ARN, SERVICE: service name */
};

/* Of AWS, and so an account and perhaps policies of its own. */
bool lg_caller_has_credentials(const struct lg_policy_caller *caller);

/* How a statement names the caller; what it counts for is decided in evaluate.c. */
enum lg_principal_match {
	LG_PRINCIPAL_NONE,
	LG_PRINCIPAL_ACCOUNT,
	LG_PRINCIPAL_PARENT, /* the role of a session, the user of a federated session */
	LG_PRINCIPAL_SELF, /* user, session, provider, service, everyone */
};

enum lg_principal_kind {
	LG_PRINCIPAL_ANYONE,
	LG_PRINCIPAL_ANY_OF_ACCOUNT, /* text = the account */
	LG_PRINCIPAL_ARN, /* of a user, role or session */
	LG_PRINCIPAL_ID, /* AIDA..., AROA... */
	LG_PRINCIPAL_FEDERATED,
	LG_PRINCIPAL_SERVICE,
	LG_PRINCIPAL_CANONICAL,
};

struct lg_principal {
	enum lg_principal_kind kind;
	lg_str text;
};

struct lg_principal_list {
	struct lg_principal *items;
	size_t count;
};

/*
 * One value of a Principal: `type` is AWS, Federated, Service or CanonicalUser. False when it names nobody.
 * `trust` = in a trust policy, where no canonical user stands. Views of `text`.
 */
bool lg_principal_read(lg_str type, lg_str text, bool trust, struct lg_principal *ret);

/* The strongest match of Principal. In a trust policy everyone is everyone with AWS credentials. */
enum lg_principal_match lg_principal_match(
	const struct lg_principal_list *list, const struct lg_policy_caller *caller, bool trust);

/*
 * Is the caller one whom NotPrincipal leaves out? Everything that he is has to be listed: user and account,
 * or session, role and account.
 */
bool lg_principal_exempts(const struct lg_principal_list *list, const struct lg_policy_caller *caller);

#endif
