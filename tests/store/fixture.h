/*
 * fixture.h - a fresh store on the engine that LIFEGUARD_TEST_STORE names: "sqlite" (the default) or
 * "postgres:<conninfo>". The same tests run on both.
 */
#ifndef LG_TESTS_STORE_FIXTURE_H
#define LG_TESTS_STORE_FIXTURE_H

#include "store/config.h"
#include "store/guard.h"
#include "tests/lib/test.h"

struct store_fixture {
	struct lg_test_ctx t;
	struct lg_ctx *cx; /* &t.cx */
	struct lg_secret master;
	struct lg_db *db; /* owned by the store */
	struct lg_store *store;
	struct lg_pool_row pool; /* one pool, in the store */
	char folder[64]; /* SQLite: holds "test.db" */
	char path[96];
};

bool on_sqlite(void);

/* An empty database, a store in it, a pool in the store. */
void fixture_open(struct store_fixture *f);
void fixture_close(struct store_fixture *f);

/* Close and open again, as after a restart. */
void fixture_reopen(struct store_fixture *f);

/* The parts of fixture_open, for tests about opening. `fixture_db` opens the database as it stands. */
void fixture_begin(struct store_fixture *f);
lg_status fixture_db(struct store_fixture *f, struct lg_db **ret);
lg_status fixture_open_as(struct store_fixture *f, const char *master, enum lg_store_stamp stamp);
void fixture_end(struct store_fixture *f);

/* A user with all parts, in the store, and his user name's digest claimed. */
struct lg_user_row fixture_user(struct store_fixture *f, const char *name);
void digest_of(struct store_fixture *f, const char *name, unsigned char ret[16]);

/* SQL that the store would never write. */
void run_sql(struct store_fixture *f, const char *sql);

/* Run `work` in `count` threads at once, each with a context of its own; how many returned `code`. */
typedef lg_status (*thread_work)(struct store_fixture *f, struct lg_ctx *cx, int index, void *arg);
int run_threads(struct store_fixture *f, int count, thread_work work, void *arg, int code);

#endif
