/*
 * server.h - the inside of the HTTP server (net/http.h): what its files share.
 */
#ifndef LG_NET_SERVER_H
#define LG_NET_SERVER_H

#include <microhttpd.h>

#include "net/conn.h"
#include "net/head.h"
#include "net/worker.h"

#define LG_HTTP_MAX_ADDRESSES 16
#define LG_HTTP_LANES 2

/* Arenas of requests that are over, wiped, for those that come. */
#define LG_HTTP_SPARE_ARENAS 64
struct lg_http_spares {
	pthread_mutex_t lock;
	size_t count;
	struct {
		struct lg_arena *arena;
		struct lg_arena_mark empty;
	} items[LG_HTTP_SPARE_ARENAS];
};

struct lg_http_server {
	struct lg_arena *arena;
	struct lg_http_config config;
	struct lg_http_service service;
	uint16_t port;
	struct MHD_Daemon *daemons[LG_HTTP_MAX_ADDRESSES];
	int sockets[LG_HTTP_MAX_ADDRESSES];
	size_t socket_count;
	size_t daemon_count;
	struct lg_http_table table;
	struct lg_http_lane lanes[LG_HTTP_LANES];
	struct lg_queue *sweep_bell; /* closed to end the sweeper */
	pthread_t sweeper;
	bool sweeping;
	_Atomic bool swept; /* end the sweeper */
	struct lg_http_spares spares;
	uint64_t id_seed[2];         /* of request ids */
	_Atomic uint64_t id_count;
	_Atomic size_t active;     /* requests between their request line and the end of their answer */
	_Atomic size_t body_bytes; /* of bodies being received or worked on, all requests together */
	_Atomic bool stopping;     /* answers close their connection */
	_Atomic bool hurrying;     /* what waits for a worker is refused */
};

/* libmicrohttpd's callbacks; `cls` is the server. */
void *lg_http_on_target(void *cls, const char *target, struct MHD_Connection *connection);
enum MHD_Result lg_http_on_request(void *cls, struct MHD_Connection *connection, const char *url,
	const char *method, const char *version, const char *upload_data, size_t *upload_data_size,
	void **state);
void lg_http_on_completed(void *cls, struct MHD_Connection *connection, void **state,
	enum MHD_RequestTerminationCode reason);

/* After the last request. */
void lg_http_spares_free(struct lg_http_spares *spares);

/* What a lane does with a queued exchange. */
void lg_http_work(void *exchange);

/*
 * Sockets that listen on one port of every address; port 0 finds one that is free on all. LG_E_IO names the
 * address. The sockets are the caller's, also those that were made before a failure.
 */
LG_MUST lg_status lg_http_listen(struct lg_ctx *cx, const struct lg_http_config *config, int *ret_sockets,
	size_t *ret_count, uint16_t *ret_port);

#endif
