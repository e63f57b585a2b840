#include "net/http.h"

#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "base/log.h"
#include "net/server.h"

/* A head that comes in (16 KiB), one that goes out with cookies, and what libmicrohttpd leaves between. */
#define CONNECTION_MEMORY_BYTES ((size_t)32 << 10)
#define SERVER_ARENA_BYTES ((size_t)64 << 20)
#define MAX_IO_THREADS 16
#define SPARE_FDS 256
#define SWEEP_MS 250
#define STOP_POLL_MS 5
#define STOP_FLUSH_MS 500

static size_t
raise_fd_limit(void)
{
	struct rlimit limit;
	if (getrlimit(RLIMIT_NOFILE, &limit))
		return 1024;
	limit.rlim_cur = limit.rlim_max;
	(void)setrlimit(RLIMIT_NOFILE, &limit);
	if (getrlimit(RLIMIT_NOFILE, &limit))
		return 1024;
	return (size_t)limit.rlim_cur;
}

static size_t
fitting_connections(size_t wished)
{
	size_t fds = raise_fd_limit();
	size_t most = fds > 2 * SPARE_FDS ? fds - SPARE_FDS : SPARE_FDS;
	if (wished <= most)
		return wished;
	lg_log(LG_LOG_WARN, "fewer connections than set: the limit of open files is too low",
		LG_KV_INT("connections", (int64_t)most), LG_KV_INT("open_files", (int64_t)fds));
	return most;
}

static enum MHD_Result
on_accept(void *cls, const struct sockaddr *address, socklen_t size)
{
	(void)address;
	(void)size;
	struct lg_http_server *server = cls;
	return lg_http_table_admit(&server->table) ? MHD_YES : MHD_NO;
}

static void
on_connection(void *cls, struct MHD_Connection *connection, void **context,
	enum MHD_ConnectionNotificationCode code)
{
	struct lg_http_server *server = cls;
	if (code == MHD_CONNECTION_NOTIFY_STARTED) {
		int fd = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
		*context = lg_http_conn_open(&server->table, fd,
			MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS)
				->client_addr);
	} else if (*context) {
		lg_http_conn_close(&server->table, *context);
		*context = NULL;
	}
}

static void *
sweep(void *arg)
{
	struct lg_http_server *server = arg;
	/* The bell is closed to end this; until then nothing comes out of it but time. */
	while (!server->swept) {
		lg_queue_pop_within(server->sweep_bell, SWEEP_MS);
		lg_http_table_sweep(&server->table, lg_monotonic_ms());
	}
	return NULL;
}

static unsigned
io_threads(void)
{
	long cores = sysconf(_SC_NPROCESSORS_ONLN);
	if (cores < 1)
		return 1;
	return cores > MAX_IO_THREADS ? MAX_IO_THREADS : (unsigned)cores;
}

static struct MHD_Daemon *
start_daemon(struct lg_http_server *server, int socket)
{
	unsigned threads = io_threads();
	/*
	 * Our table decides who may stay; libmicrohttpd, which divides its limit among its threads, must
	 * not run out first.
	 */
	unsigned limit = (unsigned)(2 * server->config.max_connections + SPARE_FDS) * threads;
	struct MHD_OptionItem options[] = {
		{ MHD_OPTION_LISTEN_SOCKET, socket, NULL },
		{ MHD_OPTION_CONNECTION_MEMORY_LIMIT, (intptr_t)CONNECTION_MEMORY_BYTES, NULL },
		{ MHD_OPTION_CONNECTION_LIMIT, (intptr_t)limit, NULL },
		{ MHD_OPTION_CONNECTION_TIMEOUT, 0, NULL },
		{ MHD_OPTION_THREAD_STACK_SIZE, (intptr_t)LG_THREAD_STACK_BYTES, NULL },
#if MHD_VERSION < 0x01000000
		{ MHD_OPTION_STRICT_FOR_CLIENT, 1, NULL },
#else
		{ MHD_OPTION_CLIENT_DISCIPLINE_LVL, 2, NULL },
#endif
		{ MHD_OPTION_NOTIFY_COMPLETED, (intptr_t)lg_http_on_completed, server },
		{ MHD_OPTION_NOTIFY_CONNECTION, (intptr_t)on_connection, server },
		{ MHD_OPTION_URI_LOG_CALLBACK, (intptr_t)lg_http_on_target, server },
		/* A pool of one is none. */
		{ threads > 1 ? MHD_OPTION_THREAD_POOL_SIZE : MHD_OPTION_END, (intptr_t)threads, NULL },
		{ MHD_OPTION_END, 0, NULL },
	};
	return MHD_start_daemon(MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME, 0, on_accept,
		server, lg_http_on_request, server, MHD_OPTION_ARRAY, options, MHD_OPTION_END);
}

static lg_status
open_parts(struct lg_ctx *cx, struct lg_http_server *server)
{
	struct lg_http_config *config = &server->config;
	config->max_connections = fitting_connections(config->max_connections);
	LG_TRY(lg_http_listen(cx, config, server->sockets, &server->socket_count, &server->port));
	struct lg_http_limits limits = { .max_connections = config->max_connections,
		.idle_timeout_ms = config->idle_timeout_ms,
		.request_timeout_ms = config->request_timeout_ms };
	return lg_http_table_init(&server->table, server->arena, limits);
}

lg_status
lg_http_server_open(struct lg_ctx *cx, const struct lg_http_config *config,
	const struct lg_http_service *service, struct lg_http_server **ret)
{
	struct lg_arena *arena;
	LG_TRY(lg_arena_new(SERVER_ARENA_BYTES, &arena));
	struct lg_http_server *server = lg_arena_alloc(arena, sizeof(*server));
	if (!server) {
		lg_arena_free(arena);
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	}
	server->arena = arena;
	server->config = *config;
	server->service = *service;
	pthread_mutex_init(&server->spares.lock, NULL);
	config->random->fill(config->random, server->id_seed, sizeof(server->id_seed));
	lg_status s = open_parts(cx, server);
	if (lg_failed(s)) {
		lg_http_server_stop(server, 0);
		return s;
	}
	*ret = server;
	return LG_OK;
}

lg_status
lg_http_server_start(struct lg_ctx *cx, struct lg_http_server *server)
{
	const struct lg_http_config *config = &server->config;
	LG_TRY(lg_queue_new(1, 1, &server->sweep_bell));
	LG_TRY(lg_thread_start("http-sweep", LG_THREAD_STACK_BYTES, sweep, server, &server->sweeper));
	server->sweeping = true;
	LG_TRY(lg_http_lane_start(&server->lanes[0], server->arena, "local", config->local_workers,
		config->queue_length, lg_http_work));
	LG_TRY(lg_http_lane_start(&server->lanes[1], server->arena, "outbound", config->outbound_workers,
		config->queue_length, lg_http_work));
	while (server->daemon_count < server->socket_count) {
		struct MHD_Daemon *daemon = start_daemon(server, server->sockets[server->daemon_count]);
		if (!daemon)
			return lg_fail(cx, LG_E_IO, "the HTTP server does not start");
		server->daemons[server->daemon_count++] = daemon;
	}
	return LG_OK;
}

uint16_t
lg_http_server_port(const struct lg_http_server *server)
{
	return server->port;
}

/* ---- stopping ---- */

static void
wait_for_answers(struct lg_http_server *server, int64_t wait_ms)
{
	const struct timespec pause = { .tv_nsec = STOP_POLL_MS * 1000000 };
	int64_t until = lg_monotonic_ms() + wait_ms;
	while (server->active && lg_monotonic_ms() < until)
		nanosleep(&pause, NULL);
}

void
lg_http_server_stop(struct lg_http_server *server, int64_t wait_ms)
{
	if (!server)
		return;
	server->stopping = true;
	for (size_t i = 0; i < server->daemon_count; i++)
		MHD_quiesce_daemon(server->daemons[i]);
	for (size_t i = 0; i < server->socket_count; i++)
		close(server->sockets[i]);
	wait_for_answers(server, wait_ms);

	/* Workers cannot be killed: what they hold is finished, what waits for them is refused. */
	server->hurrying = true;
	for (size_t i = 0; i < LG_HTTP_LANES; i++)
		lg_http_lane_stop(&server->lanes[i]);
	wait_for_answers(server, wait_ms < STOP_FLUSH_MS ? wait_ms : STOP_FLUSH_MS);

	for (size_t i = 0; i < server->daemon_count; i++)
		MHD_stop_daemon(server->daemons[i]);
	if (server->sweeping) {
		server->swept = true;
		lg_queue_close(server->sweep_bell);
		pthread_join(server->sweeper, NULL);
	}
	lg_queue_free(server->sweep_bell);
	lg_http_spares_free(&server->spares);
	lg_http_table_done(&server->table);
	lg_arena_free(server->arena);
}
