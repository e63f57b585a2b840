/*
 * archive_kinds.h - what an archive holds besides users, clients and domains: items of the pool, and items
 * of users. Of the domain's archive files only.
 */
#ifndef LG_DOMAIN_ARCHIVE_KINDS_H
#define LG_DOMAIN_ARCHIVE_KINDS_H

#include "domain/env.h"

struct lg_archive_kind {
	lg_str kind;
	const struct lg_shape *shape;
	bool of_client; /* its name begins with a client's id, which a blank or nothing follows */
	/* Where the record keeps the id, too, and a sealed credential; 0 = nowhere. */
	lg_str *(*client_of)(void *record);
	lg_str *(*sealed_of)(void *record);
	enum lg_moved moved;
};

/* Of pools: everything but what has its own life, such as jobs. */
const struct lg_archive_kind *lg_archive_pool_kinds(size_t *ret_count);
/* NULL when there is none. */
const struct lg_archive_kind *lg_archive_pool_kind(lg_str kind);
const struct lg_archive_kind *lg_archive_user_kind(lg_str kind);

/* Who is told how far it is. */
struct lg_watch {
	void (*users)(struct lg_watch *self, int64_t done);
	void (*note)(struct lg_watch *self, lg_str text); /* something that the operator must know */
};

#endif
