/*
 * custom_message.h - CustomMessage: texts of a function in place of the pool's (spec/triggers.md 8).
 */
#ifndef LG_DOMAIN_CUSTOM_MESSAGE_H
#define LG_DOMAIN_CUSTOM_MESSAGE_H

#include "domain/message/code.h"

/* What a text has to show for its reader to go on. */
enum lg_message_kind {
	LG_MESSAGE_CODE,   /* {####} */
	LG_MESSAGE_LINK,   /* {##text##} */
	LG_MESSAGE_INVITE, /* {username} and {####} */
	LG_MESSAGE_PLAIN_INVITE, /* {username}: to who has no password */
};

struct lg_message_texts {
	lg_str subject; /* of an e-mail */
	lg_str body;
};

/*
 * Ask, where the pool has the trigger and functions can be called, and replace in `texts` what the answer
 * has. Nobody is asked about a message to nobody. An e-mail's texts count only where the pool sends by an
 * account of its own (EmailSendingAccount DEVELOPER), as in Cognito.
 */
LG_MUST lg_status lg_custom_message(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	const struct lg_code_reason *reason, const struct lg_user *user, const struct lg_delivery *delivery,
	enum lg_message_kind kind, struct lg_message_texts *texts);

#endif
