#include "tests/lib/http_fixture.h"

#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/thread.h"

TEST(inline_and_worker_answers_arrive)
{
	struct http_fixture f;
	http_prepare(&f);
	http_start(&f);
	const char *reply = http_ask(&f, GET("/inline"));
	CHECK(http_status_of(reply) == 200);
	http_check_has(reply, "\r\n\r\ninline");
	http_check_has(reply, "Content-Type: text/plain\r\n");
	http_check_has(reply, "\r\nDate: ");
	CHECK(!strstr(reply, "Injected"));
	CHECK(f.service.inlined == 1 && f.service.answered == 0);
	reply = http_ask(&f, GET("/a%2Fb%00?x=%20&y"));
	http_check_has(reply, "GET /a%2Fb%00?x=%20&y query=x=%20&y host=localhost peer=127.0.0.1");
	reply = http_ask(&f, GET("/outbound"));
	http_check_has(reply, "GET /outbound ");
	CHECK(f.service.answered == 2);
	http_finish(&f);
}

TEST(both_loopback_addresses_share_the_port)
{
	struct http_fixture f;
	http_prepare(&f);
	http_start(&f);
	struct sockaddr_in6 to = {
		.sin6_family = AF_INET6, .sin6_port = htons(f.port), .sin6_addr = IN6ADDR_LOOPBACK_INIT
	};
	int fd = socket(AF_INET6, SOCK_STREAM, 0);
	CHECK(connect(fd, (struct sockaddr *)&to, sizeof(to)) == 0);
	http_put_text(fd, GET("/"));
	http_check_has(http_get(&f, fd, false), "peer=::1");
	close(fd);
	http_finish(&f);
}

TEST(a_taken_port_is_named)
{
	struct http_fixture f;
	http_prepare(&f);
	http_start(&f);
	struct lg_http_config second = f.config;
	second.port = f.port;
	const struct lg_http_service none = { 0 };
	struct lg_http_server *server;
	CHECK_CODE(lg_http_server_open(&f.t.cx, &second, &none, &server), LG_E_IO);
	http_check_has(lg_failure_text(&f.t.cx, LG_E_IO).ptr, "cannot listen on 127.0.0.1 port");
	http_finish(&f);
}

TEST(connections_are_kept_and_pipelines_answered_in_order)
{
	struct http_fixture f;
	http_prepare(&f);
	http_start(&f);
	int fd = http_dial(&f);
	http_put_text(fd, GET("/one") GET("/inline") GET("/two"));
	http_check_has(http_get(&f, fd, false), "GET /one ");
	http_check_has(http_get(&f, fd, false), "\r\n\r\ninline");
	http_check_has(http_get(&f, fd, false), "GET /two ");
	http_put_text(fd, "POST /three HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nabcdePOST /four "
			  "HTTP/1.1\r\nHost: h\r\n"
			  "Transfer-Encoding: chunked\r\n\r\n3\r\nxyz\r\n1\r\nw\r\n0\r\n\r\n");
	http_check_has(
		http_get(&f, fd, false), "POST /three query= host=h peer=127.0.0.1 cookies=0 body=5 ae");
	http_check_has(
		http_get(&f, fd, false), "POST /four query= host=h peer=127.0.0.1 cookies=0 body=4 xw");
	http_put_text(fd, "GET /last HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
	http_check_has(http_get(&f, fd, false), "GET /last ");
	CHECK(http_ended(fd));
	close(fd);
	http_finish(&f);
}

TEST(head_is_get_without_a_body)
{
	struct http_fixture f;
	http_prepare(&f);
	http_start(&f);
	int fd = http_dial(&f);
	http_put_text(fd, "HEAD /inline HTTP/1.1\r\nHost: h\r\n\r\n" GET("/next"));
	const char *reply = http_get(&f, fd, true);
	CHECK(http_status_of(reply) == 200);
	http_check_has(reply, "Content-Length: 6\r\n");
	http_check_has(http_get(&f, fd, false), "GET /next ");
	close(fd);
	http_finish(&f);
}

TEST(repeated_headers_reach_the_service_all)
{
	struct http_fixture f;
	http_prepare(&f);
	http_start(&f);
	http_check_has(http_ask(&f, "GET / HTTP/1.1\r\nHost: h\r\nCookie: a=1\r\ncookie: b=2\r\n\r\n"),
		"cookies=2");
	http_finish(&f);
}

TEST(a_full_queue_refuses)
{
	struct http_fixture f;
	http_prepare(&f);
	f.config.queue_length = 1;
	f.config.local_workers = 1;
	http_start(&f);
	f.service.hold = true;
	int busy = http_dial(&f), queued = http_dial(&f);
	http_put_text(busy, GET("/busy"));
	while (!f.service.waiting)
		http_pause_ms(1);
	http_put_text(queued, GET("/queued"));
	http_pause_ms(50);
	CHECK(http_status_of(http_ask(&f, GET("/refused"))) == 503);
	/* The other lane and the I/O thread are free. */
	CHECK(http_status_of(http_ask(&f, GET("/inline"))) == 200);
	f.service.hold = false;
	http_check_has(http_get(&f, busy, false), "GET /busy");
	http_check_has(http_get(&f, queued, false), "GET /queued");
	close(busy);
	close(queued);
	http_finish(&f);
}

TEST(slow_senders_are_told_and_cut)
{
	struct http_fixture f;
	http_prepare(&f);
	f.config.request_timeout_ms = 300;
	http_start(&f);
	int line = http_dial(&f), head = http_dial(&f), body = http_dial(&f);
	http_put_text(head, "GET / HTTP/1.1\r\nHost: ");
	http_put_text(body, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n");
	http_pause_ms(100);
	for (int i = 0; i < 20; i++) {
		http_put_text(line, "G");
		http_put_text(head, "h");
		http_put_text(body, "b");
		http_pause_ms(50);
	}
	CHECK(http_status_of(http_get(&f, head, false)) == 408);
	CHECK(http_ended(head));
	CHECK(http_status_of(http_get(&f, body, false)) == 408);
	CHECK(http_ended(body));
	CHECK(http_status_of(http_get(&f, line, false)) == 408);
	CHECK(http_ended(line));
	close(line);
	close(head);
	close(body);
	CHECK(f.service.answered == 0);
	http_finish(&f);
}

TEST(idle_connections_end)
{
	struct http_fixture f;
	http_prepare(&f);
	f.config.idle_timeout_ms = 200;
	http_start(&f);
	int fd = http_dial(&f);
	http_put_text(fd, GET("/"));
	CHECK(http_status_of(http_get(&f, fd, false)) == 200);
	CHECK(http_ended(fd));
	close(fd);
	http_finish(&f);
}

TEST(the_oldest_idle_connection_makes_room)
{
	struct http_fixture f;
	http_prepare(&f);
	f.config.max_connections = 20;
	http_start(&f);
	int fds[30];
	for (size_t i = 0; i < LG_LEN(fds); i++) {
		fds[i] = http_dial(&f);
		if (i < 20)
			http_pause_ms(2);
	}
	/* Asked in turn, the newest are served; the first have made room. */
	http_put_text(fds[29], GET("/newest"));
	http_check_has(http_get(&f, fds[29], false), "GET /newest");
	CHECK(http_ended(fds[0]));
	CHECK(http_status_of(http_ask(&f, GET("/another"))) == 200);
	for (size_t i = 0; i < LG_LEN(fds); i++)
		close(fds[i]);
	http_finish(&f);
}

static void *
release_later(void *arg)
{
	struct http_service *service = arg;
	http_pause_ms(200);
	service->hold = false;
	return NULL;
}

TEST(stop_finishes_what_was_begun)
{
	struct http_fixture f;
	http_prepare(&f);
	http_start(&f);
	f.service.hold = true;
	int fd = http_dial(&f);
	http_put_text(fd, GET("/busy"));
	while (!f.service.waiting)
		http_pause_ms(1);
	pthread_t thread;
	CHECK_OK(lg_thread_start("release", LG_THREAD_STACK_BYTES, release_later, &f.service, &thread));
	lg_http_server_stop(f.server, 5000);
	pthread_join(thread, NULL);
	const char *reply = http_get(&f, fd, false);
	http_check_has(reply, "GET /busy");
	http_check_has(reply, "Connection: close");
	CHECK(http_ended(fd));
	close(fd);
	lg_test_ctx_done(&f.t);
}

TEST(stop_refuses_what_still_waits)
{
	struct http_fixture f;
	http_prepare(&f);
	f.config.local_workers = 1;
	http_start(&f);
	f.service.hold = true;
	int busy = http_dial(&f), queued = http_dial(&f), half = http_dial(&f);
	http_put_text(busy, GET("/busy"));
	while (!f.service.waiting)
		http_pause_ms(1);
	http_put_text(queued, GET("/queued"));
	http_put_text(half, "GET / HTTP/1.1\r\n");
	http_pause_ms(50);
	pthread_t thread;
	CHECK_OK(lg_thread_start("release", LG_THREAD_STACK_BYTES, release_later, &f.service, &thread));
	lg_http_server_stop(f.server, 50);
	pthread_join(thread, NULL);
	http_check_has(http_get(&f, busy, false), "GET /busy");
	CHECK(http_status_of(http_get(&f, queued, false)) == 503);
	CHECK(http_ended(half));
	close(busy);
	close(queued);
	close(half);
	lg_test_ctx_done(&f.t);
}
