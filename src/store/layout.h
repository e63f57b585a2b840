/*
 * layout.h - whose database is this, at which layout, and what opens it: the parts of lg_store_open. Of
 * src/store only.
 */
#ifndef LG_STORE_LAYOUT_H
#define LG_STORE_LAYOUT_H

#include "store/impl.h"

/* What an unopened database says about itself. */
struct lg_layout {
	bool has_tables;
	int64_t number; /* of its newest migration; 0 = no tables */
	lg_str stamp; /* absent = the first start did not get that far */
	bool has_master;
};

/* LG_E_REFUSED when the tables are another program's, or the layout is newer than this program. */
LG_MUST lg_status lg_layout_look(struct lg_store *store, struct lg_ctx *cx, struct lg_layout *ret);

/* Run the migrations behind `number`. */
LG_MUST lg_status lg_layout_migrate(struct lg_store *store, struct lg_ctx *cx, int64_t number);

/*
 * Write stamp, master slot and the server's own keys, all or none; a conflict when another node was
 * faster.
 */
LG_MUST lg_status lg_master_create(
	struct lg_store *store, struct lg_ctx *cx, const struct lg_secret *master, lg_str stamp);

/* Unwrap the root with the master key. LG_E_REFUSED when it is the wrong one. */
LG_MUST lg_status lg_master_open(struct lg_store *store, struct lg_ctx *cx, const struct lg_secret *master);

#endif
