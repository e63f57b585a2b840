/*
 * sign_in.h - a fixture's users sign in, by password or SRP, through domain/auth/auth.h.
 *
 * Each call is a request of its own. Texts in `struct signed_in` outlive requests, until sign_in_free.
 */
#ifndef LG_TESTS_SIGN_IN_H
#define LG_TESTS_SIGN_IN_H

#include "domain/auth/auth.h"
#include "tests/lib/fixture.h"

/* A pool with ES256 keys, which are made at once, and with these tags; the plain client, or `client`. */
struct fixture *sign_in_fixture(const struct lg_str_map *tags,
	const struct lg_idp_create_user_pool_client_request *client);

/* A copy that lives until the test ends. */
lg_str kept(lg_str s);

/* The parameters of a call, by name; an absent value leaves one out. */
#define PARAMS(...)                                                                          \
	(&(const struct lg_str_map){ (struct lg_str_pair[]){ __VA_ARGS__ },                  \
		sizeof((struct lg_str_pair[]){ __VA_ARGS__ }) / sizeof(struct lg_str_pair), true })
#define P(name, value) { LG_STR(name), (value) }

lg_status sign_in_initiate(struct fixture *f, lg_str flow, const struct lg_str_map *params,
	struct lg_auth_step *ret);
lg_status sign_in_respond(struct fixture *f, lg_str challenge, lg_str session,
	const struct lg_str_map *params, struct lg_auth_step *ret);

lg_status sign_in_password(struct fixture *f, lg_str name, lg_str password, struct lg_auth_step *ret);

/* The answer that a client makes to an SRP challenge; a test may change it before it is sent. */
struct srp_answer {
	lg_str username, block, signature, timestamp;
	lg_str session; /* absent in USER_SRP_AUTH */
};
/* Begin, and answer the challenge with this password. The values in `ret` are kept. */
lg_status sign_in_srp_begin(struct fixture *f, lg_str name, lg_str password, struct srp_answer *ret);
/* The same with zeros, say, before the digits of A. */
lg_status sign_in_srp_begin_padded(struct fixture *f, lg_str name, lg_str password, lg_str padding,
	struct srp_answer *ret);
/* The same in another flow, with one more parameter. */
lg_status sign_in_srp_begin_in(struct fixture *f, lg_str flow, struct lg_str_pair more, lg_str name,
	lg_str password, lg_str padding, struct srp_answer *ret);
lg_status sign_in_srp_answer(struct fixture *f, const struct srp_answer *answer, struct lg_auth_step *ret);
lg_status sign_in_srp(struct fixture *f, lg_str name, lg_str password, struct lg_auth_step *ret);

/* The tokens of a password sign-in that must succeed, kept. */
struct lg_tokens sign_in_tokens(struct fixture *f, lg_str name);

#endif
