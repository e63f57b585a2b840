/*
 * pool_csv.h - the users of a pool as a file of Cognito's own import format (spec/user-pools.md 13).
 *
 * It holds attributes, and nothing that proves who somebody is: whoever reads it in has users who must set a
 * password. Users of providers are left out, since a file can't say that they are.
 */
#ifndef LG_DOMAIN_POOL_CSV_H
#define LG_DOMAIN_POOL_CSV_H

#include "domain/transfer/archive_kinds.h"
#include "token/archive.h"

struct lg_pool_csv {
	int64_t users;
	int64_t external; /* left out */
	int64_t changed; /* values that the format can't say as they are: line breaks became blanks */
};

/* LG_E_RESOURCE_NOT_FOUND "User pool <id> does not exist." `watch` may be NULL. */
LG_MUST lg_status lg_pool_csv_export(struct lg_ctx *cx, struct lg_env *env, lg_str pool_id,
	struct lg_sink *sink, struct lg_watch *watch, struct lg_pool_csv *ret);

#endif
