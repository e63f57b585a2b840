/*
 * conn.h - the open connections of a server: who is idle, who is late, who has to go.
 *
 * libmicrohttpd owns the sockets; this table only tells it, by shutting a socket down, that a connection
 * is over. Every function is thread-safe.
 */
#ifndef LG_NET_CONN_H
#define LG_NET_CONN_H

#include <pthread.h>
#include <stdatomic.h>
#include <sys/socket.h>

#include "base/arena.h"
#include "base/str.h"

#define LG_HTTP_PEER_SIZE 46
#define LG_HTTP_CHUNK_SLOTS 512

enum lg_http_phase {
	LG_HTTP_FREE,    /* an unused slot */
	LG_HTTP_IDLE,    /* no request line was read yet */
	LG_HTTP_READING, /* head or body */
	LG_HTTP_WORKING, /* answered by a worker; no deadline here */
	LG_HTTP_SENDING,
	LG_HTTP_CUT,     /* shut down; what is left is libmicrohttpd's clean-up */
};

struct lg_http_conn {
	struct lg_http_conn *previous; /* idle list, or the next free slot */
	struct lg_http_conn *next;
	int fd;
	bool listed; /* in the idle list */
	bool cut;
	_Atomic int phase;
	_Atomic int64_t since_ms; /* when the phase began */
	int64_t head_ms;          /* when the first byte of a head was noticed; 0 = not yet */
	char peer[LG_HTTP_PEER_SIZE];
};

struct lg_http_limits {
	size_t max_connections;
	int64_t idle_timeout_ms;
	int64_t request_timeout_ms;
};

struct lg_http_table {
	pthread_mutex_t lock;
	struct lg_arena *arena; /* used under the lock */
	struct lg_http_limits limits;
	struct lg_http_conn **chunks;
	size_t chunk_count;
	size_t chunk_max;
	size_t probe; /* the chunk whose idle connections are looked at next */
	struct lg_http_conn *free;
	struct lg_http_conn *oldest;
	struct lg_http_conn *newest;
	size_t open; /* without those that were shut down */
};

LG_MUST lg_status lg_http_table_init(struct lg_http_table *table, struct lg_arena *arena,
	struct lg_http_limits limits);
void lg_http_table_done(struct lg_http_table *table);

/* May one more come in? At the maximum the connection that has been idle for longest is shut down for it. */
bool lg_http_table_admit(struct lg_http_table *table);

/* NULL when there is no memory for it. */
struct lg_http_conn *lg_http_conn_open(struct lg_http_table *table, int fd, const struct sockaddr *peer);
/* Before the socket is closed. */
void lg_http_conn_close(struct lg_http_table *table, struct lg_http_conn *conn);

/* A request line was read. */
void lg_http_conn_begin(struct lg_http_table *table, struct lg_http_conn *conn);
/* The next phase of a request; false when the connection was cut meanwhile. */
bool lg_http_conn_phase(struct lg_http_conn *conn, enum lg_http_phase from, enum lg_http_phase to);
/* The answer is out. */
void lg_http_conn_end(struct lg_http_table *table, struct lg_http_conn *conn);

/* Say why, as well as it goes, and shut the connection down. */
void lg_http_conn_cut(struct lg_http_conn *conn, int status);

/* Shut down whom the clock has run out for. Called a few times a second. */
void lg_http_table_sweep(struct lg_http_table *table, int64_t now_ms);

#endif
