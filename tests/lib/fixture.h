/*
 * fixture.h - a whole domain for a test: store on SQLite in a folder of its own, keys, a clock that obeys, a
 * messenger that remembers, one pool and one client.
 *
 *   struct fixture *f = fixture_new();
 *   struct lg_ctx *cx = fixture_request(f);      a new request: time is read, work and failure are cleared
 *   ...
 *   fixture_free(f);
 *
 * What a request found is gone with the next fixture_request; f->pool and f->client are found again by it.
 */
#ifndef LG_TESTS_FIXTURE_H
#define LG_TESTS_FIXTURE_H

#include "domain/env.h"
#include "domain/pool/pool.h"
#include "domain/user/user.h"
#include "tests/lib/test.h"

#define FIXTURE_MESSAGES_MAX 256
#define FIXTURE_PASSWORD LG_STR("Correct-horse-9")

struct fixture_clock {
	struct lg_clock clock;
	int64_t ms;
};

struct fixture_db {
	struct lg_db db;
	struct lg_db *inner;
	bool away; /* every read and batch is LG_E_UNAVAILABLE */
	bool full; /* every batch is */
	_Atomic size_t reads, rows; /* so far, caches' own among them */
};

struct fixture_messenger {
	struct lg_messenger port;
	struct lg_arena *arena; /* the fixture's own, for what outlives a request */
	bool fails;
	size_t count;
	struct lg_message messages[FIXTURE_MESSAGES_MAX]; /* those to nobody, too */
};

struct fixture {
	struct lg_test_ctx t;
	struct lg_arena_mark mark;
	struct lg_env env;
	struct lg_settings settings;
	struct fixture_clock clock;
	struct fixture_db db;
	struct fixture_messenger messenger;
	char folder[64];
	lg_str pool_id;
	lg_str client_id;
	const struct lg_pool *pool;
	const struct lg_client *client;
};

/* A plain pool that verifies e-mail, and a public client that allows every flow. */
struct fixture *fixture_new(void);
/* With settings of the pool's or client's own; NULL = as above. */
struct fixture *fixture_with(const struct lg_idp_create_user_pool_request *pool,
	const struct lg_idp_create_user_pool_client_request *client);
void fixture_free(struct fixture *f);

struct lg_ctx *fixture_request(struct fixture *f);
void fixture_advance_s(struct fixture *f, int64_t seconds);

/* Another pool or client; make f use it from the next request on. */
void fixture_use_pool(struct fixture *f, const struct lg_idp_create_user_pool_request *pool);
void fixture_use_client(struct fixture *f, const struct lg_idp_create_user_pool_client_request *client);

/* A context for a thread of its own, with randomness of its own; done with lg_test_ctx_done. */
void fixture_thread_ctx(struct fixture *f, struct lg_test_ctx *t, uint64_t seed);

/*
 * A confirmed user with FIXTURE_PASSWORD; an e-mail address, unless absent, is verified. Like all that
 * follows, a request of its own.
 */
void fixture_user(struct fixture *f, lg_str name, lg_str email);
/*
 * The same with attributes in pairs, ended by an absent name: { "email", "a@example.com", "email_verified",
 * "true", {0} }.
 */
void fixture_user_with(struct fixture *f, lg_str name, enum lg_user_status status, const lg_str *attributes);

/* The newest message, and its code; absent when there is none. */
const struct lg_message *fixture_message(const struct fixture *f);
lg_str fixture_code(const struct fixture *f);

#endif
