/*
 * schema_change.h - a pool with users goes over to other rules of names, and to other required attributes
 * (docs/decisions/0032).
 *
 * In the background, a page of users at a time, by whichever node is at it; what was done is written with
 * each page, so that a change goes on whatever happens in between. Users sign in by the old rules until all
 * of them have keys by the new ones, and by the new ones from one moment to the next. Where two users would
 * have one name, nothing changes, and the change says who they are.
 */
#ifndef LG_DOMAIN_SCHEMA_CHANGE_H
#define LG_DOMAIN_SCHEMA_CHANGE_H

#include <stdatomic.h>

#include "domain/pool/schema_wish.h"

/* Until all nodes know a pool's new settings, and requests with the old ones have ended. */
#define LG_SCHEMA_WAIT_MS (45 * LG_SECOND_MS)
#define LG_SCHEMA_COLLISIONS_MAX 100

/*
 * Into the batch that writes the pool's settings: what its tags wish begins, or begins again. Nothing when
 * they wish nothing. Fails like lg_schema_goal.
 */
LG_MUST lg_status lg_schema_change_ask(
	struct lg_ctx *cx, struct lg_env *env, struct lg_batch *batch, const struct lg_pool_row *row);

/* How it stands: the newest change, or none (false in `*ret_there`). LG_E_RESOURCE_NOT_FOUND: no pool. */
LG_MUST lg_status lg_schema_change_read(struct lg_ctx *cx, struct lg_env *env, lg_str pool_id,
	struct lg_rec_schema_change *ret, bool *ret_there);

/*
 * Work on the changes that are under way, for a second or so each; stop early when `*stopping` (NULL =
 * never). `*ret_worked`: there was something to do, so call again soon.
 */
LG_MUST lg_status lg_schema_change_work(
	struct lg_ctx *cx, struct lg_env *env, const _Atomic bool *stopping, bool *ret_worked);

#endif
