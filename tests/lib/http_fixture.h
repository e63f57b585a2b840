/*
 * http_fixture.h - an HTTP server on loopback whose service tells what it was asked, and a client that
 * sends bytes as they are.
 */
#ifndef LG_TESTS_HTTP_FIXTURE_H
#define LG_TESTS_HTTP_FIXTURE_H

#include "net/http.h"
#include "tests/lib/test.h"

/* Bodies of targets that begin with "/large" may be so long. */
#define HTTP_LARGE_BODY ((size_t)2 << 20)

/* Bodies of targets that begin with "/stream" come in parts. */
#define HTTP_STREAM_MAX ((size_t)40 << 20)
struct http_sum {
	size_t parts;
	size_t bytes;
	unsigned long sum;
};

struct http_service {
	_Atomic int answered;
	_Atomic int inlined;
	_Atomic int waiting;
	_Atomic bool hold; /* workers wait while it is set */
};

struct http_fixture {
	struct lg_test_ctx t;
	struct http_service service;
	struct lg_clock clock;
	struct lg_http_config config;
	struct lg_http_server *server;
	uint16_t port;
};

void http_pause_ms(long ms);

/* Settings that a test may change before it starts the server; http_finish stops it. */
void http_prepare(struct http_fixture *f);
void http_start(struct http_fixture *f);
void http_finish(struct http_fixture *f);

int http_dial(const struct http_fixture *f);
void http_put(int fd, const void *bytes, size_t len);
void http_put_text(int fd, const char *text);

/* One answer: head and the body its Content-Length announces. Empty when the connection ended instead. */
const char *http_get(struct http_fixture *f, int fd, bool head_only);
int http_status_of(const char *reply);
bool http_ended(int fd);

/* Dial, put, get, close. */
const char *http_ask(struct http_fixture *f, const char *text);

#define GET(path) "GET " path " HTTP/1.1\r\nHost: localhost\r\n\r\n"

void http_check_has(const char *reply, const char *part);

#endif
