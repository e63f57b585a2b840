#include "net/server.h"

#include <string.h>

#include "base/buf.h"
#include "codec/bytes.h"

/*
 * One request and its answer. It lives in its own arena, from the request line to the last byte of the
 * answer, and is touched by one thread at a time: the I/O thread, then a worker, then the I/O thread again.
 */

/* How much of a body that is refused anyway is still read, so that its sender gets to read the answer. */
#define DRAIN_FACTOR 32

/* Room for this many of the largest bodies, for all requests together. */
#define BODIES_AT_ONCE 256

/* Memory for each byte of body above the usual: its JSON, its values, the record, and the answer. */
#define ARENA_TIMES 12

/*
 * libmicrohttpd takes a query apart in the connection's memory, and falls silent when that runs out. So it
 * does not get to see a longer one.
 */
#define MAX_QUERY_PAIRS 100

enum stage {
	AT_HEAD,
	AT_BODY,
	AT_PART, /* a worker has what came in so far */
	AT_WORK,
	ANSWERED,
};

struct exchange {
	struct lg_http_server *server;
	struct lg_http_conn *conn;
	struct MHD_Connection *mhd;
	struct lg_arena *arena;
	struct lg_arena_mark empty; /* where the arena is wiped back to */
	struct lg_ctx cx;
	struct lg_http_req req;
	struct lg_http_answer answer;
	struct MHD_Response *response; /* ours until it is queued */
	struct lg_buf body;
	size_t body_bytes; /* received, kept or not */
	size_t max_body_bytes; /* of this request */
	size_t counted; /* of server->body_bytes */
	char *part; /* of a body that comes in parts, what nobody has seen yet */
	size_t part_len;
	bool whole; /* nothing follows */
	const char *raw_target; /* where libmicrohttpd keeps it */
	enum stage stage;
	int refused; /* status, 0 = not */
};

/* ---- memory and id ---- */

static lg_status
take_arena(struct lg_http_server *server, struct lg_arena **ret, struct lg_arena_mark *ret_empty)
{
	struct lg_http_spares *spares = &server->spares;
	pthread_mutex_lock(&spares->lock);
	bool spare = spares->count > 0;
	if (spare) {
		spares->count--;
		*ret = spares->items[spares->count].arena;
		*ret_empty = spares->items[spares->count].empty;
	}
	pthread_mutex_unlock(&spares->lock);
	if (spare)
		return LG_OK;

	struct lg_arena *arena;
	LG_TRY(lg_arena_new(server->config.max_arena_bytes, &arena));
	/* Something must be in it, or rewinding would give the first block back. */
	if (!lg_arena_alloc(arena, 1)) {
		lg_arena_free(arena);
		return LG_STATUS(LG_E_NO_MEMORY);
	}
	*ret = arena;
	*ret_empty = lg_arena_mark(arena);
	return LG_OK;
}

static void
give_arena(struct lg_http_server *server, struct lg_arena *arena, struct lg_arena_mark empty)
{
	struct lg_http_spares *spares = &server->spares;
	lg_arena_rewind(arena, empty);
	lg_arena_set_max(arena, server->config.max_arena_bytes);
	pthread_mutex_lock(&spares->lock);
	bool kept = spares->count < LG_HTTP_SPARE_ARENAS;
	if (kept) {
		spares->items[spares->count].arena = arena;
		spares->items[spares->count].empty = empty;
		spares->count++;
	}
	pthread_mutex_unlock(&spares->lock);
	if (!kept)
		lg_arena_free(arena);
}

void
lg_http_spares_free(struct lg_http_spares *spares)
{
	while (spares->count)
		lg_arena_free(spares->items[--spares->count].arena);
	pthread_mutex_destroy(&spares->lock);
}

/* The finaliser of SplitMix64: every input has an output of its own. */
static uint64_t
mix(uint64_t z)
{
	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

/*
 * Unlike a key or a code, a request id need not be unguessable, only new: a system call a request is too
 * much for it.
 */
static lg_status
draw_id(struct lg_http_server *server, struct lg_ctx *cx, lg_str *ret)
{
	uint64_t n = atomic_fetch_add(&server->id_count, 1);
	const uint64_t words[2] = { mix(server->id_seed[0] + n), mix(server->id_seed[1] ^ n) };
	unsigned char bytes[16];
	memcpy(bytes, words, sizeof(bytes));
	/* Version 4 (RFC 9562, 5.4). */
	bytes[6] = (unsigned char)((bytes[6] & 0x0f) | 0x40);
	bytes[8] = (unsigned char)((bytes[8] & 0x3f) | 0x80);
	return lg_uuid_encode(cx, bytes, ret);
}

/* ---- begin and end ---- */

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
	const union MHD_ConnectionInfo *info =
		MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
	struct lg_http_conn *conn = info ? info->socket_context : NULL;
	if (!conn)
		return NULL;

	struct lg_arena *arena;
	struct lg_arena_mark empty;
	if (lg_failed(take_arena(server, &arena, &empty)))
		return NULL;
	struct exchange *x = lg_arena_alloc(arena, sizeof(*x));
	if (!x) {
		give_arena(server, arena, empty);
		return NULL;
	}
	x->server = server;
	x->conn = conn;
	x->mhd = connection;
	x->arena = arena;
	x->empty = empty;
	x->raw_target = target;
	x->cx = (struct lg_ctx){ .arena = arena, .random = server->config.random };
	x->cx.now = lg_clock_now(server->config.clock);
	x->max_body_bytes = server->config.max_body_bytes;
	x->body = lg_buf_start(&x->cx, x->max_body_bytes);
	server->active++;
	lg_http_conn_begin(&server->table, conn);

	/* The text is libmicrohttpd's, and about to be unescaped in place. */
	if (lg_failed(lg_str_dup(&x->cx, lg_str_from_c(target), &x->req.target)) ||
		lg_failed(draw_id(server, &x->cx, &x->cx.request_id)))
		x->refused = 503;
	if (count_pairs(target) > MAX_QUERY_PAIRS && lg_http_conn_phase(conn, LG_HTTP_READING, LG_HTTP_CUT))
		lg_http_conn_cut(conn, 414);
	return x;
}

void
lg_http_on_completed(
	void *cls, struct MHD_Connection *connection, void **state, enum MHD_RequestTerminationCode reason)
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
	give_arena(server, x->arena, x->empty);
	server->active--;
}

/* ---- the answer ---- */

/* `scratch` has room for both, and is not needed afterwards: libmicrohttpd copies. */
static bool
add_header(struct MHD_Response *response, lg_str name, lg_str value, char *scratch)
{
	memcpy(scratch, name.ptr, name.len);
	scratch[name.len] = '\0';
	char *text = scratch + name.len + 1;
	/* It takes no empty value; a blank is none to whoever reads it (RFC 9110, 5.5). */
	if (!value.len)
		value = LG_STR(" ");
	memcpy(text, value.ptr, value.len);
	text[value.len] = '\0';
	return MHD_add_response_header(response, scratch, text) == MHD_YES;
}

static char *
header_scratch(struct exchange *x)
{
	size_t longest = 0;
	for (size_t i = 0; i < x->answer.header_count; i++) {
		size_t len = x->answer.headers[i].name.len + x->answer.headers[i].value.len;
		longest = len > longest ? len : longest;
	}
	/* "Connection: close" may come to it. */
	return lg_new_array(&x->cx, char, longest + 32);
}

/* Make libmicrohttpd's form of the answer. Without memory there is none, and the connection is closed. */
static void
build_response(struct exchange *x)
{
	const struct lg_http_answer *answer = &x->answer;
	/* libmicrohttpd does not write to a persistent buffer. */
	x->response = MHD_create_response_from_buffer(
		answer->body.len, (void *)(uintptr_t)answer->body.ptr, MHD_RESPMEM_PERSISTENT);
	if (!x->response)
		return;
	char *scratch = header_scratch(x);
	bool complete = scratch != NULL;
	for (size_t i = 0; i < answer->header_count && complete; i++)
		complete =
			add_header(x->response, answer->headers[i].name, answer->headers[i].value, scratch);
	if (complete && (x->refused || x->server->stopping))
		complete = add_header(
			x->response, LG_STR(MHD_HTTP_HEADER_CONNECTION), LG_STR("close"), scratch);
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

/* In a context of its own, so that nothing is left of it. */
static void
work_on_part(struct exchange *x)
{
	const struct lg_http_service *service = &x->server->service;
	const struct lg_arena_mark mark = lg_arena_mark(x->arena);
	struct lg_ctx cx = { .arena = x->arena, .random = x->cx.random, .request_id = x->cx.request_id };
	cx.now = lg_clock_now(x->server->config.clock);
	if (x->part_len)
		x->refused =
			service->part(service->self, &cx, &x->req, lg_str_from_bytes(x->part, x->part_len));
	lg_ctx_done(&cx);
	lg_arena_rewind(x->arena, mark);
	x->part_len = 0;
}

void
lg_http_work(void *exchange)
{
	struct exchange *x = exchange;
	const struct lg_http_service *service = &x->server->service;
	if (x->server->hurrying)
		x->refused = 503;
	else if (x->req.stream)
		work_on_part(x);
	if (x->req.stream && !x->whole) {
		x->stage = AT_BODY;
		(void)lg_http_conn_phase(x->conn, LG_HTTP_WORKING, LG_HTTP_READING);
		MHD_resume_connection(x->mhd);
		return;
	}
	if (x->refused)
		refuse(x, x->refused);
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
	int lane = service->lane(service->self, &x->cx, &x->req);
	x->stage = AT_WORK;
	/* Suspended first: a worker may be done before the push returns. */
	MHD_suspend_connection(x->mhd);
	if (lg_failed(lg_queue_push(x->server->lanes[lane == 1].queue, x))) {
		refuse(x, 503);
		hand_back(x);
	}
	return MHD_YES;
}

/* A worker takes what came in so far. When none can, the rest is read and refused. */
static enum MHD_Result
hand_over_part(struct exchange *x)
{
	const struct lg_http_service *service = &x->server->service;
	if (!lg_http_conn_phase(x->conn, LG_HTTP_READING, LG_HTTP_WORKING))
		return MHD_NO;
	const int lane = service->lane(service->self, &x->cx, &x->req);
	x->stage = AT_PART;
	MHD_suspend_connection(x->mhd);
	if (lg_failed(lg_queue_push(x->server->lanes[lane == 1].queue, x))) {
		x->refused = 503;
		x->stage = AT_BODY;
		(void)lg_http_conn_phase(x->conn, LG_HTTP_WORKING, LG_HTTP_READING);
		MHD_resume_connection(x->mhd);
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
take_header(void *cls, enum MHD_ValueKind kind, const char *key, size_t key_size, const char *value,
	size_t value_size)
{
	(void)kind;
	struct header_reader *r = cls;
	struct lg_str_map *map = r->map;
	if (map->count == r->room)
		return MHD_NO;
	struct lg_str_pair *pair = &map->items[map->count];
	/* Copied: libmicrohttpd shifts its buffer while the body comes in. */
	char *copy = lg_new_array(&r->x->cx, char, key_size + value_size + 1);
	if (!copy) {
		r->failed = true;
		return MHD_NO;
	}
	memcpy(copy, key, key_size);
	if (value_size)
		memcpy(copy + key_size, value, value_size);
	pair->key = lg_str_from_bytes(copy, key_size);
	pair->value = lg_str_from_bytes(copy + key_size, value_size);
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
 * Did the request line hold a NUL? Up to 1.0, libmicrohttpd shows only what stands before it. It keeps the
 * parts of the line where they came in, so the version follows one byte behind the target.
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

/* Some requests may be larger than others. */
static void
choose_max_body(struct exchange *x)
{
	const struct lg_http_service *service = &x->server->service;
	const size_t wanted = service->max_body ? service->max_body(service->self, &x->req) : 0;
	if (wanted <= x->max_body_bytes)
		return;
	x->max_body_bytes = x->body.max = wanted;
	lg_arena_set_max(x->arena, x->server->config.max_arena_bytes + ARENA_TIMES * wanted);
}

static void
choose_stream(struct exchange *x)
{
	const struct lg_http_service *service = &x->server->service;
	void *stream = NULL;
	size_t max = 0;
	const int status =
		service->stream ? service->stream(service->self, &x->cx, &x->req, &stream, &max) : 0;
	if (status == 200) {
		x->req.stream = stream;
		x->max_body_bytes = max;
	} else if (status && !x->refused) {
		x->refused = status;
	}
}

/* Fill the part; a full one goes to a worker before more is looked at. */
static enum MHD_Result
take_part(struct exchange *x, const char *data, size_t *size)
{
	if (!x->part)
		x->part = lg_new_array(&x->cx, char, LG_HTTP_PART_BYTES);
	if (!x->part) {
		x->refused = 503;
		*size = 0;
		return MHD_YES;
	}
	const size_t room = LG_HTTP_PART_BYTES - x->part_len;
	const size_t taken = *size < room ? *size : room;
	memcpy(x->part + x->part_len, data, taken);
	x->part_len += taken;
	x->body_bytes += taken;
	*size -= taken;
	if (x->body_bytes > x->max_body_bytes)
		x->refused = 413;
	return x->part_len == LG_HTTP_PART_BYTES && !x->refused ? hand_over_part(x) : MHD_YES;
}

static enum MHD_Result
take_body(struct exchange *x, const char *data, size_t *size)
{
	struct lg_http_server *server = x->server;
	if (x->req.stream && !x->refused)
		return take_part(x, data, size);
	x->body_bytes += *size;
	if (!x->refused && x->body_bytes > x->max_body_bytes)
		x->refused = 413;
	if (x->body_bytes > server->config.max_body_bytes * DRAIN_FACTOR + x->max_body_bytes) {
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
	if (x->req.stream) {
		x->whole = true;
		return hand_over_part(x);
	}
	if (service->inline_answer(service->self, &x->cx, &x->req, &x->answer))
		return send_now(x, LG_HTTP_READING);
	return hand_over(x);
}

static enum MHD_Result
take_head(struct exchange *x, const char *method, const char *version)
{
	const struct lg_http_service *service = &x->server->service;
	struct lg_http_head_verdict verdict = { .status = 503 };
	bool no_body = false;
	if (read_head(x, method)) {
		no_body = service->no_body && service->no_body(service->self, &x->req);
		choose_max_body(x);
		choose_stream(x);
		const struct lg_http_head_rules rules = { .max_head_bytes = x->server->config.max_head_bytes,
			.max_body_bytes = no_body ? SIZE_MAX : x->max_body_bytes };
		verdict = lg_http_head_check(&x->req, strcmp(version, MHD_HTTP_VERSION_1_1) == 0, &rules);
	}
	if (has_hidden_target(x, version))
		verdict = (struct lg_http_head_verdict){ .status = 400, .unframed = true };
	if (!x->refused)
		x->refused = verdict.status;
	/* A HEAD is a GET whose answer loses its body on the way (RFC 9110, 9.3.2). */
	x->req.head = lg_str_eq(x->req.method, LG_STR("HEAD"));
	if (x->req.head)
		x->req.method = LG_STR("GET");

	/* A client that waits for 100 Continue is better told at once. */
	bool waits = lg_str_eq_nocase(lg_http_header(&x->req, LG_STR("Expect")), LG_STR("100-continue"));
	x->stage = AT_BODY;
	if (verdict.unframed || (x->refused && waits)) {
		refuse(x, x->refused);
		return send_now(x, LG_HTTP_READING);
	}
	return no_body && !x->refused && lg_http_head_announces_body(&x->req) ? take_end(x) : MHD_YES;
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
	case AT_PART:
	case AT_WORK:
		break;
	}
	return MHD_NO;
}
