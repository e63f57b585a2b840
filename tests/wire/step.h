/*
 * step.h - runs the steps of a case (tests/wire/README.md says what they look like).
 */
#ifndef LG_TESTS_STEP_H
#define LG_TESTS_STEP_H

#include "tests/wire/coverage.h"
#include "tests/wire/script.h"
#include "tests/wire/world.h"

/* A case while it runs. */
struct wire_case {
	struct world *world;
	struct coverage *coverage;
	struct lg_ctx *cx; /* lives as long as the case */
	unsigned long number; /* of the case, from 1 */
	struct script_vars vars;
};

/* Run one step. What went wrong is written to `ret`, which stays empty when nothing did. */
void step_run(struct wire_case *c, const json_t *step, struct lg_buf *ret);

/* A short name for messages: "SignUp", "message", "parallel SignUp". */
const char *step_name(const json_t *step);

/*
 * Make the case's pool and client with these settings on top of the defaults, as ${pool}, ${client},
 * ${client_secret}.
 */
void step_prelude(struct wire_case *c, const json_t *pool, const json_t *client, struct lg_buf *ret);

/* A call with this input as text; the caller ends the exchange. */
void step_send(struct wire_case *c, const struct lg_operation *operation, const json_t *step, lg_str input,
	struct exchange *x);

/* Compare the exchange with the step's status, error, message, out and answer_headers, then save. */
void step_judge(struct wire_case *c, const json_t *step, const struct exchange *x, struct lg_buf *ret);

/* The steps {"srp": ...}, {"verifier": ...} and {"user": ...}. */
void step_srp(struct wire_case *c, const json_t *step, struct lg_buf *ret);
void step_verifier(struct wire_case *c, const json_t *step, struct lg_buf *ret);
void step_user(struct wire_case *c, const json_t *step, struct lg_buf *ret);

/* {"message": ...}: the newest that looks like this. */
void step_message(struct wire_case *c, const json_t *step, struct lg_buf *ret);

/* The steps {"function": ...} and {"event": ...}. */
void step_function(struct wire_case *c, const json_t *step, struct lg_buf *ret);
void step_event(struct wire_case *c, const json_t *step, struct lg_buf *ret);

/* {"archive": ...}: a pool is exported and imported. */
void step_archive(struct wire_case *c, const json_t *step, struct lg_buf *ret);

/* {"secret_hash": ...} and the like, which make a value; false when `kind` is none of them. */
bool step_value(struct wire_case *c, const json_t *step, const char *kind, struct lg_buf *ret);

/* {"provider": ...}, {"asked": ...}, {"id_token": ...}; false when it is none of them. */
bool step_provider(struct wire_case *c, const json_t *step, struct lg_buf *ret);

/* {"saml": "metadata"}, or what a SAML identity provider says, in base64, kept as a variable. */
void step_saml(struct wire_case *c, const json_t *step, struct lg_buf *ret);

/* {"passkey": "create"} or "get": what a browser would send, kept as a variable. */
void step_passkey(struct wire_case *c, const json_t *step, struct lg_buf *ret);

#endif
