/*
 * head.h - what the head of a request must look like before anybody acts on it.
 *
 * Everything that two parsers could read differently is refused (RFC 9112, 11.2: request smuggling).
 */
#ifndef LG_NET_HEAD_H
#define LG_NET_HEAD_H

#include "net/http.h"

#define LG_HTTP_MAX_HEAD_FIELDS 100

struct lg_http_head_rules {
	size_t max_head_bytes;
	size_t max_body_bytes;
};

struct lg_http_head_verdict {
	int status;   /* 0 = well formed, else what it is answered with */
	bool unframed; /* nobody can say where the body ends: answer at once and close */
};

/* Looks at method, target and headers; `http_1_1` says that the request line did. */
struct lg_http_head_verdict lg_http_head_check(const struct lg_http_req *req, bool http_1_1,
	const struct lg_http_head_rules *rules);

/* Is there a body, going by the head? */
bool lg_http_head_announces_body(const struct lg_http_req *req);

/* Fill path, query and host from target and headers. */
void lg_http_head_split(struct lg_http_req *req);

#endif
