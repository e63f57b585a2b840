#include "net/conn.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>

#include "base/time.h"

/* Clocks of the kernel and ours are read at different moments. */
#define PROBE_SLACK_MS 50

lg_status
lg_http_table_init(struct lg_http_table *table, struct lg_arena *arena, struct lg_http_limits limits)
{
	/* Connections that were cut keep their slot until libmicrohttpd has cleaned up. */
	size_t chunk_max = (2 * limits.max_connections) / LG_HTTP_CHUNK_SLOTS + 2;
	struct lg_http_conn **chunks = lg_arena_array(arena, chunk_max, sizeof(*chunks));
	if (!chunks)
		return LG_STATUS(LG_E_NO_MEMORY);
	*table = (struct lg_http_table){
		.arena = arena, .limits = limits, .chunks = chunks, .chunk_max = chunk_max
	};
	pthread_mutex_init(&table->lock, NULL);
	return LG_OK;
}

void
lg_http_table_done(struct lg_http_table *table)
{
	pthread_mutex_destroy(&table->lock);
}

/* ---- the idle list: oldest first; the lock is held ---- */

static void
list_put(struct lg_http_table *table, struct lg_http_conn *conn)
{
	conn->previous = table->newest;
	conn->next = NULL;
	if (table->newest)
		table->newest->next = conn;
	else
		table->oldest = conn;
	table->newest = conn;
	conn->listed = true;
}

static void
list_take(struct lg_http_table *table, struct lg_http_conn *conn)
{
	if (!conn->listed)
		return;
	if (conn->previous)
		conn->previous->next = conn->next;
	else
		table->oldest = conn->next;
	if (conn->next)
		conn->next->previous = conn->previous;
	else
		table->newest = conn->previous;
	conn->listed = false;
}

static void
enter_phase(struct lg_http_conn *conn, enum lg_http_phase phase, int64_t since_ms)
{
	conn->since_ms = since_ms;
	conn->phase = (int)phase;
}

/* The lock is held. Reading is over, writing too: libmicrohttpd sees the end of the stream and cleans up. */
static void
cut(struct lg_http_table *table, struct lg_http_conn *conn)
{
	list_take(table, conn);
	if (!conn->cut)
		table->open--;
	conn->cut = true;
	conn->phase = LG_HTTP_CUT;
	(void)shutdown(conn->fd, SHUT_RDWR);
}

static void
say(int fd, int status)
{
	const char *reason = status == 408   ? "Request Timeout"
			     : status == 414 ? "URI Too Long"
					     : "Content Too Large";
	char text[128];
	int len = snprintf(text, sizeof(text),
		"HTTP/1.1 %d %s\r\nConnection: close\r\nContent-Length: 0\r\n\r\n", status, reason);
	ssize_t sent = send(fd, text, (size_t)len, MSG_NOSIGNAL | MSG_DONTWAIT);
	(void)sent; /* A peer who is not there does not hear it. */
}

/* ---- opening and closing ---- */

bool
lg_http_table_admit(struct lg_http_table *table)
{
	pthread_mutex_lock(&table->lock);
	/* A loop: what is accepted counts only once libmicrohttpd has started it. */
	while (table->open >= table->limits.max_connections && table->oldest)
		cut(table, table->oldest);
	bool room = table->open < table->limits.max_connections;
	pthread_mutex_unlock(&table->lock);
	return room;
}

/* The lock is held. */
static bool
add_chunk(struct lg_http_table *table)
{
	if (table->chunk_count == table->chunk_max)
		return false;
	struct lg_http_conn *chunk = lg_arena_array(table->arena, LG_HTTP_CHUNK_SLOTS, sizeof(*chunk));
	if (!chunk)
		return false;
	table->chunks[table->chunk_count++] = chunk;
	for (size_t i = LG_HTTP_CHUNK_SLOTS; i-- > 0;) {
		chunk[i].next = table->free;
		table->free = &chunk[i];
	}
	return true;
}

static void
write_peer(const struct sockaddr *peer, char ret[LG_HTTP_PEER_SIZE])
{
	const void *address = NULL;
	if (peer && peer->sa_family == AF_INET)
		address = &((const struct sockaddr_in *)peer)->sin_addr;
	else if (peer && peer->sa_family == AF_INET6)
		address = &((const struct sockaddr_in6 *)peer)->sin6_addr;
	if (!address || !inet_ntop(peer->sa_family, address, ret, LG_HTTP_PEER_SIZE))
		ret[0] = '\0';
}

struct lg_http_conn *
lg_http_conn_open(struct lg_http_table *table, int fd, const struct sockaddr *peer)
{
	pthread_mutex_lock(&table->lock);
	struct lg_http_conn *conn = NULL;
	if (table->free || add_chunk(table)) {
		conn = table->free;
		table->free = conn->next;
		conn->fd = fd;
		conn->cut = false;
		conn->head_ms = 0;
		write_peer(peer, conn->peer);
		enter_phase(conn, LG_HTTP_IDLE, lg_monotonic_ms());
		list_put(table, conn);
		table->open++;
	}
	pthread_mutex_unlock(&table->lock);
	return conn;
}

void
lg_http_conn_close(struct lg_http_table *table, struct lg_http_conn *conn)
{
	pthread_mutex_lock(&table->lock);
	list_take(table, conn);
	if (!conn->cut)
		table->open--;
	conn->phase = LG_HTTP_FREE;
	conn->fd = -1;
	conn->next = table->free;
	table->free = conn;
	pthread_mutex_unlock(&table->lock);
}

/* ---- the way of a request ---- */

void
lg_http_conn_begin(struct lg_http_table *table, struct lg_http_conn *conn)
{
	pthread_mutex_lock(&table->lock);
	list_take(table, conn);
	if (!conn->cut)
		enter_phase(conn, LG_HTTP_READING, conn->head_ms ? conn->head_ms : lg_monotonic_ms());
	pthread_mutex_unlock(&table->lock);
}

bool
lg_http_conn_phase(struct lg_http_conn *conn, enum lg_http_phase from, enum lg_http_phase to)
{
	/* The time goes first, or the sweeper would measure the new phase from the old one's begin. */
	conn->since_ms = lg_monotonic_ms();
	int expected = (int)from;
	return atomic_compare_exchange_strong(&conn->phase, &expected, (int)to);
}

void
lg_http_conn_end(struct lg_http_table *table, struct lg_http_conn *conn)
{
	pthread_mutex_lock(&table->lock);
	if (!conn->cut) {
		conn->head_ms = 0;
		enter_phase(conn, LG_HTTP_IDLE, lg_monotonic_ms());
		list_put(table, conn);
	}
	pthread_mutex_unlock(&table->lock);
}

void
lg_http_conn_cut(struct lg_http_conn *conn, int status)
{
	say(conn->fd, status);
	(void)shutdown(conn->fd, SHUT_RDWR);
}

/* ---- deadlines ---- */

/* The lock is held. */
static void
sweep_busy(struct lg_http_table *table, struct lg_http_conn *conn, int64_t now_ms)
{
	int phase = conn->phase;
	if ((phase != LG_HTTP_READING && phase != LG_HTTP_SENDING) ||
		now_ms - conn->since_ms <= table->limits.request_timeout_ms)
		return;
	/* A request that is completed at this very moment is answered. */
	if (!atomic_compare_exchange_strong(&conn->phase, &phase, LG_HTTP_CUT))
		return;
	if (phase == LG_HTTP_READING)
		say(conn->fd, 408);
	cut(table, conn);
}

/*
 * Somebody who sends his request line byte by byte looks idle to libmicrohttpd's callbacks; the kernel
 * knows better.
 */
static void
sweep_idle(struct lg_http_table *table, struct lg_http_conn *conn, int64_t now_ms)
{
	if (conn->head_ms == 0) {
		struct tcp_info info;
		socklen_t size = sizeof(info);
		if (getsockopt(conn->fd, IPPROTO_TCP, TCP_INFO, &info, &size) == 0 &&
			now_ms - (int64_t)info.tcpi_last_data_recv > conn->since_ms + PROBE_SLACK_MS)
			conn->head_ms = now_ms;
	} else if (now_ms - conn->head_ms > table->limits.request_timeout_ms) {
		say(conn->fd, 408);
		cut(table, conn);
	}
}

void
lg_http_table_sweep(struct lg_http_table *table, int64_t now_ms)
{
	pthread_mutex_lock(&table->lock);
	while (table->oldest && now_ms - table->oldest->since_ms > table->limits.idle_timeout_ms)
		cut(table, table->oldest);

	for (size_t c = 0; c < table->chunk_count; c++)
		for (size_t i = 0; i < LG_HTTP_CHUNK_SLOTS; i++)
			sweep_busy(table, &table->chunks[c][i], now_ms);

	/* One chunk a sweep: a system call each, and the I/O threads wait for the lock. */
	if (table->chunk_count) {
		struct lg_http_conn *chunk = table->chunks[table->probe % table->chunk_count];
		table->probe++;
		for (size_t i = 0; i < LG_HTTP_CHUNK_SLOTS; i++)
			if (chunk[i].listed)
				sweep_idle(table, &chunk[i], now_ms);
	}
	pthread_mutex_unlock(&table->lock);
}
