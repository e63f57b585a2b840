/*
 * bare.c - libmicrohttpd alone, the limit for answers that need no computation.
 *
 *   bare PORT inline    answers on the I/O thread
 *   bare PORT handover  suspends, a thread of a small pool answers: what every request to the store pays
 *
 * Ends with SIGTERM.
 */
#include <arpa/inet.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <microhttpd.h>

#include "base/thread.h"

/* As long as a pool's key set. */
static char body[900];
static bool handover;
static struct lg_queue *queue;

struct request {
	struct MHD_Connection *connection;
	bool begun, answered;
};

static enum MHD_Result
respond(struct MHD_Connection *connection)
{
	struct MHD_Response *response =
		MHD_create_response_from_buffer(sizeof(body), body, MHD_RESPMEM_PERSISTENT);
	MHD_add_response_header(response, "Content-Type", "application/json");
	enum MHD_Result queued = MHD_queue_response(connection, 200, response);
	MHD_destroy_response(response);
	return queued;
}

static enum MHD_Result
answer(void *cls, struct MHD_Connection *connection, const char *url, const char *method,
	const char *version, const char *data, size_t *size, void **state)
{
	(void)cls, (void)url, (void)method, (void)version, (void)data;
	struct request *request = *state;
	if (!request) {
		request = calloc(1, sizeof(*request));
		request->connection = connection;
		*state = request;
		return MHD_YES;
	}
	if (*size) {
		*size = 0;
		return MHD_YES;
	}
	if (!handover || request->answered)
		return respond(connection);
	request->answered = true;
	MHD_suspend_connection(connection);
	return lg_failed(lg_queue_push(queue, request)) ? MHD_NO : MHD_YES;
}

static void
completed(void *cls, struct MHD_Connection *connection, void **state, enum MHD_RequestTerminationCode code)
{
	(void)cls, (void)connection, (void)code;
	free(*state);
	*state = NULL;
}

static void *
work(void *arg)
{
	(void)arg;
	struct request *request;
	while ((request = lg_queue_pop(queue)))
		MHD_resume_connection(request->connection);
	return NULL;
}

int
main(int argc, char **argv)
{
	if (argc != 3)
		return 2;
	handover = strcmp(argv[2], "handover") == 0;
	memset(body, 'x', sizeof(body));
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(argv[1])),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	sigset_t signals;
	sigemptyset(&signals);
	sigaddset(&signals, SIGTERM);
	pthread_sigmask(SIG_BLOCK, &signals, NULL);
	if (handover) {
		if (lg_failed(lg_queue_new(4096, 16, &queue)))
			return 1;
		for (int i = 0; i < 16; i++) {
			pthread_t thread;
			if (lg_failed(lg_thread_start("work", LG_THREAD_STACK_BYTES, work, NULL, &thread)))
				return 1;
		}
	}
	struct MHD_Daemon *daemon =
		MHD_start_daemon(MHD_USE_EPOLL_INTERNAL_THREAD | (handover ? MHD_ALLOW_SUSPEND_RESUME : 0U),
			0, NULL, NULL, answer, NULL, MHD_OPTION_SOCK_ADDR, &address,
			MHD_OPTION_NOTIFY_COMPLETED, completed, NULL, MHD_OPTION_END);
	if (!daemon)
		return 1;
	int signal_;
	sigwait(&signals, &signal_);
	_exit(0);
}
