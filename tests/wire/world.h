/*
 * world.h - a whole server without sockets: store, keys, clock, messages, and the front door of
 * proto/route.h.
 *
 * The store is SQLite in a temporary folder, or what LIFEGUARD_TEST_STORE=postgres:<conninfo> names.
 * Service time stands still until a case moves it.
 */
#ifndef LG_TESTS_WORLD_H
#define LG_TESTS_WORLD_H

#include <pthread.h>

#include "codec/json.h"
#include "gen/ops.h"
#include "net/http.h"
#include "proto/route.h"
#include "tests/lib/functions.h"
#include "tests/lib/saml_idp.h"
#include "tests/lib/providers.h"

#define WORLD_MAX_MESSAGES 8192
#define WORLD_PART_BYTES 97 /* of a body that comes in parts: lines run over */

struct world_random {
	struct lg_random base;
	pthread_mutex_t lock;
	uint64_t state;
};

/* Keeps what it is given, oldest first. */
struct world_messenger {
	struct lg_messenger base;
	pthread_mutex_t lock;
	struct lg_arena *arena;
	struct lg_message *items;
	size_t count;
	bool broken; /* answers LG_E_CODE_DELIVERY_FAILURE */
};

struct world {
	struct lg_env env;
	struct lg_settings settings;
	struct lg_clock clock;
	struct world_random random;
	struct world_messenger messenger;
	struct functions functions;
	struct providers providers;
	struct lg_front front;
	struct lg_arena *arena; /* of the world itself */
	struct saml_idp saml_idp; /* made when it is needed */
	bool account_used; /* something of IAM may have been made */
	char folder[64]; /* absent on PostgreSQL */
};

/* Ends the process with a message when it cannot be set up. */
void world_open(struct world *world);
void world_close(struct world *world);

/* A SAML identity provider, the same for all cases. */
const struct saml_idp *world_saml_idp(struct world *world);

/* Nothing of IAM is left that a former case has made. */
void world_clear_account(struct world *world);

/* One request and what became of it, in an arena of its own. */
struct exchange {
	struct lg_arena *arena;
	struct lg_ctx cx;
	struct lg_http_req req;
	struct lg_http_answer answer;
	const struct lg_operation *operation; /* NULL unless exchange_call named it */
	const json_t *body; /* NULL when it is no JSON; XML of an operation reads like JSON (query.h) */
	lg_str error; /* AWS code of a failed call; absent on success */
};

void exchange_begin(struct world *world, struct exchange *x);
void exchange_header(struct exchange *x, lg_str name, lg_str value);
/* Sends x->req: through the inline function first, as the server does. */
void exchange_send(struct world *world, struct exchange *x);
void exchange_end(struct exchange *x);

/* Value of an answer's header, name in any case. */
lg_str exchange_answer_header(const struct exchange *x, lg_str name);

/* Fill x->req for a call of an operation: target and body. */
void exchange_call(struct exchange *x, const struct lg_operation *operation, lg_str body);
/* Who signs: absent members are the root key in production, and a key that nobody knows in development. */
struct exchange_key {
	lg_str id;
	lg_str secret; /* absent: the signature is 64 zeros, unless it is the root key's */
	lg_str token;  /* of temporary credentials */
	bool token_unsigned; /* it is sent, but not among the signed headers */
};
/* Sign x->req for an operation's service; everything else must be set. */
void exchange_sign(struct world *world, struct exchange *x, const struct lg_operation *operation,
	lg_str region, const struct exchange_key *key);

#endif
