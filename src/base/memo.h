/*
 * memo.h - answers that are kept for a while, each under a digest of what was asked. Thread-safe.
 *
 * A table of fixed size: of two answers in one place the later one stays. An answer is a plain struct, some
 * of whose members are texts; what is found is a copy in the request's arena. Whether it still counts is the
 * caller's to say, at every use. Keys are digests that nobody can choose: their first bytes spread well.
 */
#ifndef LG_BASE_MEMO_H
#define LG_BASE_MEMO_H

#include "base/ctx.h"

#define LG_MEMO_KEY 32

struct lg_memo_form {
	size_t size;         /* of the struct */
	const size_t *texts; /* where in it the texts are: offsets of lg_str */
	size_t text_count;
	size_t text_max; /* bytes of all texts together; an answer with more is not kept */
	size_t slots;    /* memory is taken as they fill */
};

struct lg_memo;

/* `form` is kept, not copied. */
LG_MUST lg_status lg_memo_new(const struct lg_memo_form *form, struct lg_memo **ret);
void lg_memo_free(struct lg_memo *memo);

/* LG_E_NOT_FOUND, without a text, when it is not there. `ret` has the form's size. */
LG_MUST lg_status lg_memo_get(
	struct lg_ctx *cx, struct lg_memo *memo, const unsigned char key[LG_MEMO_KEY], void *ret);
void lg_memo_put(struct lg_memo *memo, const unsigned char key[LG_MEMO_KEY], const void *answer);

#endif
