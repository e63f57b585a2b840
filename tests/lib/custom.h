/*
 * custom.h - custom sign-in in unit tests: a pool whose functions ask riddles, or do what they are told.
 */
#ifndef LG_TESTS_CUSTOM_H
#define LG_TESTS_CUSTOM_H

#include "tests/lib/functions.h"
#include "tests/lib/sign_in.h"

#define CUSTOM LG_STR("CUSTOM_AUTH")
#define CHALLENGE LG_STR("CUSTOM_CHALLENGE")
#define ALICE P("USERNAME", LG_STR("alice"))
#define WITH_SRP P("CHALLENGE_NAME", LG_STR("SRP_A"))

/* An entry of the history that functions are told. */
#define ENTRY(name, result, metadata) \
	"{\"challengeName\":\"" name "\",\"challengeResult\":" result ",\"challengeMetadata\":" metadata "}"

/* Of the newest fixture. */
extern struct functions custom_functions;

/*
 * A pool with these triggers that remembers devices, second factors by SMS being optional, and Alice, who
 * has a phone.
 */
struct fixture *custom_with(struct lg_idp_lambda_config_type triggers, bool hides);
/* Its functions are those of tests/lib/functions.h. */
struct fixture *custom_with_riddles(bool hides);
/* Functions "define", "create" and "verify" do what custom_tell says. */
struct fixture *custom_with_told(bool hides);
/* Another client of the pool, which hides who exists, or does not. */
void custom_client(struct fixture *f, bool hides);
/* From now on the function answers this as its response. */
void custom_tell(const char *name, const char *response);

void custom_check(struct fixture *f, lg_status s, int code, const char *text);
void custom_refused(struct fixture *f, lg_status s);

lg_status custom_begin(struct fixture *f, lg_str name, struct lg_auth_step *ret);
lg_status custom_answer(struct fixture *f, lg_str name, lg_str session, lg_str text,
	struct lg_auth_step *ret);
/* Begin, which must be asked a riddle, and return its Session, kept. */
lg_str custom_asked(struct fixture *f, lg_str name);
/* A member of the request in the newest event of a function, as text. */
lg_str custom_seen(struct fixture *f, const char *function, const char *member);

#endif
