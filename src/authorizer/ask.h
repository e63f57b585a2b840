/*
 * ask.h - what a proxy asks: the original request, told in headers of one of a few families, or by the
 * request itself (spec/api-authorizer.md 5 to 10).
 *
 * Nothing here trusts anybody: that the proxy may ask at all is decided before.
 */
#ifndef LG_AUTHORIZER_ASK_H
#define LG_AUTHORIZER_ASK_H

#include "authorizer/path.h"

/* The request as it came to us. */
struct lg_ask_wire {
	lg_str method;
	lg_str target; /* raw, with the query */
	struct lg_str_map headers;
	lg_str body;
};

enum lg_ask_family {
	LG_ASK_NGINX, /* X-Original-URI, X-Original-Method, Host */
	LG_ASK_URL, /* X-Original-URL, X-Original-Method: ingress-nginx */
	LG_ASK_FORWARD, /* X-Forwarded-Uri, -Method, -Host: Traefik, Caddy */
	LG_ASK_ENVOY, /* our own request line behind a prefix */
	LG_ASK_ANY, /* the only one of the first three that is there */
};

/* What is known of the body of the original request. */
enum lg_ask_body {
	LG_BODY_UNKNOWN, /* nobody can tell whether there is one */
	LG_BODY_NONE,
	LG_BODY_SOME, /* there is one, and we do not have it */
};

struct lg_ask {
	lg_str method;
	struct lg_path path;
	lg_str query; /* raw; absent when there was no '?' */
	lg_str host; /* as the client sent it, with its port */
	lg_str scheme; /* "https", "http"; absent when the proxy does not say */
	lg_str peer; /* the client's address; absent when the proxy does not say */
	/* The client's, as far as they came through; those that the proxy made are gone. */
	struct lg_str_map headers;
	enum lg_ask_body body_known;
	lg_str body; /* what the proxy sent along; absent when nothing */
	bool body_whole; /* it is all of it */
};

/*
 * "/authorizer/nginx", "/url", "/forward", "/envoy/...", "/ask". False when it is no address of a family.
 * `*ret_target` is the original target of envoy, absent otherwise.
 */
bool lg_ask_family(lg_str target, enum lg_ask_family *ret, lg_str *ret_target);

/* LG_E_REFUSED with a text for the log. Views into the wire's texts, or in the request's arena. */
LG_MUST lg_status lg_ask_read(
	struct lg_ctx *cx, const struct lg_ask_wire *wire, enum lg_ask_family family, struct lg_ask *ret);

/* The first value of a header, absent when there is none; name in any case. */
lg_str lg_ask_header(const struct lg_ask *ask, lg_str name);

/* The value of a query parameter, decoded. LG_E_REFUSED: it stands twice. Absent when there is none. */
LG_MUST lg_status lg_ask_param(struct lg_ctx *cx, const struct lg_ask *ask, lg_str name, lg_str *ret);

/* A browser asks whether a page of another origin may ask. */
bool lg_ask_is_preflight(const struct lg_ask *ask);

#endif
