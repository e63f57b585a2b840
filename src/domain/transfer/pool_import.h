/*
 * pool_import.h - a pool out of an archive, into a server that has none of its id.
 *
 * Until the archive was read to its end the pool is in the state "importing": there for nobody. An import
 * that was interrupted goes on when the same archive is read again, or is removed. Users keep their subs,
 * and groups their ids. Under another pool name SRP verifiers serve password flows only (token/keyholder.h).
 */
#ifndef LG_DOMAIN_POOL_IMPORT_H
#define LG_DOMAIN_POOL_IMPORT_H

#include "domain/transfer/archive_kinds.h"
#include "gen/rec_types.h"

struct lg_pool_import {
	lg_str pool_id; /* absent = that of the archive */
	bool new_client_ids; /* clients get other ids, for a copy beside the original */
	bool without_domains; /* they stay where they are */
	struct lg_watch *watch;
};

struct lg_pool_imported {
	lg_str pool_id;
	struct lg_rec_archive_end counts; /* of the archive */
	bool resumed;
	int64_t bound; /* users whose verifier serves password flows only, until they sign in with one */
	int64_t unnamed; /* users who lost an alias or link that another one has */
	int64_t skipped; /* users whose user name another one has */
};

/*
 * LG_E_EXISTS: the pool, a client or a domain of its is there already; nothing was overwritten.
 * LG_E_INVALID_PARAMETER: no pool id. LG_E_MALFORMED: the archive is damaged; what was read so far can be
 * completed with a sound copy. LG_E_REFUSED: it holds what this program does not know.
 */
LG_MUST lg_status lg_pool_import(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool_import *ask,
	struct lg_archive_in *in, struct lg_pool_imported *ret);

/* Remove what an interrupted import left. LG_E_NOT_FOUND, with a text, when there is none of this pool. */
LG_MUST lg_status lg_pool_import_discard(struct lg_ctx *cx, struct lg_env *env, lg_str pool_id);

#endif
