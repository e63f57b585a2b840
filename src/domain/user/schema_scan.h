/*
 * schema_scan.h - one page of users of a change (domain/pool/schema_change.h). Of it only.
 */
#ifndef LG_DOMAIN_SCHEMA_SCAN_H
#define LG_DOMAIN_SCHEMA_SCAN_H

#include "domain/pool/schema_change.h"

struct lg_schema_page {
	struct lg_env *env;
	const struct lg_pool *pool;
	struct lg_rec_schema_change *change; /* place, counts and collisions move on */
};

/*
 * Claim the keys by the new rules for the next users, or release those of the rules in `leaving`; into
 * `batch`, which is then the caller's to commit with the change. `*ret_end`: there are no more users.
 */
LG_MUST lg_status lg_schema_scan_claim(
	struct lg_ctx *cx, struct lg_schema_page *page, struct lg_batch *batch, bool *ret_end);
LG_MUST lg_status lg_schema_scan_release(struct lg_ctx *cx, struct lg_schema_page *page,
	const struct lg_rec_name_rules *leaving, struct lg_batch *batch, bool *ret_end);

/* Only see who lacks what will be required. */
LG_MUST lg_status lg_schema_scan_count(struct lg_ctx *cx, struct lg_schema_page *page, bool *ret_end);

/*
 * The same claims, one user after the other, each in a batch of its own: after a conflict. Who collides is
 * noted; `change` is the caller's to write.
 */
LG_MUST lg_status lg_schema_scan_claim_each(struct lg_ctx *cx, struct lg_schema_page *page, bool *ret_end);

#endif
