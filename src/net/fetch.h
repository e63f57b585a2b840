/*
 * fetch.h - requests to other servers through libcurl, guarded against those that are nobody's business
 * (server-side request forgery): schemes, resolved addresses, no redirects, no proxy of the environment.
 */
#ifndef LG_NET_FETCH_H
#define LG_NET_FETCH_H

#include "base/fetch.h"
#include "net/address.h"

struct lg_fetch_config {
	/* Networks beside the public internet that may be reached, and over plain http, too. */
	const struct lg_network *allowed;
	size_t allowed_count;
	lg_str ca_file;  /* certificates to trust; absent = the system's */
	uint16_t port;   /* of our own listeners: never reached on an address of this machine */
};

/* Thread-safe. The configuration's memory outlives it. */
LG_MUST lg_status lg_fetcher_new(const struct lg_fetch_config *config, struct lg_fetcher **ret);
void lg_fetcher_free(struct lg_fetcher *fetcher);

#endif
