/*
 * deliver.h - what messages say: texts of the pool, or ours where it has none (spec/messages-and-threats.md
 * 1-3).
 *
 * Inside of the domain's messages only.
 */
#ifndef LG_DOMAIN_DELIVER_H
#define LG_DOMAIN_DELIVER_H

#include "domain/message/code.h"

/*
 * Address, owner, subject and body of a message that carries a code. `may_link`: the pool may want a link
 * instead.
 */
LG_MUST lg_status lg_code_message(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	const struct lg_code_reason *reason, const struct lg_user *user, const struct lg_delivery *delivery,
	lg_str code, bool may_link, struct lg_message *ret);

/* The same for a code that is asked for at sign-in; `may_link`: the pool may want a link beside it. */
LG_MUST lg_status lg_sign_in_message(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	const struct lg_code_reason *reason, const struct lg_user *user, const struct lg_delivery *delivery,
	lg_str code, bool may_link, struct lg_message *ret);

/* An invitation; the password is absent for who has none. */
LG_MUST lg_status lg_invite_message(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	const struct lg_code_reason *reason, const struct lg_user *user, const struct lg_delivery *delivery,
	lg_str password, struct lg_message *ret);

/* A message without a code. */
struct lg_notice_texts {
	lg_str subject, email, sms;
};
LG_MUST lg_status lg_notice_message(struct lg_ctx *cx, const struct lg_pool *pool,
	const struct lg_user *user, const struct lg_delivery *delivery, const struct lg_notice_texts *texts,
	struct lg_message *ret);

/* Hand it over. LG_E_CODE_DELIVERY_FAILURE whatever went wrong. */
LG_MUST lg_status lg_message_send(struct lg_ctx *cx, struct lg_env *env, const struct lg_message *message);

#endif
