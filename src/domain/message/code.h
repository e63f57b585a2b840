/*
 * code.h - short codes and the messages that carry them (spec/user-pools.md 7.1, messages-and-threats.md
 * 1-3).
 */
#ifndef LG_DOMAIN_CODE_H
#define LG_DOMAIN_CODE_H

#include "domain/user/user.h"

/* What a code is for; one of each a user. A table gives digits, lifetime, tries, template, inbox purpose. */
enum lg_code_purpose {
	LG_CODE_SIGN_UP,
	LG_CODE_FORGOT,
	LG_CODE_EMAIL,  /* verify the attribute email */
	LG_CODE_PHONE,  /* verify the attribute phone_number */
};

/* Where a code goes. */
struct lg_delivery {
	lg_str attribute;   /* "email", "phone_number" */
	lg_str medium;      /* "EMAIL", "SMS" */
	lg_str to;
	lg_str masked;      /* "j***@e***", "+*******1234" */
	bool simulated;     /* nobody gets it: a decoy, or a user about whom nothing may be told */
};

/* Fill medium and masked. */
LG_MUST lg_status lg_delivery_make(struct lg_ctx *cx, lg_str attribute, lg_str to, struct lg_delivery *ret);
/*
 * What the answer about a user would say who is not there: the address that was asked for, or one that is
 * stable for the name. `attributes` are what he could be reached by, best first.
 */
LG_MUST lg_status lg_delivery_simulate(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	lg_str name, const struct lg_str_list *attributes, struct lg_delivery *ret);
/* The same for one attribute, whatever the name looks like. */
LG_MUST lg_status lg_delivery_simulate_to(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	lg_str name, lg_str attribute, struct lg_delivery *ret);
void lg_delivery_details(const struct lg_delivery *delivery, struct lg_idp_code_delivery_details_type *ret);

/* Random digits; the development kit may want a fixed code. */
LG_MUST lg_status lg_code_draw(struct lg_ctx *cx, const struct lg_env *env, unsigned digits, lg_str *ret);

/* Why a message is sent: CustomMessage is told (spec/triggers.md 8). */
struct lg_code_reason {
	lg_str occasion; /* "SignUp", "ResendCode", ...: what its triggerSource ends with */
	const struct lg_client *client; /* NULL: an administrator's call */
	const struct lg_str_map *metadata; /* ClientMetadata; NULL = none */
};
#define LG_OCCASION_RESEND LG_STR("ResendCode") /* the inbox tells it, too */

/*
 * A fresh code for the user, put into the batch (it replaces a former one of the purpose); the message is
 * made ready but not sent: call lg_code_send after the commit. A simulated delivery replaces the code, too,
 * by one that nobody can know. Failures of CustomMessage are those of domain/auth/trigger.h, before
 * anything is written.
 */
struct lg_pending_message;
LG_MUST lg_status lg_code_issue(struct lg_ctx *cx, struct lg_env *env, struct lg_batch *batch,
	const struct lg_pool *pool, const struct lg_code_reason *reason, const struct lg_user *user,
	enum lg_code_purpose purpose, const struct lg_delivery *delivery, struct lg_pending_message **ret);
/* LG_E_CODE_DELIVERY_FAILURE; nothing is lost, the code can be sent again. NULL is fine: nothing to send. */
LG_MUST lg_status lg_code_send(struct lg_ctx *cx, struct lg_env *env, struct lg_pending_message *message);

/* Does the user have a code of this purpose that is still good? One read, of a decoy, too. */
LG_MUST lg_status lg_code_pending(struct lg_ctx *cx, struct lg_env *env, const struct lg_user *user,
	enum lg_code_purpose purpose, bool *ret);

/* Void what was issued for this purpose; none is fine. */
void lg_code_drop(struct lg_batch *batch, const struct lg_user *user, enum lg_code_purpose purpose);

/* An invitation, with the temporary password unless he has none (absent). Sent by lg_code_send, too. */
LG_MUST lg_status lg_invite_make(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	const struct lg_code_reason *reason, const struct lg_user *user, const struct lg_delivery *delivery,
	lg_str temporary_password, struct lg_pending_message **ret);

/*
 * Check a code that a person typed. Right: the redemption is put into the batch (a conflict if somebody was
 * faster) and what the code was sent to is returned. Wrong: counted, LG_E_CODE_MISMATCH. Expired, never
 * issued, or its tries used up: LG_E_EXPIRED_CODE. Decoys give the same answers for the same work.
 */
LG_MUST lg_status lg_code_check(struct lg_ctx *cx, struct lg_env *env, struct lg_batch *batch,
	const struct lg_user *user, enum lg_code_purpose purpose, lg_str code,
	struct lg_rec_code *ret_detail);

#endif
