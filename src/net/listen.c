#include "net/server.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <unistd.h>

#define BACKLOG 4096
#define PORT_TRIES 20

union address {
	struct sockaddr any;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
};

static lg_status
parse_address(struct lg_ctx *cx, lg_str text, uint16_t port, union address *ret, socklen_t *ret_size)
{
	const char *c;
	LG_TRY(lg_str_to_c(cx, text, &c));
	*ret = (union address){ 0 };
	if (inet_pton(AF_INET, c, &ret->v4.sin_addr) == 1) {
		ret->v4.sin_family = AF_INET;
		ret->v4.sin_port = htons(port);
		*ret_size = sizeof(ret->v4);
	} else if (inet_pton(AF_INET6, c, &ret->v6.sin6_addr) == 1) {
		ret->v6.sin6_family = AF_INET6;
		ret->v6.sin6_port = htons(port);
		*ret_size = sizeof(ret->v6);
	} else {
		return lg_fail(cx, LG_E_IO, "\"%.*s\" is no IP address", LG_FMT(text));
	}
	return LG_OK;
}

static uint16_t
bound_port(int fd)
{
	union address bound = { 0 };
	socklen_t size = sizeof(bound);
	if (getsockname(fd, &bound.any, &size))
		return 0;
	return ntohs(bound.any.sa_family == AF_INET6 ? bound.v6.sin6_port : bound.v4.sin_port);
}

static lg_status
listen_on(struct lg_ctx *cx, lg_str text, uint16_t port, int *ret)
{
	union address address;
	socklen_t size;
	LG_TRY(parse_address(cx, text, port, &address, &size));
	int fd = socket(address.any.sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	int error = errno;
	if (fd >= 0) {
		const int on = 1;
		/* Accepted sockets inherit TCP_NODELAY. */
		bool fine = setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) == 0 &&
			    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on)) == 0 &&
			    (address.any.sa_family == AF_INET ||
				    setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on)) == 0) &&
			    bind(fd, &address.any, size) == 0 && listen(fd, BACKLOG) == 0;
		error = errno;
		if (fine) {
			*ret = fd;
			return LG_OK;
		}
		close(fd);
	}
	return lg_fail(
		cx, LG_E_IO, "cannot listen on %.*s port %u: %s", LG_FMT(text), port, strerror(error));
}

static void
close_all(int *sockets, size_t *count)
{
	while (*count)
		close(sockets[--*count]);
}

/* `*port` is 0 or wished; the first socket decides for all. */
static lg_status
listen_once(
	struct lg_ctx *cx, const struct lg_http_config *config, int *sockets, size_t *count, uint16_t *port)
{
	*port = config->port;
	for (size_t i = 0; i < config->address_count; i++) {
		LG_TRY(listen_on(cx, config->addresses[i], *port, &sockets[i]));
		++*count;
		if (*port == 0)
			*port = bound_port(sockets[i]);
	}
	return LG_OK;
}

lg_status
lg_http_listen(struct lg_ctx *cx, const struct lg_http_config *config, int *ret_sockets, size_t *ret_count,
	uint16_t *ret_port)
{
	if (config->address_count == 0 || config->address_count > LG_HTTP_MAX_ADDRESSES)
		return lg_fail(
			cx, LG_E_IO, "between 1 and %d addresses can be listened on", LG_HTTP_MAX_ADDRESSES);

	/* A port that is free on one address may be taken on another. */
	size_t tries = config->port == 0 && config->address_count > 1 ? PORT_TRIES : 1;
	lg_status s = LG_OK;
	for (size_t i = 0; i < tries; i++) {
		*ret_count = 0;
		s = listen_once(cx, config, ret_sockets, ret_count, ret_port);
		if (!lg_failed(s))
			return LG_OK;
		close_all(ret_sockets, ret_count);
	}
	return s;
}
