/*
 * rules.h - authorizers and routes as the settings declare them: constant while the server runs.
 */
#ifndef LG_AUTHORIZER_RULES_H
#define LG_AUTHORIZER_RULES_H

#include "authorizer/ask.h"

#define LG_SOURCES_MAX 8
#define LG_AUDIENCES_MAX 50

enum lg_authorizer_kind {
	LG_AUTHORIZER_JWT,
	LG_AUTHORIZER_COGNITO,
	LG_AUTHORIZER_IAM,
	LG_AUTHORIZER_CALLBACK
};
enum lg_token_use { LG_USE_ANY, LG_USE_ACCESS, LG_USE_ID };
enum lg_source_kind { LG_SOURCE_HEADER, LG_SOURCE_QUERY, LG_SOURCE_ROUTE };
enum lg_callback_event { LG_EVENT_TOKEN, LG_EVENT_REQUEST, LG_EVENT_HTTP_1, LG_EVENT_HTTP_2 };

struct lg_token_source {
	enum lg_source_kind kind;
	lg_str name;
};

/* Where the keys of an issuer are. */
struct lg_token_issuer {
	lg_str url; /* "iss", exactly; absent for a pool that is named by its id */
	lg_str pool_id; /* a pool of this server; absent = keys are fetched */
};

struct lg_authorizer {
	lg_str name;
	enum lg_authorizer_kind kind;
	bool http; /* refuses as HTTP APIs do; otherwise as REST APIs */
	struct lg_token_source sources[LG_SOURCES_MAX];
	size_t source_count;
	lg_str token_pattern; /* ends with a NUL; absent = any */
	/* jwt and cognito */
	struct lg_token_issuer *issuers;
	size_t issuer_count;
	struct lg_str_list audience;
	int64_t leeway_ms;
	enum lg_token_use use;
	/* iam and callback */
	bool s3;
	lg_str api;
	lg_str region;
	lg_str bucket_host;
	lg_str policy; /* resource policy; absent = none */
	lg_str url;
	enum lg_callback_event event;
	int64_t ttl_ms;
	int64_t timeout_ms;
};

struct lg_route {
	lg_str name;
	size_t index; /* of the route, in the order of the file */
	lg_str host; /* in lower case; absent = any */
	bool below; /* any host below it, not itself */
	struct lg_str_list methods; /* none = any */
	struct lg_path_pattern path;
	const struct lg_authorizer *authorizer; /* NULL: `open` decides */
	bool open;
	struct lg_str_list scopes;
	lg_str stage;
	lg_str base_path; /* absent = none */
	bool payload_body;
	bool unsigned_payload;
	bool body_ignored;
	bool preflight;
	bool refuse_revoked;
	size_t header_bytes;
};

struct lg_rules {
	const struct lg_authorizer *authorizers;
	size_t authorizer_count;
	const struct lg_route *routes;
	size_t route_count;
};

/* "header.Authorization", "query.token", "route". LG_E_REFUSED with a text. */
LG_MUST lg_status lg_token_source_read(struct lg_ctx *cx, lg_str text, struct lg_token_source *ret);

/* "us-east-1_Example", its ARN, or an issuer's URL, which may be that of one of our own pools. */
LG_MUST lg_status lg_token_issuer_read(
	struct lg_ctx *cx, lg_str text, lg_str public_url, struct lg_token_issuer *ret);

/*
 * The route of a request: the first that fits each reading of its path. LG_E_NOT_FOUND: none fits.
 * LG_E_REFUSED with a text: readings fit different ones.
 */
LG_MUST lg_status lg_rules_route(struct lg_ctx *cx, const struct lg_rules *rules, const struct lg_ask *ask,
	const struct lg_route **ret);

#endif
