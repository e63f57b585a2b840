/*
 * seed.c - fills the demo pool with users for the benchmark, through the store's own functions.
 *
 *   seed FOLDER COUNT [flags of lifeguard serve ...]
 *   seed FOLDER COUNT identities [flags ...]      fills an identity pool instead, and prints its id
 *
 * Users are bench000000 to bench<COUNT-1>, confirmed. SAMPLED of them, evenly spread, have a password and
 * sign in; the others carry a sealed credential of the same size whose verifier is random bytes. The
 * server must not run.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/runtime.h"
#include "domain/auth/password.h"
#include "domain/user/user_edit.h"
#include "tests/bench/seed_identities.h"

#define PASSWORD LG_STR("Correct-horse-9")
#define SAMPLED 1000
#define THREADS 8
#define USERS_A_BATCH 40
#define ARENA_MAX ((size_t)64 << 20)

static struct lg_runtime runtime;
static unsigned total;
static lg_str identity_pool; /* absent = users are wanted */
static _Atomic unsigned next_user;
static _Atomic bool failed;

static void
die(const struct lg_ctx *cx, lg_status s)
{
	fprintf(stderr, "seed: %s: %.*s\n", lg_error_info(s.code)->name,
		LG_FMT(lg_failure_text(cx, s.code)));
	failed = true;
}

/* A credential nobody knows the password of: what a real one would be, without the exponentiation. */
static lg_status
make_random_credential(struct lg_ctx *cx, struct lg_user *user)
{
	unsigned char *bytes = lg_new_array(cx, unsigned char, 460);
	if (!bytes)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	lg_rand_bytes(cx, bytes, 460);
	user->row.credential.sealed = lg_str_from_bytes(bytes, 460);
	user->row.credential.set = (struct lg_opt_time){ true, cx->now };
	return LG_OK;
}

static lg_status
add_user(struct lg_ctx *cx, const struct lg_pool *pool, struct lg_batch *batch, unsigned number)
{
	unsigned sampled = total < SAMPLED ? total : SAMPLED, parts = LG_PART_CREDENTIAL;
	lg_str name, email;
	struct lg_user *user;
	LG_TRY(lg_str_fmt(cx, &name, "bench%06u", number));
	LG_TRY(lg_str_fmt(cx, &email, "bench%06u@example.com", number));
	LG_TRY(lg_user_make(cx, &runtime.env, pool, name, LG_USER_CONFIRMED, NULL, &user));
	LG_TRY(lg_user_set_attribute(cx, user, LG_STR("email"), email));
	LG_TRY(lg_user_set_attribute(cx, user, LG_STR("email_verified"), LG_STR("true")));
	if (number % (total / sampled) == 0)
		LG_TRY(lg_password_set(cx, &runtime.env, pool, user, PASSWORD, (lg_time){ 0 }, &parts));
	else
		LG_TRY(make_random_credential(cx, user));
	user->row.parts = LG_PART_PROFILE | parts;
	lg_store_user_insert(batch, &user->row);
	const struct lg_user_names none = { 0 };
	return lg_user_write_names(batch, cx, &runtime.env, pool, user, &none);
}

static lg_status
add_batch(struct lg_ctx *cx, unsigned from, unsigned to)
{
	const struct lg_pool *pool;
	struct lg_batch *batch;
	LG_TRY(lg_pool_find(cx, &runtime.env, LG_STR("us-east-1_Lifeguard"), &pool));
	LG_TRY(lg_store_batch(runtime.env.store, cx, &batch));
	for (unsigned i = from; i < to; i++)
		LG_TRY(add_user(cx, pool, batch, i));
	return lg_store_commit(batch);
}

static void *
work(void *arg)
{
	(void)arg;
	while (!failed) {
		unsigned from = atomic_fetch_add(&next_user, USERS_A_BATCH);
		if (from >= total)
			break;
		unsigned to = from + USERS_A_BATCH < total ? from + USERS_A_BATCH : total;
		LG_CLEANUP(lg_arena_freep) struct lg_arena *arena = NULL;
		if (lg_failed(lg_arena_new(ARENA_MAX, &arena)))
			abort();
		struct lg_ctx cx = {
			.arena = arena, .random = &lg_random_kernel, .now = lg_clock_now(&runtime.clock)
		};
		lg_status s = lg_str_present(identity_pool)
			? seed_identities(&cx, &runtime.env, identity_pool, from, to)
			: add_batch(&cx, from, to);
		if (lg_failed(s))
			die(&cx, s);
		lg_ctx_done(&cx);
		if (from / 100000 != to / 100000)
			fprintf(stderr, "%u\n", to);
	}
	return NULL;
}

static lg_status
open_runtime(struct lg_ctx *cx, int argc, char **argv)
{
	char *words[64] = { "seed", "serve", "--dev", "--data", argv[1] };
	int count = 5;
	for (int i = 3; i < argc && count < 63; i++)
		words[count++] = argv[i];
	static struct lg_cli cli;
	static struct lg_settings_read read;
	LG_TRY(lg_cli_parse(cx, count, words, &cli));
	LG_TRY(lg_settings_load(cx, &cli, environ, &read));
	LG_TRY(lg_runtime_settings(cx, &read, 9500, &runtime));
	return lg_runtime_open(cx, &read, 0, &runtime);
}

int
main(int argc, char **argv)
{
	if (argc < 3) {
		fprintf(stderr, "usage: seed FOLDER COUNT [flags of lifeguard serve]\n");
		return 2;
	}
	total = (unsigned)strtoul(argv[2], NULL, 10);
	struct lg_arena *arena;
	if (!total || lg_failed(lg_arena_new(ARENA_MAX, &arena)))
		return 2;
	struct lg_ctx cx = { .arena = arena, .random = &lg_random_kernel };
	const bool identities = argc > 3 && strcmp(argv[3], "identities") == 0;
	if (identities) {
		argv[3] = argv[2];
		argv[2] = argv[1];
		argc--;
		argv++;
	}
	lg_status s = open_runtime(&cx, argc, argv);
	cx.now = lg_clock_now(&runtime.clock);
	if (!lg_failed(s) && identities)
		s = seed_identity_pool(&cx, &runtime.env, &identity_pool);
	if (lg_failed(s)) {
		die(&cx, s);
		return 1;
	}
	pthread_t threads[THREADS];
	for (int i = 0; i < THREADS; i++)
		if (pthread_create(&threads[i], NULL, work, NULL))
			abort();
	for (int i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	if (identities)
		printf("%.*s\n", LG_FMT(identity_pool));
	lg_runtime_close(&runtime);
	lg_arena_free(arena);
	return failed ? 1 : 0;
}
