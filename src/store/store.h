/*
 * store.h - the store: opened once, written in batches.
 *
 * It owns the engine and the keyring, seals what it writes and opens what it reads (DATA 2). Nothing above
 * knows SQL. Reads fail with LG_E_NOT_FOUND where the header says so, everything with LG_E_UNAVAILABLE
 * when the database is away or full.
 */
#ifndef LG_STORE_STORE_H
#define LG_STORE_STORE_H

#include "codec/shape.h"
#include "crypto/keyring.h"
#include "db/db.h"

struct lg_store;

#define LG_UID_SIZE 16

enum lg_store_stamp { LG_STORE_DEV, LG_STORE_PRODUCTION };

/*
 * Take the engine over. An empty database gets its tables, its stamp and a fresh root key, wrapped under
 * `master`; an existing one must have our layout, a known version, the same stamp, and open with `master`.
 *
 * LG_E_REFUSED, with a text that says which of these it was; the database is untouched then. On failure `db`
 * stays the caller's.
 */
LG_MUST lg_status lg_store_open(struct lg_ctx *cx, struct lg_db *db, const struct lg_secret *master,
	enum lg_store_stamp stamp, struct lg_store **ret);
void lg_store_close(struct lg_store *store);

struct lg_keyring *lg_store_keyring(struct lg_store *store);
const char *lg_store_engine(const struct lg_store *store); /* "sqlite", "postgres" */

/* Is the database there? For readiness. */
LG_MUST lg_status lg_store_ping(struct lg_store *store, struct lg_ctx *cx);

/*
 * Remove every row but store_meta (with what lg_store_meta_put keeps there), master_slot and the server's
 * own keys: the development kit's reset.
 */
LG_MUST lg_status lg_store_clear(struct lg_store *store, struct lg_ctx *cx);

/*
 * Writes are collected and go out together, atomically, durable when lg_store_commit returns. The functions
 * that add a write (their first parameter is a batch) keep the first failure for lg_store_commit, so they
 * return nothing.
 *
 * LG_E_CONFLICT: a write met another number of rows than it expects; nothing is written, and the operation
 * starts again from its read. `lg_store_batch_failed` then tells the tag of that write.
 */
struct lg_batch;

LG_MUST lg_status lg_store_batch(struct lg_store *store, struct lg_ctx *cx, struct lg_batch **ret);
LG_MUST lg_status lg_store_commit(struct lg_batch *batch);

/* A name for the newest write, so that a conflict can be told apart. 0 = none. */
void lg_batch_tag(struct lg_batch *batch, int tag);
int lg_batch_failed(const struct lg_batch *batch);

/*
 * Digest of a canonical value under the pool's index key (DATA 2): what user_key and user_find hold.
 */
enum lg_key_kind {
	LG_KEY_USERNAME = 1,
	LG_KEY_EMAIL = 2,
	LG_KEY_PHONE = 3,
	LG_KEY_PREFERRED_USERNAME = 4,
	LG_KEY_PROVIDER = 5,
	LG_KEY_LOGIN = 6, /* of an identity */
};
LG_MUST lg_status lg_store_digest(struct lg_store *store, struct lg_ctx *cx, int64_t pool, lg_str label,
	lg_str value, unsigned char ret[16]);

#endif
