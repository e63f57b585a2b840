#include "app/command.h"

#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "app/banner.h"
#include "app/chores.h"
#include "base/log.h"
#include "domain/grant/signing_keys.h"

#define LEAST_WORKERS 16

/* A development server lives shortly and has few pools. */
#define DEV_STOCK 2

struct serve {
	struct lg_settings_read read;
	struct lg_listen listen;
	struct lg_runtime runtime;
	struct lg_chores chores;
	struct lg_http_server *server;
	int64_t started_ms;
};

static size_t
worker_count(int64_t wished)
{
	if (wished > 0)
		return (size_t)wished;
	long cores = sysconf(_SC_NPROCESSORS_ONLN);
	return cores > LEAST_WORKERS / 4 ? (size_t)cores * 4 : LEAST_WORKERS;
}

static lg_status
open_server(struct lg_ctx *cx, struct serve *serve)
{
	const struct lg_config *config = &serve->read.config;
	const struct lg_http_config http = {
		.addresses = serve->listen.addresses,
		.address_count = serve->listen.count,
		.port = serve->listen.port,
		.max_body_bytes = (size_t)config->limits.body_bytes,
		.max_head_bytes = (size_t)config->limits.head_bytes,
		.max_arena_bytes = (size_t)config->limits.arena_bytes,
		.max_connections = (size_t)config->limits.connections,
		.idle_timeout_ms = config->limits.idle_ms,
		.request_timeout_ms = config->limits.request_ms,
		.local_workers = worker_count(config->server.workers),
		.outbound_workers = (size_t)config->server.outbound_workers,
		.queue_length = (size_t)config->limits.queue_length,
		.clock = &serve->runtime.clock,
		.random = &lg_random_kernel,
	};
	const struct lg_http_service service = {
		.self = &serve->runtime.front,
		.inline_answer = lg_front_inline,
		.answer = lg_front_answer,
		.refuse = lg_front_refuse,
		.lane = lg_front_lane,
		.max_body = lg_front_max_body,
		.no_body = lg_front_no_body,
		.stream = lg_front_stream,
		.part = lg_front_part,
	};
	return lg_http_server_open(cx, &http, &service, &serve->server);
}

/* Workers and libmicrohttpd inherit the mask, so that only this thread is told to stop. */
static sigset_t
block_signals(void)
{
	sigset_t set;
	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	pthread_sigmask(SIG_BLOCK, &set, NULL);
	return set;
}

static void
log_ready(const struct serve *serve)
{
	/* To a person at a terminal the banner says it. */
	if (serve->read.dev && isatty(STDERR_FILENO))
		return;
	lg_log(LG_LOG_INFO, "ready", LG_KV_STR("version", LG_STR(LG_VERSION)),
		LG_KV_STR("mode", serve->read.dev ? LG_STR("development") : LG_STR("production")),
		LG_KV_INT("port", lg_http_server_port(serve->server)),
		LG_KV_STR("public_url", serve->runtime.settings.public_url),
		LG_KV_STR("store", lg_str_from_c(lg_store_engine(serve->runtime.env.store))),
		LG_KV_INT("start_ms", lg_monotonic_ms() - serve->started_ms));
}

static void
wait_for_signal(const sigset_t *set)
{
	int number = 0;
	sigwait(set, &number);
	lg_log(LG_LOG_INFO, "stopping", LG_KV_INT("signal", number));
	/* Who asks a second time does not want to wait. */
	pthread_sigmask(SIG_UNBLOCK, set, NULL);
}

static int
run(struct lg_ctx *cx, struct serve *serve)
{
	sigset_t signals = block_signals();
	/* The port comes first: it is part of the public URL, and somebody may have it already. */
	lg_clock_system(&serve->runtime.clock);
	lg_status s = open_server(cx, serve);
	if (lg_failed(s)) {
		int code = lg_say_failure(cx, s, LG_EXIT_LISTEN);
		fputs("--listen HOST:PORT names another address.\n", stderr);
		return code;
	}

	s = lg_runtime_settings(cx, &serve->read, lg_http_server_port(serve->server), &serve->runtime);
	if (!lg_failed(s))
		s = lg_runtime_open(cx, &serve->read, lg_http_server_port(serve->server),
			&serve->runtime);
	if (!lg_failed(s))
		s = lg_chores_start(&serve->chores, &serve->runtime.env, &lg_random_kernel,
			serve->read.dev ? DEV_STOCK : LG_SIGNING_STOCK);
	if (lg_failed(s))
		return lg_say_failure(cx, s, LG_EXIT_DATA);

	s = lg_http_server_start(cx, serve->server);
	if (lg_failed(s))
		return lg_say_failure(cx, s, LG_EXIT_LISTEN);
	log_ready(serve);
	lg_banner(&serve->runtime);
	wait_for_signal(&signals);
	return LG_EXIT_OK;
}

static int
read_settings(struct lg_ctx *cx, const struct lg_cli *cli, struct serve *serve)
{
	lg_status s = lg_settings_load(cx, cli, environ, &serve->read);
	if (lg_failed(s) && serve->read.problems.len) {
		lg_complain(lg_str_from_bytes(serve->read.problems.ptr, serve->read.problems.len));
		fputs(cli->dev ? "\"lifeguard check --dev\" explains the settings.\n"
			       : "\"lifeguard check\" explains the settings; \"lifeguard serve --dev\" "
				 "needs none.\n",
			stderr);
		return LG_EXIT_SETTINGS;
	}
	if (!lg_failed(s))
		s = lg_listen_parse(cx, &serve->read.config.server.listen, &serve->listen);
	if (lg_failed(s))
		return lg_say_failure(cx, s, LG_EXIT_SETTINGS);
	lg_log_set_level((enum lg_log_level)serve->read.config.log.level);
	return LG_EXIT_OK;
}

int
lg_cmd_serve(struct lg_ctx *cx, const struct lg_cli *cli)
{
	struct serve *serve = lg_new(cx, struct serve);
	if (!serve)
		return lg_say_failure(cx, lg_fail(cx, LG_E_NO_MEMORY, "out of memory"), LG_EXIT_DATA);
	serve->runtime.env.functions = cli->functions;
	serve->started_ms = lg_monotonic_ms();
	int code = read_settings(cx, cli, serve);
	if (code != LG_EXIT_OK)
		return code;

	code = run(cx, serve);
	lg_http_server_stop(serve->server, serve->read.config.limits.stop_ms);
	lg_chores_stop(&serve->chores);
	/* Snapshots that the start looked at are released before the pools go. */
	lg_ctx_done(cx);
	lg_runtime_close(&serve->runtime);
	if (code == LG_EXIT_OK)
		lg_log(LG_LOG_INFO, "stopped", LG_KV_INT("code", code));
	return code;
}
