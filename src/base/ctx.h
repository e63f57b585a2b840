/*
 * ctx.h - what one request carries through every layer: its memory, its time, its randomness,
 * the text of its failure, and a count of the expensive work it did.
 */
#ifndef LG_BASE_CTX_H
#define LG_BASE_CTX_H

#include "base/arena.h"
#include "base/random.h"
#include "base/status.h"
#include "base/str.h"
#include "base/time.h"

/* The newest failure. `text` is what the client may read; place is for the log. */
struct lg_failure {
	int code;
	lg_str text;        /* absent = the default text of the error table */
	lg_str reason_code; /* InvalidParameterException's second member, mostly absent */
	const char *file;
	int line;
};

/* Work done for this request. Tests compare it between known and unknown users. */
struct lg_work {
	unsigned hashes;  /* password hashes (Argon2id, bcrypt, ...) */
	unsigned modexps; /* 3072-bit exponentiations */
	unsigned signatures;
	unsigned verifications; /* of signatures */
	unsigned reads;   /* store round trips that read */
	unsigned batches; /* store round trips that write */
	unsigned messages;
};

/* Something to release when the request ends: a snapshot, a handle. */
struct lg_hold {
	struct lg_hold *next;
	void (*release)(void *object);
	void *object;
};

struct lg_ctx {
	struct lg_arena *arena;
	struct lg_hold *holds;
	struct lg_random *random;
	lg_time now;
	lg_str request_id; /* UUID; absent outside requests */
	struct lg_failure failure;
	struct lg_work work;
};

/* One zeroed object or array in the request's arena; NULL when memory is exhausted. */
#define lg_new(cx, type) ((type *)lg_arena_array((cx)->arena, 1, sizeof(type)))
#define lg_new_array(cx, type, count) ((type *)lg_arena_array((cx)->arena, (count), sizeof(type)))

/*
 * Call release(object) at lg_ctx_done. When the note itself does not fit into memory, the object is released
 * at once and LG_E_NO_MEMORY returned.
 */
LG_MUST lg_status lg_ctx_hold(struct lg_ctx *cx, void (*release)(void *object), void *object);

/* Release what is held, newest first. The arena stays its owner's. */
void lg_ctx_done(struct lg_ctx *cx);

/* Record a failure with a text for the client and return its status. A NULL format records none. */
#define lg_fail(cx, code, ...) lg_fail_at((cx), (code), __FILE__, __LINE__, __VA_ARGS__)

/* Record a failure whose text is the default of the error table. */
#define lg_fail_default(cx, code) lg_fail_at((cx), (code), __FILE__, __LINE__, NULL)

lg_status lg_fail_at(struct lg_ctx *cx, int code, const char *file, int line, const char *fmt, ...)
	LG_PRINTF(5, 6);

/* What the client reads of the newest failure: its text, or the table's default for `code`. */
lg_str lg_failure_text(const struct lg_ctx *cx, int code);

#endif
