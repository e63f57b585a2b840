#include "tests/lib/http_fixture.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const char *
post_to(struct http_fixture *f, const char *path, size_t size, const char *extra)
{
	char *body = lg_new_array(&f->t.cx, char, size + 1);
	memset(body, 'b', size);
	char head[256];
	snprintf(head, sizeof(head), "POST %s HTTP/1.1\r\nHost: h\r\n%sContent-Length: %zu\r\n\r\n", path,
		extra, size);
	int fd = http_dial(f);
	http_put_text(fd, head);
	http_put(fd, body, size);
	const char *reply = http_get(f, fd, false);
	close(fd);
	return reply;
}

static const char *
post_of(struct http_fixture *f, size_t size, const char *extra)
{
	return post_to(f, "/big", size, extra);
}

TEST(bodies_are_taken_up_to_the_limit)
{
	struct http_fixture f;
	http_prepare(&f);
	http_start(&f);
	http_check_has(post_of(&f, 1 << 20, ""), "body=1048576 bb");
	const char *reply = post_of(&f, (1 << 20) + 1, "");
	CHECK(http_status_of(reply) == 413);
	http_check_has(reply, "Connection: close");
	CHECK(http_status_of(post_of(&f, 16 << 20, "")) == 413);
	CHECK(f.service.answered == 1);
	http_finish(&f);
}

TEST(some_requests_may_have_larger_bodies)
{
	struct http_fixture f;
	http_prepare(&f);
	http_start(&f);
	http_check_has(post_to(&f, "/large", HTTP_LARGE_BODY, ""), "body=2097152 bb");
	CHECK(http_status_of(post_to(&f, "/large", HTTP_LARGE_BODY + 1, "")) == 413);
	CHECK(http_status_of(post_to(&f, "/", HTTP_LARGE_BODY, "")) == 413);
	http_finish(&f);
}

/* What a stream of `size` bytes 'b' adds up to. */
static const char *
sum_of(char *text, size_t text_size, size_t size)
{
	unsigned long sum = 0;
	for (size_t i = 0; i < size; i++)
		sum = sum * 31 + 'b';
	snprintf(text, text_size, "parts=%zu bytes=%zu sum=%lu",
		(size + LG_HTTP_PART_BYTES - 1) / LG_HTTP_PART_BYTES, size, sum);
	return text;
}

TEST(a_body_in_parts_needs_no_more_memory_than_a_part)
{
	static const size_t sizes[] = { 0, 1, LG_HTTP_PART_BYTES - 1, LG_HTTP_PART_BYTES,
		LG_HTTP_PART_BYTES + 1, HTTP_STREAM_MAX };
	for (size_t i = 0; i < LG_LEN(sizes); i++) {
		char text[128];
		struct http_fixture f;
		http_prepare(&f);
		http_start(&f);
		http_check_has(post_to(&f, "/stream", sizes[i], ""), sum_of(text, sizeof(text), sizes[i]));
		http_finish(&f);
	}
}

TEST(a_stream_is_refused_before_within_and_behind)
{
	struct http_fixture f;
	http_prepare(&f);
	http_start(&f);
	CHECK(http_status_of(post_to(&f, "/stream/never", 1 << 20, "")) == 403);
	CHECK(http_status_of(post_to(&f, "/stream/refuse", 2 << 20, "")) == 409);
	CHECK(http_status_of(post_to(&f, "/stream", HTTP_STREAM_MAX + 1, "")) == 413);
	CHECK(f.service.answered == 0);
	http_check_has(post_to(&f, "/stream", 5, ""), "parts=1 bytes=5");
	http_finish(&f);
}

TEST(a_chunked_body_is_cut_at_the_limit)
{
	struct http_fixture f;
	http_prepare(&f);
	f.config.max_body_bytes = 1000;
	http_start(&f);
	int fd = http_dial(&f);
	http_put_text(fd, "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n");
	char chunk[600];
	memset(chunk, 'c', sizeof(chunk));
	for (int i = 0; i < 3; i++) {
		http_put_text(fd, "258\r\n");
		http_put(fd, chunk, sizeof(chunk));
		http_put_text(fd, "\r\n");
	}
	http_put_text(fd, "0\r\n\r\n");
	CHECK(http_status_of(http_get(&f, fd, false)) == 413);
	CHECK(http_ended(fd));
	close(fd);

	/* Without an end, the sender is told and cut. */
	fd = http_dial(&f);
	http_put_text(fd, "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n");
	for (int i = 0; i < 100; i++) {
		http_put_text(fd, "258\r\n");
		http_put(fd, chunk, sizeof(chunk));
		http_put_text(fd, "\r\n");
	}
	http_pause_ms(50);
	while (!http_ended(fd))
		continue;
	close(fd);
	http_finish(&f);
}

TEST(a_client_that_expects_100_is_told_at_once)
{
	struct http_fixture f;
	http_prepare(&f);
	http_start(&f);
	int fd = http_dial(&f);
	http_put_text(fd, "POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n");
	CHECK(http_status_of(http_get(&f, fd, true)) == 100);
	http_put_text(fd, "abc");
	http_check_has(http_get(&f, fd, false), "body=3 ac");
	close(fd);
	fd = http_dial(&f);
	http_put_text(
		fd, "POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 3000000\r\n\r\n");
	CHECK(http_status_of(http_get(&f, fd, false)) == 413);
	close(fd);
	http_finish(&f);
}

TEST(heads_are_taken_up_to_the_limit)
{
	struct http_fixture f;
	http_prepare(&f);
	http_start(&f);
	char text[40000];
	size_t len = (size_t)sprintf(text, "GET / HTTP/1.1\r\nHost: h\r\nX-Long: ");
	memset(text + len, 'l', 15000);
	strcpy(text + len + 15000, "\r\n\r\n");
	CHECK(http_status_of(http_ask(&f, text)) == 200);
	memset(text + len, 'l', 17000);
	strcpy(text + len + 17000, "\r\n\r\n");
	CHECK(http_status_of(http_ask(&f, text)) == 431);
	memset(text + len, 'l', 39000);
	strcpy(text + len + 39000, "\r\n\r\n");
	CHECK(http_status_of(http_ask(&f, text)) == 431);
	len = (size_t)sprintf(text, "GET / HTTP/1.1\r\nHost: h\r\n");
	for (int i = 0; i < 120; i++)
		len += (size_t)sprintf(text + len, "X-%d: y\r\n", i);
	strcpy(text + len, "\r\n");
	CHECK(http_status_of(http_ask(&f, text)) == 431);
	http_finish(&f);
}

TEST(queries_are_taken_up_to_a_hundred_pairs)
{
	struct http_fixture f;
	http_prepare(&f);
	http_start(&f);
	char text[16000];
	static const size_t counts[] = { 100, 101, 500, 5000 };
	for (size_t i = 0; i < LG_LEN(counts); i++) {
		strcpy(text, "GET /?a");
		for (size_t n = 1; n < counts[i]; n++)
			strcat(text, "&a");
		strcat(text, " HTTP/1.1\r\nHost: h\r\n\r\n");
		CHECK(http_status_of(http_ask(&f, text)) == (i == 0 ? 200 : 414));
	}
	http_finish(&f);
}

TEST(requests_that_can_be_read_two_ways_are_refused)
{
	static const char *const cases[] = {
		"GET / HTTP/1.1\r\n\r\n",
		"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
		"GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n",
		"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Length: 3\r\n\r\nabc",
		"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
		"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: "
		"chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
		"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\nabc",
		"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, "
		"chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
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
	struct http_fixture f;
	http_prepare(&f);
	http_start(&f);
	for (size_t i = 0; i < LG_LEN(cases); i++) {
		const char *reply = http_ask(&f, cases[i]);
		if (http_status_of(reply) != 400)
			fail_msg("%s\nis answered with %s", cases[i], reply);
	}
	CHECK(f.service.answered == 0);
	http_finish(&f);
}

TEST(a_nul_in_the_target_is_refused)
{
	struct http_fixture f;
	http_prepare(&f);
	http_start(&f);
	static const char text[] = "GET /secret\0/x HTTP/1.1\r\nHost: a\r\n\r\n";
	int fd = http_dial(&f);
	http_put(fd, text, sizeof(text) - 1);
	CHECK(http_status_of(http_get(&f, fd, false)) == 400);
	CHECK(http_ended(fd));
	close(fd);
	CHECK(f.service.answered == 0);
	http_finish(&f);
}

TEST(unknown_versions_are_refused)
{
	struct http_fixture f;
	http_prepare(&f);
	http_start(&f);
	CHECK(http_status_of(http_ask(&f, "GET / HTTP/2.0\r\nHost: a\r\n\r\n")) == 505);
	CHECK(http_status_of(http_ask(&f, "GET / FTP/1.1\r\nHost: a\r\n\r\n")) == 400);
	CHECK(http_status_of(http_ask(&f, "GET /\r\n\r\n")) >= 400);
	CHECK(f.service.answered == 0);
	http_check_has(http_ask(&f, "GET / HTTP/1.0\r\n\r\n"), " 200 OK");
	http_finish(&f);
}
