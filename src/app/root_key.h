/*
 * root_key.h - the account's long-term key: made at the first start in production, written to a file once,
 * kept sealed in the store.
 */
#ifndef LG_APP_ROOT_KEY_H
#define LG_APP_ROOT_KEY_H

#include "app/folder.h"
#include "base/secret.h"
#include "domain/env.h"

struct lg_root_key_home {
	struct lg_secret secret; /* what `key` points into */
	struct lg_root_key key;
	const char *made; /* the file that was written by this start; NULL = the key was there */
};

/* The stored key, or a new one in the store and in root-credentials. */
LG_MUST lg_status lg_root_key_load(struct lg_ctx *cx, struct lg_store *store, const struct lg_folder *folder,
	struct lg_root_key_home *ret);
void lg_root_key_done(struct lg_root_key_home *home);

#endif
