/*
 * answer.h - what a proxy is told: that a request may pass, and who it is; or that it may not
 * (spec/api-authorizer.md 1 to 4, 10).
 */
#ifndef LG_AUTHORIZER_ANSWER_H
#define LG_AUTHORIZER_ANSWER_H

#include "authorizer/rules.h"

/* Headers of a request that may pass, in the order in which they get their room. */
enum lg_authz_header {
	LG_AUTHZ_TYPE,
	LG_AUTHZ_PRINCIPAL,
	LG_AUTHZ_SUB,
	LG_AUTHZ_USERNAME,
	LG_AUTHZ_CLIENT_ID,
	LG_AUTHZ_ACCOUNT,
	LG_AUTHZ_ARN,
	LG_AUTHZ_IDENTITY_ID,
	LG_AUTHZ_IDENTITY_POOL_ID,
	LG_AUTHZ_CONTENT_SHA256,
	LG_AUTHZ_SCOPES,
	LG_AUTHZ_GROUPS,
	LG_AUTHZ_CONTEXT,
	LG_AUTHZ_OMITTED,
};
#define LG_AUTHZ_HEADERS 14

lg_str lg_authz_header_name(enum lg_authz_header header);

struct lg_authz_answer {
	int status; /* 200 = may pass */
	lg_str values[LG_AUTHZ_HEADERS]; /* empty = nothing to say */
	/* of a refusal */
	lg_str body;
	bool xml; /* the body's language; JSON otherwise */
	lg_str authenticate; /* WWW-Authenticate; absent = none */
	lg_str error_type; /* x-amzn-ErrorType; absent = none */
	lg_str reason; /* for the log */
	/* both */
	const struct lg_route *route; /* NULL = none fits */
};

/* Who it is, as far as it is known; texts as they are. */
struct lg_authz_who {
	lg_str texts[LG_AUTHZ_HEADERS]; /* but for GROUPS, CONTEXT and OMITTED; absent = nothing */
	const struct lg_str_list *groups;
	lg_str context; /* JSON */
};

/*
 * May pass. Values become ASCII: what is not printable, and '%', is percent-encoded, in names of groups the
 * comma, too. What does not fit into the route's header_bytes stays empty and is named in OMITTED.
 */
LG_MUST lg_status lg_authz_allow(struct lg_ctx *cx, const struct lg_route *route,
	const struct lg_authz_who *who, struct lg_authz_answer *ret);

/* {"message": message}, or {"Message": message}. `reason` is for the log. */
LG_MUST lg_status lg_authz_refuse(struct lg_ctx *cx, int status, const char *error_type, bool capital,
	lg_str message, lg_str reason, struct lg_authz_answer *ret);

#endif
