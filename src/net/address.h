/*
 * address.h - IP addresses: which of them are the public internet, and lists of networks.
 */
#ifndef LG_NET_ADDRESS_H
#define LG_NET_ADDRESS_H

#include <sys/socket.h>

#include "base/ctx.h"

/* An address of either family; IPv4 as ::ffff:a.b.c.d, so that nothing is said in two ways. */
struct lg_address {
	unsigned char bytes[16];
};

/* False for anything but IPv4 and IPv6. */
bool lg_address_of(const struct sockaddr *socket_address, struct lg_address *ret);

/*
 * Globally reachable by the registries of RFC 6890: neither loopback, private, shared, link-local,
 * multicast, documentation, benchmarking nor reserved. An IPv6 address that carries an IPv4 one (mapped,
 * NAT64, 6to4) is what that one is.
 */
bool lg_address_is_public(const struct lg_address *address);

struct lg_network {
	struct lg_address address;
	unsigned bits; /* of 128 */
};

/* "10.0.0.0/8", "fd00::/8", a single address, or "*" = every one. False when it is none of them. */
bool lg_network_parse(lg_str text, struct lg_network *ret);
bool lg_network_has(const struct lg_network *network, const struct lg_address *address);

#endif
