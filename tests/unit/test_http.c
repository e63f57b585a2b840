#include "tests/lib/test.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/thread.h"
#include "net/http.h"

#define REPLY_MAX (4 << 20)

/* ---- a service that tells what it was asked ---- */

struct service {
	_Atomic int answered;
	_Atomic int inlined;
	_Atomic int waiting;
	_Atomic bool hold; /* workers wait while it is set */
};

static void
pause_ms(long ms)
{
	const struct timespec pause = { .tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000 };
	nanosleep(&pause, NULL);
}

static bool
inline_answer(void *self, struct lg_ctx *cx, const struct lg_http_req *req, struct lg_http_answer *ret)
{
	(void)cx;
	struct service *service = self;
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
	struct service *service = self;
	service->waiting++;
	while (service->hold)
		pause_ms(1);
	service->waiting--;
	service->answered++;
	size_t cookies = 0;
	for (size_t i = 0; i < req->headers.count; i++)
		cookies += lg_str_eq_nocase(req->headers.items[i].key, LG_STR("Cookie"));
	struct lg_buf b = lg_buf_start(cx, 1 << 16);
	lg_buf_fmt(&b, "%.*s %.*s query=%.*s host=%.*s peer=%.*s cookies=%zu body=%zu", LG_FMT(req->method),
		LG_FMT(req->target), LG_FMT(req->query), LG_FMT(req->host), LG_FMT(req->peer), cookies, req->body.len);
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
lane(void *self, const struct lg_http_req *req)
{
	(void)self;
	return lg_str_starts(req->path, LG_STR("/outbound"));
}

struct fixture {
	struct lg_test_ctx t;
	struct service service;
	struct lg_clock clock;
	struct lg_http_config config;
	struct lg_http_server *server;
	uint16_t port;
};

static const lg_str loopback[] = { LG_STR_INIT("127.0.0.1"), LG_STR_INIT("::1") };

static void
prepare(struct fixture *f)
{
	*f = (struct fixture){ 0 };
	lg_test_ctx_init(&f->t);
	lg_clock_system(&f->clock);
	f->config = (struct lg_http_config){ .addresses = loopback, .address_count = 2, .max_body_bytes = 1 << 20,
		.max_head_bytes = 16 << 10, .max_arena_bytes = LG_ARENA_MAX_DEFAULT, .max_connections = 1000,
		.idle_timeout_ms = 75000, .request_timeout_ms = 30000, .local_workers = 2, .outbound_workers = 1,
		.queue_length = 16, .clock = &f->clock, .random = &lg_random_kernel };
}

static void
start(struct fixture *f)
{
	const struct lg_http_service service = { .self = &f->service, .inline_answer = inline_answer, .answer = answer,
		.refuse = refuse, .lane = lane };
	CHECK_OK(lg_http_server_open(&f->t.cx, &f->config, &service, &f->server));
	CHECK_OK(lg_http_server_start(&f->t.cx, f->server));
	f->port = lg_http_server_port(f->server);
}

static void
finish(struct fixture *f)
{
	lg_http_server_stop(f->server, 1000);
	lg_test_ctx_done(&f->t);
}

/* ---- a client that sends bytes as they are ---- */

static int
dial(const struct fixture *f)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(f->port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	CHECK(fd >= 0);
	struct timeval patience = { .tv_sec = 5 };
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	CHECK(connect(fd, (struct sockaddr *)&to, sizeof(to)) == 0);
	return fd;
}

static void
put(int fd, const void *bytes, size_t len)
{
	while (len) {
		ssize_t sent = send(fd, bytes, len, MSG_NOSIGNAL);
		if (sent < 0)
			return; /* what the server said counts */
		bytes = (const char *)bytes + sent;
		len -= (size_t)sent;
	}
}

static void
put_text(int fd, const char *text)
{
	put(fd, text, strlen(text));
}

/* One answer: head and the body its Content-Length announces. Empty when the connection ended instead. */
static const char *
get(struct fixture *f, int fd, bool head_only)
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

static int
status_of(const char *reply)
{
	return strncmp(reply, "HTTP/1.1 ", 9) == 0 ? atoi(reply + 9) : 0;
}

static bool
ended(int fd)
{
	char c;
	return recv(fd, &c, 1, 0) <= 0;
}

static const char *
ask(struct fixture *f, const char *text)
{
	int fd = dial(f);
	put_text(fd, text);
	const char *reply = get(f, fd, false);
	close(fd);
	return reply;
}

#define GET(path) "GET " path " HTTP/1.1\r\nHost: localhost\r\n\r\n"

static void
check_has(const char *reply, const char *part)
{
	if (!reply || !strstr(reply, part))
		fail_msg("no \"%s\" in \"%s\"", part, reply ? reply : "");
}

/* ---- tests ---- */

TEST(inline_and_worker_answers_arrive)
{
	struct fixture f;
	prepare(&f);
	start(&f);
	const char *reply = ask(&f, GET("/inline"));
	CHECK(status_of(reply) == 200);
	check_has(reply, "\r\n\r\ninline");
	check_has(reply, "Content-Type: text/plain\r\n");
	check_has(reply, "\r\nDate: ");
	CHECK(!strstr(reply, "Injected"));
	CHECK(f.service.inlined == 1 && f.service.answered == 0);
	reply = ask(&f, GET("/a%2Fb%00?x=%20&y"));
	check_has(reply, "GET /a%2Fb%00?x=%20&y query=x=%20&y host=localhost peer=127.0.0.1");
	reply = ask(&f, GET("/outbound"));
	check_has(reply, "GET /outbound ");
	CHECK(f.service.answered == 2);
	finish(&f);
}

TEST(both_loopback_addresses_share_the_port)
{
	struct fixture f;
	prepare(&f);
	start(&f);
	struct sockaddr_in6 to = { .sin6_family = AF_INET6, .sin6_port = htons(f.port), .sin6_addr = IN6ADDR_LOOPBACK_INIT };
	int fd = socket(AF_INET6, SOCK_STREAM, 0);
	CHECK(connect(fd, (struct sockaddr *)&to, sizeof(to)) == 0);
	put_text(fd, GET("/"));
	check_has(get(&f, fd, false), "peer=::1");
	close(fd);
	finish(&f);
}

TEST(a_taken_port_is_named)
{
	struct fixture f;
	prepare(&f);
	start(&f);
	struct lg_http_config second = f.config;
	second.port = f.port;
	const struct lg_http_service none = { 0 };
	struct lg_http_server *server;
	CHECK_CODE(lg_http_server_open(&f.t.cx, &second, &none, &server), LG_E_IO);
	check_has(lg_failure_text(&f.t.cx, LG_E_IO).ptr, "cannot listen on 127.0.0.1 port");
	finish(&f);
}

TEST(connections_are_kept_and_pipelines_answered_in_order)
{
	struct fixture f;
	prepare(&f);
	start(&f);
	int fd = dial(&f);
	put_text(fd, GET("/one") GET("/inline") GET("/two"));
	check_has(get(&f, fd, false), "GET /one ");
	check_has(get(&f, fd, false), "\r\n\r\ninline");
	check_has(get(&f, fd, false), "GET /two ");
	put_text(fd, "POST /three HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nabcdePOST /four HTTP/1.1\r\nHost: h\r\n"
		     "Transfer-Encoding: chunked\r\n\r\n3\r\nxyz\r\n1\r\nw\r\n0\r\n\r\n");
	check_has(get(&f, fd, false), "POST /three query= host=h peer=127.0.0.1 cookies=0 body=5 ae");
	check_has(get(&f, fd, false), "POST /four query= host=h peer=127.0.0.1 cookies=0 body=4 xw");
	put_text(fd, "GET /last HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
	check_has(get(&f, fd, false), "GET /last ");
	CHECK(ended(fd));
	close(fd);
	finish(&f);
}

TEST(head_is_get_without_a_body)
{
	struct fixture f;
	prepare(&f);
	start(&f);
	int fd = dial(&f);
	put_text(fd, "HEAD /inline HTTP/1.1\r\nHost: h\r\n\r\n" GET("/next"));
	const char *reply = get(&f, fd, true);
	CHECK(status_of(reply) == 200);
	check_has(reply, "Content-Length: 6\r\n");
	check_has(get(&f, fd, false), "GET /next ");
	close(fd);
	finish(&f);
}

TEST(repeated_headers_reach_the_service_all)
{
	struct fixture f;
	prepare(&f);
	start(&f);
	check_has(ask(&f, "GET / HTTP/1.1\r\nHost: h\r\nCookie: a=1\r\ncookie: b=2\r\n\r\n"), "cookies=2");
	finish(&f);
}

static const char *
post_of(struct fixture *f, size_t size, const char *extra)
{
	char *body = lg_new_array(&f->t.cx, char, size + 1);
	memset(body, 'b', size);
	char head[256];
	snprintf(head, sizeof(head), "POST /big HTTP/1.1\r\nHost: h\r\n%sContent-Length: %zu\r\n\r\n", extra, size);
	int fd = dial(f);
	put_text(fd, head);
	put(fd, body, size);
	const char *reply = get(f, fd, false);
	close(fd);
	return reply;
}

TEST(bodies_are_taken_up_to_the_limit)
{
	struct fixture f;
	prepare(&f);
	start(&f);
	check_has(post_of(&f, 1 << 20, ""), "body=1048576 bb");
	const char *reply = post_of(&f, (1 << 20) + 1, "");
	CHECK(status_of(reply) == 413);
	check_has(reply, "Connection: close");
	CHECK(status_of(post_of(&f, 16 << 20, "")) == 413);
	CHECK(f.service.answered == 1);
	finish(&f);
}

TEST(a_chunked_body_is_cut_at_the_limit)
{
	struct fixture f;
	prepare(&f);
	f.config.max_body_bytes = 1000;
	start(&f);
	int fd = dial(&f);
	put_text(fd, "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n");
	char chunk[600];
	memset(chunk, 'c', sizeof(chunk));
	for (int i = 0; i < 3; i++) {
		put_text(fd, "258\r\n");
		put(fd, chunk, sizeof(chunk));
		put_text(fd, "\r\n");
	}
	put_text(fd, "0\r\n\r\n");
	CHECK(status_of(get(&f, fd, false)) == 413);
	CHECK(ended(fd));
	close(fd);

	/* Without an end, the sender is told and cut. */
	fd = dial(&f);
	put_text(fd, "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n");
	for (int i = 0; i < 100; i++) {
		put_text(fd, "258\r\n");
		put(fd, chunk, sizeof(chunk));
		put_text(fd, "\r\n");
	}
	pause_ms(50);
	while (!ended(fd))
		continue;
	close(fd);
	finish(&f);
}

TEST(a_client_that_expects_100_is_told_at_once)
{
	struct fixture f;
	prepare(&f);
	start(&f);
	int fd = dial(&f);
	put_text(fd, "POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n");
	CHECK(status_of(get(&f, fd, true)) == 100);
	put_text(fd, "abc");
	check_has(get(&f, fd, false), "body=3 ac");
	close(fd);
	fd = dial(&f);
	put_text(fd, "POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 3000000\r\n\r\n");
	CHECK(status_of(get(&f, fd, false)) == 413);
	close(fd);
	finish(&f);
}

TEST(heads_are_taken_up_to_the_limit)
{
	struct fixture f;
	prepare(&f);
	start(&f);
	char text[40000];
	size_t len = (size_t)sprintf(text, "GET / HTTP/1.1\r\nHost: h\r\nX-Long: ");
	memset(text + len, 'l', 15000);
	strcpy(text + len + 15000, "\r\n\r\n");
	CHECK(status_of(ask(&f, text)) == 200);
	memset(text + len, 'l', 17000);
	strcpy(text + len + 17000, "\r\n\r\n");
	CHECK(status_of(ask(&f, text)) == 431);
	memset(text + len, 'l', 39000);
	strcpy(text + len + 39000, "\r\n\r\n");
	CHECK(status_of(ask(&f, text)) == 431);
	len = (size_t)sprintf(text, "GET / HTTP/1.1\r\nHost: h\r\n");
	for (int i = 0; i < 120; i++)
		len += (size_t)sprintf(text + len, "X-%d: y\r\n", i);
	strcpy(text + len, "\r\n");
	CHECK(status_of(ask(&f, text)) == 431);
	finish(&f);
}

TEST(queries_are_taken_up_to_a_hundred_pairs)
{
	struct fixture f;
	prepare(&f);
	start(&f);
	char text[16000];
	static const size_t counts[] = { 100, 101, 500, 5000 };
	for (size_t i = 0; i < LG_LEN(counts); i++) {
		strcpy(text, "GET /?a");
		for (size_t n = 1; n < counts[i]; n++)
			strcat(text, "&a");
		strcat(text, " HTTP/1.1\r\nHost: h\r\n\r\n");
		CHECK(status_of(ask(&f, text)) == (i == 0 ? 200 : 414));
	}
	finish(&f);
}

TEST(requests_that_can_be_read_two_ways_are_refused)
{
	static const char *const cases[] = {
		"GET / HTTP/1.1\r\n\r\n",
		"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
		"GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n",
		"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Length: 3\r\n\r\nabc",
		"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
		"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
		"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\nabc",
		"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
		"POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
		"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +3\r\n\r\nabc",
		"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3x\r\n\r\nabc",
		"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
		"GET / HTTP/1.1\r\nHost: a\r\nX Y: 1\r\n\r\n",
		"GET / HTTP/1.1\r\nHost: a\r\nX\x01: 1\r\n\r\n",
		"GET / HTTP/1.1\r\nHost: a\r\nX: a\x01z\r\n\r\n",
		"GET / HTTP/1.1\r\nHost: a\r\nX: a\x7fz\r\n\r\n",
		"GET / HTTP/1.1\r\nHost : a\r\n\r\n",
		"GET /a\x01 HTTP/1.1\r\nHost: a\r\n\r\n",
		"GET /a\x7f HTTP/1.1\r\nHost: a\r\n\r\n",
		"GET http://elsewhere/ HTTP/1.1\r\nHost: a\r\n\r\n",
		"GET * HTTP/1.1\r\nHost: a\r\n\r\n",
		"G@T / HTTP/1.1\r\nHost: a\r\n\r\n",
	};
	struct fixture f;
	prepare(&f);
	start(&f);
	for (size_t i = 0; i < LG_LEN(cases); i++) {
		const char *reply = ask(&f, cases[i]);
		if (status_of(reply) != 400)
			fail_msg("%s\nis answered with %s", cases[i], reply);
	}
	CHECK(f.service.answered == 0);
	finish(&f);
}

TEST(a_nul_in_the_target_is_refused)
{
	struct fixture f;
	prepare(&f);
	start(&f);
	static const char text[] = "GET /secret\0/x HTTP/1.1\r\nHost: a\r\n\r\n";
	int fd = dial(&f);
	put(fd, text, sizeof(text) - 1);
	CHECK(status_of(get(&f, fd, false)) == 400);
	CHECK(ended(fd));
	close(fd);
	CHECK(f.service.answered == 0);
	finish(&f);
}

TEST(unknown_versions_are_refused)
{
	struct fixture f;
	prepare(&f);
	start(&f);
	CHECK(status_of(ask(&f, "GET / HTTP/2.0\r\nHost: a\r\n\r\n")) == 505);
	CHECK(status_of(ask(&f, "GET / FTP/1.1\r\nHost: a\r\n\r\n")) == 400);
	CHECK(status_of(ask(&f, "GET /\r\n\r\n")) >= 400);
	CHECK(f.service.answered == 0);
	check_has(ask(&f, "GET / HTTP/1.0\r\n\r\n"), " 200 OK");
	finish(&f);
}

TEST(a_full_queue_refuses)
{
	struct fixture f;
	prepare(&f);
	f.config.queue_length = 1;
	f.config.local_workers = 1;
	start(&f);
	f.service.hold = true;
	int busy = dial(&f), queued = dial(&f);
	put_text(busy, GET("/busy"));
	while (!f.service.waiting)
		pause_ms(1);
	put_text(queued, GET("/queued"));
	pause_ms(50);
	CHECK(status_of(ask(&f, GET("/refused"))) == 503);
	/* The other lane and the I/O thread are free. */
	CHECK(status_of(ask(&f, GET("/inline"))) == 200);
	f.service.hold = false;
	check_has(get(&f, busy, false), "GET /busy");
	check_has(get(&f, queued, false), "GET /queued");
	close(busy);
	close(queued);
	finish(&f);
}

TEST(slow_senders_are_told_and_cut)
{
	struct fixture f;
	prepare(&f);
	f.config.request_timeout_ms = 300;
	start(&f);
	int line = dial(&f), head = dial(&f), body = dial(&f);
	put_text(head, "GET / HTTP/1.1\r\nHost: ");
	put_text(body, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n");
	pause_ms(100);
	for (int i = 0; i < 20; i++) {
		put_text(line, "G");
		put_text(head, "h");
		put_text(body, "b");
		pause_ms(50);
	}
	CHECK(status_of(get(&f, head, false)) == 408);
	CHECK(ended(head));
	CHECK(status_of(get(&f, body, false)) == 408);
	CHECK(ended(body));
	CHECK(status_of(get(&f, line, false)) == 408);
	CHECK(ended(line));
	close(line);
	close(head);
	close(body);
	CHECK(f.service.answered == 0);
	finish(&f);
}

TEST(idle_connections_end)
{
	struct fixture f;
	prepare(&f);
	f.config.idle_timeout_ms = 200;
	start(&f);
	int fd = dial(&f);
	put_text(fd, GET("/"));
	CHECK(status_of(get(&f, fd, false)) == 200);
	CHECK(ended(fd));
	close(fd);
	finish(&f);
}

TEST(the_oldest_idle_connection_makes_room)
{
	struct fixture f;
	prepare(&f);
	f.config.max_connections = 20;
	start(&f);
	int fds[30];
	for (size_t i = 0; i < LG_LEN(fds); i++) {
		fds[i] = dial(&f);
		if (i < 20)
			pause_ms(2);
	}
	/* Asked in turn, the newest are served; the first have made room. */
	put_text(fds[29], GET("/newest"));
	check_has(get(&f, fds[29], false), "GET /newest");
	CHECK(ended(fds[0]));
	CHECK(status_of(ask(&f, GET("/another"))) == 200);
	for (size_t i = 0; i < LG_LEN(fds); i++)
		close(fds[i]);
	finish(&f);
}

static void *
release_later(void *arg)
{
	struct service *service = arg;
	pause_ms(200);
	service->hold = false;
	return NULL;
}

TEST(stop_finishes_what_was_begun)
{
	struct fixture f;
	prepare(&f);
	start(&f);
	f.service.hold = true;
	int fd = dial(&f);
	put_text(fd, GET("/busy"));
	while (!f.service.waiting)
		pause_ms(1);
	pthread_t thread;
	CHECK_OK(lg_thread_start("release", LG_THREAD_STACK_BYTES, release_later, &f.service, &thread));
	lg_http_server_stop(f.server, 5000);
	pthread_join(thread, NULL);
	const char *reply = get(&f, fd, false);
	check_has(reply, "GET /busy");
	check_has(reply, "Connection: close");
	CHECK(ended(fd));
	close(fd);
	lg_test_ctx_done(&f.t);
}

TEST(stop_refuses_what_still_waits)
{
	struct fixture f;
	prepare(&f);
	f.config.local_workers = 1;
	start(&f);
	f.service.hold = true;
	int busy = dial(&f), queued = dial(&f), half = dial(&f);
	put_text(busy, GET("/busy"));
	while (!f.service.waiting)
		pause_ms(1);
	put_text(queued, GET("/queued"));
	put_text(half, "GET / HTTP/1.1\r\n");
	pause_ms(50);
	pthread_t thread;
	CHECK_OK(lg_thread_start("release", LG_THREAD_STACK_BYTES, release_later, &f.service, &thread));
	lg_http_server_stop(f.server, 50);
	pthread_join(thread, NULL);
	check_has(get(&f, busy, false), "GET /busy");
	CHECK(status_of(get(&f, queued, false)) == 503);
	CHECK(ended(half));
	close(busy);
	close(queued);
	close(half);
	lg_test_ctx_done(&f.t);
}
