#include "net/server.h"

#include <string.h>

#include "base/buf.h"

/*
 * One request and its answer. It lives in its own arena, from the request line to the last byte of the answer, and is
 * touched by one thread at a time: the I/O thread, then a worker, then the I/O thread again.
 */

/* How much of a body that is refused anyway is still read, so that its sender gets to read the answer. */
#define DRAIN_FACTOR 32

/* Room for this many of the largest bodies, for all requests together. */
#define BODIES_AT_ONCE 256

/*
 * libmicrohttpd takes a query apart in the connection's memory, and falls silent when that runs out. So it does not
 * get to see a longer one.
 */
#define MAX_QUERY_PAIRS 100

enum stage {
	AT_HEAD,
	AT_BODY,
	AT_WORK,
	ANSWERED,
};

struct exchange {
	struct lg_http_server *server;
	struct lg_http_conn *conn;
	struct MHD_Connection *mhd;
	struct lg_arena *arena;
	struct lg_ctx cx;
	struct lg_http_req req;
	struct lg_http_answer answer;
	struct MHD_Response *response; /* ours until it is queued */
	struct lg_buf body;
	size_t body_bytes; /* received, kept or not */
	size_t counted;    /* of server->body_bytes */
	const char *raw_target; /* where libmicrohttpd keeps it */
	enum stage stage;
	int refused;       /* status, 0 = not */
};

static size_t
count_pairs(const char *target)
{
	size_t count = 0;
	for (const char *at = strchr(target, '?'); at; at = strchr(at + 1, '&'))
		count++;
	return count;
}

void *
lg_http_on_target(void *cls, const char *target, struct MHD_Connection *connection)
{
	struct lg_http_server *server = cls;
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
	struct lg_http_conn *conn = info ? info->socket_context : NULL;
	if (!conn)
		return NULL;

	struct lg_arena *arena;
	if (lg_failed(lg_arena_new(server->config.max_arena_bytes, &arena)))
		return NULL;
	struct exchange *x = lg_arena_alloc(arena, sizeof(*x));
	if (!x) {
		lg_arena_free(arena);
		return NULL;
	}
	x->server = server;
	x->conn = conn;
	x->mhd = connection;
	x->arena = arena;
	x->raw_target = target;
	x->cx = (struct lg_ctx){ .arena = arena, .random = server->config.random };
	x->cx.now = lg_clock_now(server->config.clock);
	x->body = lg_buf_start(&x->cx, server->config.max_body_bytes);
	server->active++;
	lg_http_conn_begin(&server->table, conn);

	/* The text is libmicrohttpd's, and about to be unescaped in place. */
	if (lg_failed(lg_str_dup(&x->cx, lg_str_from_c(target), &x->req.target)))
		x->refused = 503;
	if (count_pairs(target) > MAX_QUERY_PAIRS && lg_http_conn_phase(conn, LG_HTTP_READING, LG_HTTP_CUT))
		lg_http_conn_cut(conn, 414);
	return x;
}

void
lg_http_on_completed(void *cls, struct MHD_Connection *connection, void **state,
	enum MHD_RequestTerminationCode reason)
{
	(void)connection;
	(void)reason;
	struct lg_http_server *server = cls;
	struct exchange *x = *state;
	*state = NULL;
	if (!x)
		return;
	if (x->response)
		MHD_destroy_response(x->response);
	lg_http_conn_end(&server->table, x->conn);
	server->body_bytes -= x->counted;
	lg_ctx_done(&x->cx);
	lg_arena_free(x->arena);
	server->active--;
}

/* ---- the answer ---- */

static bool
add_header(struct exchange *x, lg_str name, lg_str value)
{
	const char *c_name, *c_value;
	return !lg_failed(lg_str_to_c(&x->cx, name, &c_name)) && !lg_failed(lg_str_to_c(&x->cx, value, &c_value))
	       && MHD_add_response_header(x->response, c_name, c_value) == MHD_YES;
}

/* Make libmicrohttpd's form of the answer. Without memory there is none, and the connection is closed. */
static void
build_response(struct exchange *x)
{
	const struct lg_http_answer *answer = &x->answer;
	/* libmicrohttpd does not write to a persistent buffer. */
	x->response = MHD_create_response_from_buffer(answer->body.len, (void *)(uintptr_t)answer->body.ptr,
		MHD_RESPMEM_PERSISTENT);
	if (!x->response)
		return;
	bool complete = true;
	for (size_t i = 0; i < answer->header_count; i++)
		complete = complete && add_header(x, answer->headers[i].name, answer->headers[i].value);
	if (x->refused || x->server->stopping)
		complete = complete && add_header(x, LG_STR(MHD_HTTP_HEADER_CONNECTION), LG_STR("close"));
	if (!complete) {
		MHD_destroy_response(x->response);
		x->response = NULL;
	}
}

static void
refuse(struct exchange *x, int status)
{
	const struct lg_http_service *service = &x->server->service;
	x->refused = status;
	x->answer = (struct lg_http_answer){ .status = status };
	service->refuse(service->self, &x->cx, &x->req, status, &x->answer);
}

static enum MHD_Result
queue(struct exchange *x)
{
	if (!x->response)
		return MHD_NO;
	enum MHD_Result queued = MHD_queue_response(x->mhd, (unsigned)x->answer.status, x->response);
	MHD_destroy_response(x->response);
	x->response = NULL;
	return queued;
}

static enum MHD_Result
send_now(struct exchange *x, enum lg_http_phase from)
{
	if (!lg_http_conn_phase(x->conn, from, LG_HTTP_SENDING))
		return MHD_NO;
	build_response(x);
	x->stage = ANSWERED;
	return queue(x);
}

/* ---- the worker ---- */

/* From here on the exchange belongs to the I/O thread. */
static void
hand_back(struct exchange *x)
{
	build_response(x);
	x->stage = ANSWERED;
	(void)lg_http_conn_phase(x->conn, LG_HTTP_WORKING, LG_HTTP_SENDING);
	MHD_resume_connection(x->mhd);
}

void
lg_http_work(void *exchange)
{
	struct exchange *x = exchange;
	const struct lg_http_service *service = &x->server->service;
	if (x->server->hurrying || lg_failed(lg_rand_uuid(&x->cx, &x->cx.request_id)))
		refuse(x, 503);
	else
		service->answer(service->self, &x->cx, &x->req, &x->answer);
	hand_back(x);
}

static enum MHD_Result
hand_over(struct exchange *x)
{
	const struct lg_http_service *service = &x->server->service;
	if (!lg_http_conn_phase(x->conn, LG_HTTP_READING, LG_HTTP_WORKING))
		return MHD_NO;
	int lane = service->lane(service->self, &x->req);
	x->stage = AT_WORK;
	/* Suspended first: a worker may be done before the push returns. */
	MHD_suspend_connection(x->mhd);
	if (lg_failed(lg_queue_push(x->server->lanes[lane == 1].queue, x))) {
		refuse(x, 503);
		hand_back(x);
	}
	return MHD_YES;
}

/* ---- head and body ---- */

struct header_reader {
	struct exchange *x;
	struct lg_str_map *map;
	size_t room;
	bool failed;
};

static enum MHD_Result
take_header(void *cls, enum MHD_ValueKind kind, const char *key, size_t key_size, const char *value, size_t value_size)
{
	(void)kind;
	struct header_reader *r = cls;
	struct lg_str_map *map = r->map;
	if (map->count == r->room)
		return MHD_NO;
	struct lg_str_pair *pair = &map->items[map->count];
	/* Copied: libmicrohttpd shifts its buffer while the body comes in. */
	if (lg_failed(lg_str_dup(&r->x->cx, lg_str_from_bytes(key, key_size), &pair->key))
	    || lg_failed(lg_str_dup(&r->x->cx, lg_str_from_bytes(value ? value : "", value_size), &pair->value))) {
		r->failed = true;
		return MHD_NO;
	}
	map->count++;
	return MHD_YES;
}

static bool
read_head(struct exchange *x, const char *method)
{
	struct lg_http_req *req = &x->req;
	int count = MHD_get_connection_values_n(x->mhd, MHD_HEADER_KIND, NULL, NULL);
	struct header_reader r = { .x = x, .map = &req->headers, .room = count > 0 ? (size_t)count : 0 };
	req->headers.items = lg_new_array(&x->cx, struct lg_str_pair, r.room + 1);
	if (!req->headers.items || lg_failed(lg_str_dup(&x->cx, lg_str_from_c(method), &req->method)))
		return false;
	req->headers.has = true;
	req->peer = lg_str_from_c(x->conn->peer);
	MHD_get_connection_values_n(x->mhd, MHD_HEADER_KIND, take_header, &r);
	lg_http_head_split(req);
	return !r.failed;
}

/*
 * Did the request line hold a NUL? Up to 1.0, libmicrohttpd shows only what stands before it. It keeps the parts of
 * the line where they came in, so the version follows one byte behind the target.
 */
static bool
has_hidden_target(const struct exchange *x, const char *version)
{
#if MHD_VERSION < 0x01000000
	return (uintptr_t)version != (uintptr_t)x->raw_target + x->req.target.len + 1;
#else
	(void)x;
	(void)version;
	return false;
#endif
}

static enum MHD_Result
take_head(struct exchange *x, const char *method, const char *version)
{
	const struct lg_http_config *config = &x->server->config;
	struct lg_http_head_rules rules = { .max_head_bytes = config->max_head_bytes,
		.max_body_bytes = config->max_body_bytes };
	struct lg_http_head_verdict verdict = { .status = 503 };
	if (read_head(x, method))
		verdict = lg_http_head_check(&x->req, strcmp(version, MHD_HTTP_VERSION_1_1) == 0, &rules);
	if (has_hidden_target(x, version))
		verdict = (struct lg_http_head_verdict){ .status = 400, .unframed = true };
	if (!x->refused)
		x->refused = verdict.status;
	/* A HEAD is a GET whose answer loses its body on the way (RFC 9110, 9.3.2). */
	if (lg_str_eq(x->req.method, LG_STR("HEAD")))
		x->req.method = LG_STR("GET");

	/* A client that waits for 100 Continue is better told at once. */
	bool waits = lg_str_eq_nocase(lg_http_header(&x->req, LG_STR("Expect")), LG_STR("100-continue"));
	x->stage = AT_BODY;
	if (verdict.unframed || (x->refused && waits)) {
		refuse(x, x->refused);
		return send_now(x, LG_HTTP_READING);
	}
	return MHD_YES;
}

static enum MHD_Result
take_body(struct exchange *x, const char *data, size_t *size)
{
	struct lg_http_server *server = x->server;
	x->body_bytes += *size;
	if (!x->refused && x->body_bytes > server->config.max_body_bytes)
		x->refused = 413;
	if (x->body_bytes > server->config.max_body_bytes * DRAIN_FACTOR) {
		if (lg_http_conn_phase(x->conn, LG_HTTP_READING, LG_HTTP_CUT))
			lg_http_conn_cut(x->conn, 413);
		return MHD_NO;
	}
	if (!x->refused) {
		size_t before = atomic_fetch_add(&server->body_bytes, *size);
		x->counted += *size;
		if (before + *size > server->config.max_body_bytes * BODIES_AT_ONCE)
			x->refused = 503;
	}
	if (!x->refused)
		lg_buf_put(&x->body, lg_str_from_bytes(data, *size));
	*size = 0;
	return MHD_YES;
}

static enum MHD_Result
take_end(struct exchange *x)
{
	const struct lg_http_service *service = &x->server->service;
	if (!x->refused && x->body.failed)
		x->refused = 503;
	if (!x->refused && lg_failed(lg_buf_finish(&x->cx, &x->body, &x->req.body)))
		x->refused = 503;
	if (x->refused) {
		refuse(x, x->refused);
		return send_now(x, LG_HTTP_READING);
	}
	if (service->inline_answer(service->self, &x->cx, &x->req, &x->answer))
		return send_now(x, LG_HTTP_READING);
	return hand_over(x);
}

enum MHD_Result
lg_http_on_request(void *cls, struct MHD_Connection *connection, const char *url, const char *method,
	const char *version, const char *upload_data, size_t *upload_data_size, void **state)
{
	(void)cls;
	(void)connection;
	(void)url;
	struct exchange *x = *state;
	if (!x)
		return MHD_NO;
	switch (x->stage) {
	case AT_HEAD:
		return take_head(x, method, version);
	case AT_BODY:
		return *upload_data_size ? take_body(x, upload_data, upload_data_size) : take_end(x);
	case ANSWERED:
		return queue(x);
	case AT_WORK:
		break;
	}
	return MHD_NO;
}
