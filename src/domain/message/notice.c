#include "domain/message/notice.h"

#include "base/log.h"
#include "domain/message/deliver.h"

#define S LG_STR_INIT
#define EMAIL LG_STR("email")
#define PHONE LG_STR("phone_number")
#define OBJECT "If this was not you, reset your password now, and tell whoever runs the app."

/*
 * Nothing in them that a stranger typed: some go to whom he chose. A text message is one: 160 characters of
 * GSM's own alphabet.
 */
static const struct lg_notice_texts texts[] = {
	[LG_NOTICE_TAKEN] = { S("About your sign-up"),
		S("Somebody tried to sign up with this email address, but an account with the chosen name "
		  "exists already, so nothing was changed. If the account is yours, sign in, or reset your "
		  "password. If it is not, sign up with another name. If you did not ask for this, you need "
		  "not do anything."),
		S("Somebody tried to sign up with this number, but the account exists already. If it is "
		  "yours, sign in. If not, choose another name.") },
	[LG_NOTICE_PASSWORD] = { S("Your password was changed"),
		S("The password of your account was changed. " OBJECT),
		S("The password of your account was changed. " OBJECT) },
	[LG_NOTICE_EMAIL] = { S("Your email address was changed"),
		S("This address no longer belongs to your account: another one was set. " OBJECT),
		S("The email address of your account was changed. " OBJECT) },
	[LG_NOTICE_PHONE] = { S("Your phone number was changed"),
		S("The phone number of your account was changed. " OBJECT),
		S("This number no longer belongs to your account: another one was set. " OBJECT) },
	[LG_NOTICE_FACTOR] = { S("Your second step was changed"),
		S("The second step of signing in to your account was changed. " OBJECT),
		S("The second step of signing in to your account was changed. " OBJECT) },
	[LG_NOTICE_PASSKEY] = { S("Your passkeys were changed"),
		S("A passkey was added to your account, or removed from it. " OBJECT),
		S("A passkey was added to your account, or removed from it. " OBJECT) },
};

lg_status
lg_notice_send(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool, const struct lg_user *user,
	const struct lg_delivery *delivery, enum lg_notice notice)
{
	struct lg_message message;
	LG_TRY(lg_notice_message(cx, pool, user, delivery, &texts[notice], &message));
	return lg_message_send(cx, env, &message);
}

static lg_status
send_to(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool, const struct lg_user *user,
	lg_str attribute, lg_str to, enum lg_notice notice)
{
	struct lg_delivery delivery;
	LG_TRY(lg_delivery_make(cx, attribute, to, &delivery));
	return lg_notice_send(cx, env, pool, user, &delivery, notice);
}

static void
try_to(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool, const struct lg_user *user,
	lg_str attribute, lg_str to, enum lg_notice notice)
{
	const struct lg_failure failure = cx->failure;
	if (lg_failed(send_to(cx, env, pool, user, attribute, to, notice)))
		lg_log(LG_LOG_WARN, "notice not sent", LG_KV_STR("pool", pool->id));
	cx->failure = failure;
}

static lg_str
proven(const struct lg_user *user, lg_str attribute)
{
	return lg_user_verified(user, attribute) ? lg_user_attribute(user, attribute) : LG_STR_NONE;
}

struct lg_notice_former
lg_notice_former(const struct lg_user *user)
{
	return (struct lg_notice_former){ proven(user, EMAIL), proven(user, PHONE) };
}

void
lg_notice_tell(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool, const struct lg_user *user,
	enum lg_notice notice)
{
	const struct lg_notice_former now = lg_notice_former(user);
	if (lg_str_present(now.email))
		try_to(cx, env, pool, user, EMAIL, now.email, notice);
	else if (lg_str_present(now.phone))
		try_to(cx, env, pool, user, PHONE, now.phone, notice);
}

void
lg_notice_moved(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	const struct lg_user *user, const struct lg_notice_former *former)
{
	if (lg_str_present(former->email) && !lg_str_eq(former->email, lg_user_attribute(user, EMAIL)))
		try_to(cx, env, pool, user, EMAIL, former->email, LG_NOTICE_EMAIL);
	if (lg_str_present(former->phone) && !lg_str_eq(former->phone, lg_user_attribute(user, PHONE)))
		try_to(cx, env, pool, user, PHONE, former->phone, LG_NOTICE_PHONE);
}
