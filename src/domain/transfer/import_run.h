/*
 * import_run.h - import jobs at work: a few lines at a time, each batch with the users, the place that was
 * reached, the counts and the log, so that a job goes on where it was whatever happens in between.
 *
 * Any node may work on any job; one holds it for ten seconds at a time. The job's version is the fence:
 * of two that work on it, or of one and a stop, one batch is a conflict.
 */
#ifndef LG_DOMAIN_IMPORT_RUN_H
#define LG_DOMAIN_IMPORT_RUN_H

#include <stdatomic.h>

#include "domain/env.h"

/*
 * Work on each job that waits, for a second or so, unless another node holds it; stop early when `*stopping`
 * (NULL = never). `holder` names this node. `*ret_worked`: there was something to do, so call again soon.
 */
LG_MUST lg_status lg_import_work(struct lg_ctx *cx, struct lg_env *env, lg_str holder,
	const _Atomic bool *stopping, bool *ret_worked);

#endif
