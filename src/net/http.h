/*
 * http.h - the HTTP/1.1 server: bytes in, struct lg_http_req out, an answer back. Hides libmicrohttpd.
 *
 * A request goes to one of two functions. `inline_answer` runs on the I/O thread and may only use what is
 * already rendered (no store, no private key, no waiting); when it declines, the request is suspended, and
 * a worker runs `answer`. Head, body and answer have deadlines of our own; every limit is a setting.
 *
 * Refused here, before anybody sees them (DESIGN 3): two Host or Content-Length, Content-Length together
 * with Transfer-Encoding, header names that are no tokens, control characters in target or values, targets
 * that begin with neither '/' nor '*', bodies over the limit (413), heads over the limit (431), methods
 * that are no tokens.
 *
 * A HEAD arrives as a GET, which `head` tells from others; its answer leaves without body. Date
 * and Content-Length are added.
 */
#ifndef LG_NET_HTTP_H
#define LG_NET_HTTP_H

#include "base/ctx.h"

#define LG_HTTP_MAX_HEADERS 32

/* Views into the request's arena. */
struct lg_http_req {
	lg_str method;
	lg_str target;  /* raw, as on the request line */
	lg_str path;    /* raw, before '?' */
	lg_str query;   /* raw, behind '?'; absent when none */
	struct lg_str_map headers; /* in order, duplicates kept */
	lg_str body;
	lg_str peer;    /* address of the connection: "127.0.0.1" or "::1" */
	lg_str host;    /* the Host header; absent for HTTP/1.0 */
	bool head;      /* it was a HEAD */
	void *stream;   /* of a body that came in parts; NULL = `body` is all of it */
};

/* Value of a header, name in any case; the first one when there are several. Absent when there is none. */
lg_str lg_http_header(const struct lg_http_req *req, lg_str name);

struct lg_http_header {
	lg_str name;
	lg_str value;
};

/*
 * Body and header texts must live until the server is done with the answer: in the request's arena, or for
 * ever.
 */
struct lg_http_answer {
	int status;
	size_t header_count;
	struct lg_http_header headers[LG_HTTP_MAX_HEADERS];
	lg_str body;
};

/*
 * Keeps the first LG_HTTP_MAX_HEADERS; a value with control characters is dropped whole (no header
 * injection).
 */
void lg_http_answer_header(struct lg_http_answer *answer, lg_str name, lg_str value);

struct lg_http_service {
	void *self;

	/*
	 * On the I/O thread. True when `ret` was filled. `cx` has an arena; the answer may use static or
	 * long-lived text.
	 */
	bool (*inline_answer)(void *self, struct lg_ctx *cx, const struct lg_http_req *req,
		struct lg_http_answer *ret);

	/* On a worker. Always fills `ret`. */
	void (*answer)(void *self, struct lg_ctx *cx, const struct lg_http_req *req,
		struct lg_http_answer *ret);

	/* The answer when every worker and the queue are busy (503), or a limit was broken (status). */
	void (*refuse)(void *self, struct lg_ctx *cx, const struct lg_http_req *req, int status,
		struct lg_http_answer *ret);

	/*
	 * Which lane answers: 0 local, 1 outbound (may wait for somebody else's server). Asked on the I/O
	 * thread.
	 */
	int (*lane)(void *self, struct lg_ctx *cx, const struct lg_http_req *req);

	/*
	 * The largest body of this request when that is more than max_body_bytes, else 0. Asked on the I/O
	 * thread when only the head is there. NULL = never.
	 */
	size_t (*max_body)(void *self, const struct lg_http_req *req);

	/*
	 * Answer from the head alone: a body that it announces will not come, or does not matter. The
	 * connection ends with the answer then. Asked on the I/O thread. NULL = never.
	 */
	bool (*no_body)(void *self, const struct lg_http_req *req);

	/*
	 * A body that is worked on while it comes in. Asked on the I/O thread when only the head is there:
	 * 0 = not this one, 200 = yes, anything else is what the request is refused with. `part` and
	 * `answer` get `*ret_stream`; the body has at most `*ret_max` bytes. NULL = never.
	 */
	int (*stream)(void *self, struct lg_ctx *cx, const struct lg_http_req *req, void **ret_stream,
		size_t *ret_max);

	/*
	 * On a worker, in order: LG_HTTP_PART_BYTES of the body, the last time what is left. What it takes
	 * from the context's memory is gone afterwards. 0 = go on, else the request is refused with it.
	 */
	int (*part)(void *self, struct lg_ctx *cx, const struct lg_http_req *req, lg_str bytes);
};

#define LG_HTTP_PART_BYTES ((size_t)256 << 10)

struct lg_http_config {
	const lg_str *addresses; /* "127.0.0.1", "::1" ... */
	size_t address_count;
	uint16_t port;           /* 0 = any free one */
	size_t max_body_bytes;   /* 1 MiB */
	size_t max_head_bytes;   /* 16 KiB */
	size_t max_arena_bytes;  /* 16 MiB a request */
	size_t max_connections;  /* 10,000; the oldest idle one goes first */
	int64_t idle_timeout_ms; /* 75,000: keep-alive without a request */
	int64_t request_timeout_ms; /* 30,000: from the first byte of the head to the last of the body */
	size_t local_workers;    /* 4 x cores, at least 16 */
	size_t outbound_workers; /* 64 */
	size_t queue_length;     /* 4,096 a lane */
	struct lg_clock *clock;
	struct lg_random *random;
};

struct lg_http_server;

/*
 * Listen: the port is known, who connects waits. LG_E_IO when an address cannot be listened on; the
 * failure's text names it. Addresses, clock, random and the service's self outlive the server.
 */
LG_MUST lg_status lg_http_server_open(struct lg_ctx *cx, const struct lg_http_config *config,
	const struct lg_http_service *service, struct lg_http_server **ret);

uint16_t lg_http_server_port(const struct lg_http_server *server);

/* Serve. After a failure only lg_http_server_stop is left. */
LG_MUST lg_status lg_http_server_start(struct lg_ctx *cx, struct lg_http_server *server);

/* Stop accepting, finish what was begun (at most `wait_ms`), refuse what still waits, free. NULL is fine. */
void lg_http_server_stop(struct lg_http_server *server, int64_t wait_ms);

#endif
