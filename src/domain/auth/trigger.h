/*
 * trigger.h - Lambda triggers (spec/triggers.md): the event that a function gets, and what it answers.
 *
 *   struct lg_trigger_call call;
 *   LG_TRY(lg_trigger_begin(cx, &about, &call));
 *   lg_json_pair_str(call.json, LG_STR("challengeAnswer"), answer);
 *   LG_TRY(lg_trigger_invoke(cx, env, &call, &response));
 *   LG_TRY(lg_trigger_bool(cx, response, LG_STR("answerCorrect"), &correct));
 *
 * Members of the request are written in Cognito's order: clients read them by name, people compare events.
 */
#ifndef LG_DOMAIN_TRIGGER_H
#define LG_DOMAIN_TRIGGER_H

#include "codec/json.h"
#include "domain/user/user.h"

/* An answer with more bytes is not looked at. */
#define LG_TRIGGER_MAX_ANSWER ((size_t)512 * 1024)

enum lg_trigger {
	LG_TRIGGER_PRE_AUTHENTICATION,
	LG_TRIGGER_POST_AUTHENTICATION,
	LG_TRIGGER_DEFINE_AUTH_CHALLENGE,
	LG_TRIGGER_CREATE_AUTH_CHALLENGE,
	LG_TRIGGER_VERIFY_AUTH_CHALLENGE,
	LG_TRIGGER_PRE_TOKEN_GENERATION, /* V1_0 */
	LG_TRIGGER_PRE_TOKEN_GENERATION_V2,
	LG_TRIGGER_PRE_TOKEN_GENERATION_V3,
	LG_TRIGGER_PRE_SIGN_UP,
	LG_TRIGGER_POST_CONFIRMATION,
	LG_TRIGGER_CUSTOM_MESSAGE,
	LG_TRIGGER_USER_MIGRATION,
	LG_TRIGGER_COUNT,
};

/* What an event tells of its user. */
enum lg_trigger_user {
	LG_TRIGGER_USER_THERE, /* his attributes, sub and status; nothing of a decoy */
	LG_TRIGGER_USER_NEW,   /* attributes only: he is not made yet */
	LG_TRIGGER_USER_NAME,  /* the caller writes "userAttributes" */
};

/* What every event tells. */
struct lg_trigger_about {
	enum lg_trigger trigger;
	lg_str occasion; /* behind the trigger's name in triggerSource: "Authentication" */
	const struct lg_pool *pool;
	const struct lg_client *client; /* NULL: an operation without one */
	const struct lg_user *user;
	enum lg_trigger_user told;
	lg_str username; /* in place of the user's own; absent = that */
};

/* An event while it is written. */
struct lg_trigger_call {
	const struct lg_trigger_about *about;
	struct lg_json *json;
};

/* Has the pool a function for it? */
bool lg_trigger_is_set(const struct lg_pool *pool, enum lg_trigger trigger);

/* The event up to "request": {"userAttributes": {...}, where the caller goes on. */
LG_MUST lg_status lg_trigger_begin(struct lg_ctx *cx, const struct lg_trigger_about *about,
	struct lg_trigger_call *ret);
/* A list of texts. */
void lg_trigger_write_list(struct lg_json *j, lg_str name, const struct lg_str_list *list);
/* A map of texts; null when it was not sent. */
void lg_trigger_map(struct lg_json *j, lg_str name, const struct lg_str_map *map);
/* "clientMetadata", left out when it was not sent. */
void lg_trigger_client_metadata(struct lg_json *j, const struct lg_str_map *map);
/* "userNotFound", for clients that hide who exists. */
void lg_trigger_user_not_found(const struct lg_trigger_call *call);

/*
 * Call the function and wait. `*ret` is the object "response" of its answer. Failures have Cognito's texts
 * (1.1): LG_E_USER_LAMBDA_VALIDATION when it threw, LG_E_UNEXPECTED_LAMBDA when it could not be called,
 * LG_E_INVALID_LAMBDA_RESPONSE when it answered nonsense.
 */
LG_MUST lg_status lg_trigger_invoke(struct lg_ctx *cx, struct lg_env *env, struct lg_trigger_call *call,
	const json_t **ret);

/* The object "response" of an answer. LG_E_INVALID_LAMBDA_RESPONSE when it is no JSON or has none. */
LG_MUST lg_status lg_trigger_answer(struct lg_ctx *cx, lg_str text, const json_t **ret);

/*
 * Members of an answer; what is null is absent. Another type is LG_E_INVALID_LAMBDA_RESPONSE. Texts are
 * views into the answer.
 */
LG_MUST lg_status lg_trigger_bool(struct lg_ctx *cx, const json_t *object, lg_str name,
	struct lg_opt_bool *ret);
LG_MUST lg_status lg_trigger_text(struct lg_ctx *cx, const json_t *object, lg_str name, lg_str *ret);
LG_MUST lg_status lg_trigger_texts(struct lg_ctx *cx, const json_t *object, lg_str name,
	struct lg_str_map *ret);
/* Of texts. */
LG_MUST lg_status lg_trigger_list(struct lg_ctx *cx, const json_t *object, lg_str name,
	struct lg_str_list *ret);
/* NULL when it is absent. */
LG_MUST lg_status lg_trigger_object(struct lg_ctx *cx, const json_t *object, lg_str name,
	const json_t **ret);
/* "Unrecognizable lambda output": an answer that means nothing. */
LG_MUST lg_status lg_trigger_unrecognizable(struct lg_ctx *cx);

#endif
