/*
 * user_migration.h - UserMigration: people of another system come along when they sign in with a password
 * for the first time, or forget it (spec/triggers.md 7).
 */
#ifndef LG_DOMAIN_USER_MIGRATION_H
#define LG_DOMAIN_USER_MIGRATION_H

#include "domain/user/user.h"

struct lg_migration {
	const struct lg_client *client;
	lg_str username; /* as it was sent */
	lg_str password; /* absent: it was forgotten */
	const struct lg_str_map *metadata; /* ClientMetadata; NULL = none */
};

/*
 * Ask about a name that nobody here has, `*user` being its decoy, and make the user whom the answer
 * describes: he is `*user` then, read with `parts`. It stays the decoy when the pool has no such trigger,
 * functions cannot be called, or the answer is that he is not there.
 *
 * A question with a password is a guess: it counts for the decoy's lockout before it is asked ("Password
 * attempts exceeded"), and whoever was not there gets the failure of a wrong password, or of a name that
 * does not exist where that is told. What went wrong with the function is not told:
 * LG_E_USER_NOT_FOUND "Exception migrating user in app client <id>", hidden like the rest.
 */
LG_MUST lg_status lg_user_migrate(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	const struct lg_migration *call, unsigned parts, struct lg_user **user);

#endif
