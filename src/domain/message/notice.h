/*
 * notice.h - messages that tell somebody what was done to his account, so that he can object if it was not
 * him.
 *
 * They are sent for what is done on pages; the API sends none, as Cognito's does not.
 */
#ifndef LG_DOMAIN_NOTICE_H
#define LG_DOMAIN_NOTICE_H

#include "domain/message/code.h"

enum lg_notice {
	LG_NOTICE_TAKEN, /* somebody signs up under a name that is taken: to the address that he gave */
	LG_NOTICE_PASSWORD,
	LG_NOTICE_EMAIL, /* to the former address, as the next one */
	LG_NOTICE_PHONE,
	LG_NOTICE_FACTOR,
	LG_NOTICE_PASSKEY,
};

/* LG_E_CODE_DELIVERY_FAILURE. */
LG_MUST lg_status lg_notice_send(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	const struct lg_user *user, const struct lg_delivery *delivery, enum lg_notice notice);

/*
 * To an address of his that is proven, the e-mail rather than the phone; nothing when there is none. It does
 * not fail: what it tells of is done.
 */
void lg_notice_tell(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	const struct lg_user *user, enum lg_notice notice);

/* The addresses of somebody before a change. */
struct lg_notice_former {
	lg_str email, phone; /* that were proven; absent = none */
};
struct lg_notice_former lg_notice_former(const struct lg_user *user);
/* Tell those that are not his any more. Nor does this fail. */
void lg_notice_moved(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	const struct lg_user *user, const struct lg_notice_former *former);

#endif
