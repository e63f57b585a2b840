/*
 * pool_export.h - a whole pool as one archive (token/archive.h): settings, signing keys if asked, clients
 * with their secrets, domains, items, and users with credentials, second factors, passkeys, devices, links,
 * groups.
 *
 * Left out is what is about to happen: sessions, codes, failed attempts, jobs, the log of events. Recovery
 * codes are, too: what the store knows of one is bound to a key of this pool.
 *
 * The pool may be in use. Pages are read one after the other, so who changes meanwhile is in the archive as
 * he was before or after.
 */
#ifndef LG_DOMAIN_POOL_EXPORT_H
#define LG_DOMAIN_POOL_EXPORT_H

#include "domain/transfer/archive_kinds.h"
#include "gen/rec_types.h"

struct lg_pool_export {
	lg_str pool_id;
	lg_str program; /* name and version, for who looks at the archive later */
	bool with_keys; /* that sign tokens */
	struct lg_watch *watch;
};

/*
 * Up to the archive's end, which is the caller's. `*ret` counts what was written, `*ret_recovery` users who
 * had recovery codes. LG_E_RESOURCE_NOT_FOUND "User pool <id> does not exist."
 */
LG_MUST lg_status lg_pool_export(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool_export *ask,
	struct lg_archive_out *out, struct lg_rec_archive_end *ret, int64_t *ret_recovery);

#endif
