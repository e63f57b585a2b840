#include "net/address.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

static const unsigned char mapped_prefix[12] = { [10] = 0xff, [11] = 0xff };

bool
lg_address_of(const struct sockaddr *socket_address, struct lg_address *ret)
{
	if (socket_address->sa_family == AF_INET6) {
		const struct sockaddr_in6 *v6 = (const void *)socket_address;
		memcpy(ret->bytes, &v6->sin6_addr, 16);
		return true;
	}
	if (socket_address->sa_family != AF_INET)
		return false;
	const struct sockaddr_in *v4 = (const void *)socket_address;
	memcpy(ret->bytes, mapped_prefix, sizeof(mapped_prefix));
	memcpy(ret->bytes + 12, &v4->sin_addr, 4);
	return true;
}

/* RFC 6890 and the IANA registries that follow it: what is not globally reachable. */
static const char *const special[] = {
	"0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12",
	"192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15",
	"198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
};

/* Where an IPv6 address carries an IPv4 one. */
static const struct {
	const char *network;
	unsigned at;
} carriers[] = {
	{ "::ffff:0:0/96", 12 },
	{ "64:ff9b::/96", 12 },
	{ "2002::/16", 2 },
};

static bool
in(const char *network, const struct lg_address *address)
{
	struct lg_network parsed;
	return lg_network_parse(lg_str_from_c(network), &parsed) && lg_network_has(&parsed, address);
}

static bool
is_public_v4(const unsigned char bytes[4])
{
	struct lg_address address;
	memcpy(address.bytes, mapped_prefix, sizeof(mapped_prefix));
	memcpy(address.bytes + 12, bytes, 4);
	for (size_t i = 0; i < LG_LEN(special); i++) {
		if (in(special[i], &address))
			return false;
	}
	return true;
}

bool
lg_address_is_public(const struct lg_address *address)
{
	for (size_t i = 0; i < LG_LEN(carriers); i++) {
		if (in(carriers[i].network, address))
			return is_public_v4(address->bytes + carriers[i].at);
	}
	/* Of IPv6 only 2000::/3 is given out, and of that not what is documentation or protocol. */
	return in("2000::/3", address) && !in("2001::/23", address) && !in("2001:db8::/32", address)
		&& !in("3fff::/20", address);
}

bool
lg_network_parse(lg_str text, struct lg_network *ret)
{
	if (lg_str_eq(text, LG_STR("*"))) {
		*ret = (struct lg_network){ .bits = 0 };
		return true;
	}
	lg_str rest = text;
	lg_str host = lg_str_cut(&rest, '/');
	char name[INET6_ADDRSTRLEN];
	if (host.len == 0 || host.len >= sizeof(name) || lg_str_has_byte(host, '\0'))
		return false;
	memcpy(name, host.ptr, host.len);
	name[host.len] = '\0';

	struct lg_network network = { .bits = 128 };
	unsigned most = 128;
	if (inet_pton(AF_INET, name, network.address.bytes + 12) == 1) {
		memcpy(network.address.bytes, mapped_prefix, sizeof(mapped_prefix));
		most = 32;
	} else if (inet_pton(AF_INET6, name, network.address.bytes) != 1) {
		return false;
	}
	if (lg_str_present(rest)) {
		uint64_t bits;
		if (!lg_str_to_uint(rest, most, &bits))
			return false;
		network.bits = 128 - most + (unsigned)bits;
	}
	*ret = network;
	return true;
}

bool
lg_network_has(const struct lg_network *network, const struct lg_address *address)
{
	const unsigned whole = network->bits / 8, rest = network->bits % 8;
	if (!lg_bytes_eq(network->address.bytes, address->bytes, whole))
		return false;
	if (rest == 0)
		return true;
	const unsigned char mask = (unsigned char)(0xff << (8 - rest));
	return (network->address.bytes[whole] & mask) == (address->bytes[whole] & mask);
}
