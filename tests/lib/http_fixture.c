#include "tests/lib/http_fixture.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"

/* ---- a service that tells what it was asked ---- */

void
http_pause_ms(long ms)
{
	const struct timespec pause = { .tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000 };
	nanosleep(&pause, NULL);
}

static bool
inline_answer(void *self, struct lg_ctx *cx, const struct lg_http_req *req, struct lg_http_answer *ret)
{
	(void)cx;
	struct http_service *service = self;
	if (!lg_str_starts(req->path, LG_STR("/inline")))
		return false;
	service->inlined++;
	ret->status = 200;
	ret->body = LG_STR("inline");
	lg_http_answer_header(ret, LG_STR("Content-Type"), LG_STR("text/plain"));
	lg_http_answer_header(ret, LG_STR("X-Split"), LG_STR("a\r\nX-Injected: 1"));
	return true;
}

/* "METHOD target query=... host=... peer=... cookies=N body=N first:last" */
static void
answer(void *self, struct lg_ctx *cx, const struct lg_http_req *req, struct lg_http_answer *ret)
{
	struct http_service *service = self;
	service->waiting++;
	while (service->hold)
		http_pause_ms(1);
	service->waiting--;
	service->answered++;
	size_t cookies = 0;
	for (size_t i = 0; i < req->headers.count; i++)
		cookies += lg_str_eq_nocase(req->headers.items[i].key, LG_STR("Cookie"));
	struct lg_buf b = lg_buf_start(cx, 1 << 16);
	lg_buf_fmt(&b, "%.*s %.*s query=%.*s host=%.*s peer=%.*s cookies=%zu body=%zu", LG_FMT(req->method),
		LG_FMT(req->target), LG_FMT(req->query), LG_FMT(req->host), LG_FMT(req->peer), cookies,
		req->body.len);
	const struct http_sum *sum = req->stream;
	if (sum)
		lg_buf_fmt(&b, " parts=%zu bytes=%zu sum=%lu", sum->parts, sum->bytes, sum->sum);
	if (req->body.len)
		lg_buf_fmt(&b, " %c%c", req->body.ptr[0], req->body.ptr[req->body.len - 1]);
	ret->status = 200;
	CHECK_OK(lg_buf_finish(cx, &b, &ret->body));
}

static void
refuse(void *self, struct lg_ctx *cx, const struct lg_http_req *req, int status, struct lg_http_answer *ret)
{
	(void)self;
	(void)cx;
	(void)req;
	ret->status = status;
	ret->body = LG_STR("refused");
}

static int
lane(void *self, struct lg_ctx *cx, const struct lg_http_req *req)
{
	(void)self;
	(void)cx;
	return lg_str_starts(req->path, LG_STR("/outbound"));
}

static size_t
max_body(void *self, const struct lg_http_req *req)
{
	(void)self;
	return lg_str_starts(req->target, LG_STR("/large")) ? HTTP_LARGE_BODY : 0;
}

/* Bodies of "/stream..." are added up; "/stream/refuse" stops at the second part, "/stream/never" before. */
static int
stream(void *self, struct lg_ctx *cx, const struct lg_http_req *req, void **ret_stream, size_t *ret_max)
{
	(void)self;
	if (lg_str_eq(req->path, LG_STR("/stream/never")))
		return 403;
	if (!lg_str_starts(req->path, LG_STR("/stream")))
		return 0;
	*ret_stream = lg_new(cx, struct http_sum);
	*ret_max = HTTP_STREAM_MAX;
	return *ret_stream ? 200 : 503;
}

static int
part(void *self, struct lg_ctx *cx, const struct lg_http_req *req, lg_str bytes)
{
	(void)self;
	struct http_sum *sum = req->stream;
	/* As much as there is, each time. */
	CHECK(lg_new_array(cx, char, LG_ARENA_MAX_DEFAULT / 2));
	sum->parts++;
	sum->bytes += bytes.len;
	for (size_t i = 0; i < bytes.len; i++)
		sum->sum = sum->sum * 31 + (unsigned char)bytes.ptr[i];
	return sum->parts == 2 && lg_str_eq(req->path, LG_STR("/stream/refuse")) ? 409 : 0;
}

static const lg_str loopback[] = { LG_STR_INIT("127.0.0.1"), LG_STR_INIT("::1") };

void
http_prepare(struct http_fixture *f)
{
	*f = (struct http_fixture){ 0 };
	lg_test_ctx_init(&f->t);
	lg_clock_system(&f->clock);
	f->config = (struct lg_http_config){ .addresses = loopback,
		.address_count = 2,
		.max_body_bytes = 1 << 20,
		.max_head_bytes = 16 << 10,
		.max_arena_bytes = LG_ARENA_MAX_DEFAULT,
		.max_connections = 1000,
		.idle_timeout_ms = 75000,
		.request_timeout_ms = 30000,
		.local_workers = 2,
		.outbound_workers = 1,
		.queue_length = 16,
		.clock = &f->clock,
		.random = &lg_random_kernel };
}

void
http_start(struct http_fixture *f)
{
	const struct lg_http_service service = { .self = &f->service,
		.inline_answer = inline_answer,
		.answer = answer,
		.refuse = refuse,
		.lane = lane,
		.max_body = max_body,
		.stream = stream,
		.part = part };
	CHECK_OK(lg_http_server_open(&f->t.cx, &f->config, &service, &f->server));
	CHECK_OK(lg_http_server_start(&f->t.cx, f->server));
	f->port = lg_http_server_port(f->server);
}

void
http_finish(struct http_fixture *f)
{
	lg_http_server_stop(f->server, 1000);
	lg_test_ctx_done(&f->t);
}

/* ---- a client that sends bytes as they are ---- */

int
http_dial(const struct http_fixture *f)
{
	struct sockaddr_in to = {
		.sin_family = AF_INET, .sin_port = htons(f->port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)
	};
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	CHECK(fd >= 0);
	struct timeval patience = { .tv_sec = 5 };
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	CHECK(connect(fd, (struct sockaddr *)&to, sizeof(to)) == 0);
	return fd;
}

void
http_put(int fd, const void *bytes, size_t len)
{
	while (len) {
		ssize_t sent = send(fd, bytes, len, MSG_NOSIGNAL);
		if (sent < 0)
			return; /* what the server said counts */
		bytes = (const char *)bytes + sent;
		len -= (size_t)sent;
	}
}

void
http_put_text(int fd, const char *text)
{
	http_put(fd, text, strlen(text));
}

/* One answer: head and the body its Content-Length announces. Empty when the connection ended instead. */
const char *
http_get(struct http_fixture *f, int fd, bool head_only)
{
	char *text = lg_new_array(&f->t.cx, char, 1 << 16);
	if (!text)
		fail_msg("no memory for the reply");
	size_t len = 0, need = SIZE_MAX;
	while (len < need && len < (1 << 16) - 1) {
		ssize_t got = recv(fd, text + len, 1, 0);
		if (got <= 0)
			break;
		len += (size_t)got;
		char *end = strstr(text, "\r\n\r\n");
		if (need == SIZE_MAX && end) {
			const char *length = strstr(text, "Content-Length: ");
			need = (size_t)(end + 4 - text);
			if (length && !head_only)
				need += strtoul(length + strlen("Content-Length: "), NULL, 10);
		}
	}
	return text;
}

int
http_status_of(const char *reply)
{
	return strncmp(reply, "HTTP/1.1 ", 9) == 0 ? atoi(reply + 9) : 0;
}

bool
http_ended(int fd)
{
	char c;
	return recv(fd, &c, 1, 0) <= 0;
}

const char *
http_ask(struct http_fixture *f, const char *text)
{
	int fd = http_dial(f);
	http_put_text(fd, text);
	const char *reply = http_get(f, fd, false);
	close(fd);
	return reply;
}

void
http_check_has(const char *reply, const char *part)
{
	if (!reply || !strstr(reply, part))
		fail_msg("no \"%s\" in \"%s\"", part, reply ? reply : "");
}
