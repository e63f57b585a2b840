#include "oauth/once.h"

#include "crypto/hash.h"
#include "store/guard.h"

#define NONCE_SIZE 16

/* A row of nobody's: its uid stands for the owner, so that one owner's names lie together. */
lg_status
lg_oauth_once(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool, lg_str kind, lg_str owner,
	lg_str name, lg_time until)
{
	unsigned char of_owner[LG_SHA256_SIZE], of_name[LG_SHA256_SIZE];
	lg_sha256((const lg_str[]){ kind, LG_STR(" "), owner }, 3, of_owner);
	lg_sha256(&name, 1, of_name);
	return lg_store_spend(
		env->store, cx, pool->pool, of_owner, lg_str_from_bytes(of_name, NONCE_SIZE), 1, until);
}
