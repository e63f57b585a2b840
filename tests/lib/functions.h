/*
 * functions.h - functions of a pool's owner, in C: what triggers call in tests.
 *
 * A function is known by the last part of its ARN. "riddle-define", "riddle-create" and "riddle-verify" ask
 * how much 5 and 3 are (after the password, when the sign-in began with SRP_A), three times; "echo" returns
 * the event as it is. Others answer what a test tells them, and are gone until it does.
 */
#ifndef LG_TESTS_FUNCTIONS_H
#define LG_TESTS_FUNCTIONS_H

#include <pthread.h>

#include "domain/env.h"

#define FUNCTION_ARN(name) LG_STR("arn:aws:lambda:us-east-1:123456789012:function:" name)

#define FUNCTIONS_MAX_TOLD 16
#define FUNCTIONS_MAX_CALLS 64
#define FUNCTIONS_MAX_BYTES 24576

struct functions_text {
	char name[64];
	size_t len;
	char bytes[FUNCTIONS_MAX_BYTES];
};

struct functions {
	struct lg_functions port;
	pthread_mutex_t lock;
	struct functions_told {
		enum lg_function_outcome outcome;
		struct functions_text text;
	} told[FUNCTIONS_MAX_TOLD];
	size_t told_count;
	size_t count; /* of all calls */
	struct functions_text calls[FUNCTIONS_MAX_CALLS]; /* the newest events, in turn, cut when long */
};

void functions_init(struct functions *f);

/* From now on the function does this; its answer is `text` as it stands. */
void functions_tell(struct functions *f, lg_str name, enum lg_function_outcome outcome, lg_str text);
/* Forget what was told and called. */
void functions_reset(struct functions *f);

/* The newest event of a function, or with an absent name of any; absent when it was never called. */
lg_str functions_event(struct functions *f, lg_str name);
/* How often a function was called; with an absent name, any of them. At most the newest 64 count. */
size_t functions_calls(struct functions *f, lg_str name);

#endif
