#include "domain/message/deliver.h"

#include <string.h>

#include "codec/uri.h"
#include "domain/message/custom_message.h"
#include "domain/message/template.h"
#include "domain/pool/schema.h"

#define DEFAULT_SUBJECT LG_STR("Your verification code")
#define DEFAULT_EMAIL LG_STR("Your confirmation code is {####}")
#define DEFAULT_SMS LG_STR("Your verification code is {####}")
#define DEFAULT_LINK_SUBJECT LG_STR("Your verification link")
#define DEFAULT_LINK_EMAIL                                                                                  \
	LG_STR("Please click the link below to verify your email address. {##Verify Email##}")
#define DEFAULT_INVITE_SUBJECT LG_STR("Your temporary password")
#define DEFAULT_INVITE LG_STR("Your username is {username} and temporary password is {####}")
#define DEFAULT_PLAIN_INVITE_SUBJECT LG_STR("Your account")
#define DEFAULT_PLAIN_INVITE LG_STR("Your username is {username}")

#define DEFAULT_SIGN_IN LG_STR("Your authentication code is {####}")
#define DEFAULT_SIGN_IN_LINK                                                                                \
	LG_STR("Follow this link on the device where you sign in: {##Sign in##}. Your authentication code " \
	       "is {####}")

#define LAST_DIGITS 4

static bool
is_email(const struct lg_delivery *delivery)
{
	return lg_str_eq(delivery->medium, LG_STR("EMAIL"));
}

/* "j***@e***": one character of either side. */
static lg_status
mask_email(struct lg_ctx *cx, lg_str to, lg_str *ret)
{
	lg_str domain = to;
	const lg_str local = lg_str_cut(&domain, '@');
	return lg_str_fmt(cx, ret, "%.*s***@%.*s***", LG_FMT(lg_str_slice(local, 0, 1)),
		LG_FMT(lg_str_slice(domain, 0, 1)));
}

/* "+*******1234"; a number so short that this were most of it shows nothing. */
static lg_status
mask_phone(struct lg_ctx *cx, lg_str to, lg_str *ret)
{
	const size_t shown = to.len > 2 * LAST_DIGITS ? LAST_DIGITS : 0;
	return lg_str_fmt(cx, ret, "+*******%.*s", LG_FMT(lg_str_slice(to, to.len - shown, to.len)));
}

lg_status
lg_delivery_make(struct lg_ctx *cx, lg_str attribute, lg_str to, struct lg_delivery *ret)
{
	const bool email = lg_str_eq(attribute, LG_STR("email"));
	struct lg_delivery delivery = {
		.attribute = attribute,
		.medium = email ? LG_STR("EMAIL") : LG_STR("SMS"),
		.to = to,
	};
	LG_TRY(email ? mask_email(cx, to, &delivery.masked) : mask_phone(cx, to, &delivery.masked));
	*ret = delivery;
	return LG_OK;
}

lg_status
lg_delivery_simulate_to(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool, lg_str name,
	lg_str attribute, struct lg_delivery *ret)
{
	const bool email = lg_str_eq(attribute, LG_STR("email"));
	lg_str to = name;
	if (email ? !lg_is_email(name) : !lg_is_phone(name)) {
		lg_str canonical;
		LG_TRY(lg_name_canonical(cx, pool, LG_KEY_USERNAME, name, &canonical));
		unsigned char mac[32];
		LG_TRY(lg_keyring_mac(lg_store_keyring(env->store), cx, pool->pool, LG_KEY_DECOY,
			LG_STR("address"), canonical, mac));
		const unsigned digits = ((unsigned)mac[2] << 8 | mac[3]) % 10000;
		if (email)
			LG_TRY(lg_str_fmt(cx, &to, "%c@%c", 'a' + mac[0] % 26, 'a' + mac[1] % 26));
		else
			LG_TRY(lg_str_fmt(cx, &to, "+1555555%04u", digits));
	}
	LG_TRY(lg_delivery_make(cx, attribute, to, ret));
	ret->simulated = true;
	return LG_OK;
}

lg_status
lg_delivery_simulate(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool, lg_str name,
	const struct lg_str_list *attributes, struct lg_delivery *ret)
{
	lg_str attribute = attributes->count ? attributes->items[0] : LG_STR("email");
	if (lg_is_email(name))
		attribute = LG_STR("email");
	if (lg_is_phone(name))
		attribute = LG_STR("phone_number");
	return lg_delivery_simulate_to(cx, env, pool, name, attribute, ret);
}

void
lg_delivery_details(const struct lg_delivery *delivery, struct lg_idp_code_delivery_details_type *ret)
{
	*ret = (struct lg_idp_code_delivery_details_type){
		.destination = delivery->masked,
		.delivery_medium = delivery->medium,
		.attribute_name = delivery->attribute,
	};
}

static lg_str
or_default(lg_str text, lg_str fallback)
{
	return lg_str_empty(text) ? fallback : text;
}

static lg_status
make_link(struct lg_ctx *cx, struct lg_env *env, const struct lg_client *client, const struct lg_user *user,
	lg_str code, lg_str *ret)
{
	lg_str username;
	lg_str value;
	LG_TRY(lg_uri_encode(cx, user->username, false, &username));
	LG_TRY(lg_uri_encode(cx, code, false, &value));
	return lg_str_fmt(cx, ret, "%.*s/confirmUser?client_id=%.*s&user_name=%.*s&confirmation_code=%.*s",
		LG_FMT(env->settings->public_url), LG_FMT(client->id), LG_FMT(username), LG_FMT(value));
}

static struct lg_message
address(const struct lg_pool *pool, const struct lg_user *user, const struct lg_delivery *delivery)
{
	return (struct lg_message){
		.medium = delivery->medium,
		.pool_id = pool->id,
		.username = user->username,
		.sub = user->sub,
		.to = delivery->to,
		.nobody = user->decoy || delivery->simulated,
	};
}

static lg_status
write_texts(struct lg_ctx *cx, const struct lg_message_texts *texts, const struct lg_template_values *values,
	struct lg_message *message)
{
	const bool html = lg_str_eq(message->medium, LG_STR("EMAIL"));
	if (html)
		LG_TRY(lg_template_render(cx, texts->subject, values, false, &message->subject));
	return lg_template_render(cx, texts->body, values, html, &message->body);
}

lg_status
lg_code_message(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	const struct lg_code_reason *reason, const struct lg_user *user, const struct lg_delivery *delivery,
	lg_str code, bool may_link, struct lg_message *ret)
{
	const struct lg_idp_verification_message_template_type *own =
		pool->type->verification_message_template;
	const bool link = may_link && reason->client && is_email(delivery)
			  && lg_str_eq(own->default_email_option,
				  LG_IDP_DEFAULT_EMAIL_OPTION_TYPE_CONFIRM_WITH_LINK);
	struct lg_message message = address(pool, user, delivery);
	struct lg_template_values values = { .code = code, .username = user->username };
	message.code = code;

	struct lg_message_texts texts = {
		.subject = or_default(own->email_subject, DEFAULT_SUBJECT),
		.body = is_email(delivery) ? or_default(own->email_message, DEFAULT_EMAIL)
					   : or_default(own->sms_message, DEFAULT_SMS),
	};
	if (link) {
		texts.subject = or_default(own->email_subject_by_link, DEFAULT_LINK_SUBJECT);
		texts.body = or_default(own->email_message_by_link, DEFAULT_LINK_EMAIL);
		LG_TRY(make_link(cx, env, reason->client, user, code, &message.link));
		values.link = message.link;
	}
	LG_TRY(lg_custom_message(cx, env, pool, reason, user, delivery,
		link ? LG_MESSAGE_LINK : LG_MESSAGE_CODE, &texts));
	LG_TRY(write_texts(cx, &texts, &values, &message));
	*ret = message;
	return LG_OK;
}

lg_status
lg_notice_message(struct lg_ctx *cx, const struct lg_pool *pool, const struct lg_user *user,
	const struct lg_delivery *delivery, const struct lg_notice_texts *texts, struct lg_message *ret)
{
	const struct lg_template_values values = { 0 };
	const struct lg_message_texts own = {
		.subject = texts->subject,
		.body = is_email(delivery) ? texts->email : texts->sms,
	};
	struct lg_message message = address(pool, user, delivery);
	message.purpose = LG_STR("notice");
	LG_TRY(write_texts(cx, &own, &values, &message));
	*ret = message;
	return LG_OK;
}

lg_status
lg_sign_in_message(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	const struct lg_code_reason *reason, const struct lg_user *user, const struct lg_delivery *delivery,
	lg_str code, bool may_link, struct lg_message *ret)
{
	const struct lg_idp_email_mfa_config_type *email = pool->settings->email_mfa;
	struct lg_template_values values = { .code = code, .username = user->username };
	struct lg_message message = address(pool, user, delivery);
	const bool link = may_link && is_email(delivery) && lg_str_present(pool->magic_link);
	message.code = code;
	/* What stands behind '#' is not sent to the page's server, nor to those it links to. */
	if (link) {
		LG_TRY(lg_str_fmt(cx, &message.link, "%.*s#code=%.*s", LG_FMT(pool->magic_link),
			LG_FMT(code)));
		values.link = message.link;
	}
	lg_str body = pool->type->sms_authentication_message;
	if (is_email(delivery))
		body = email ? email->message : LG_STR_NONE;
	struct lg_message_texts texts = {
		.subject = or_default(email ? email->subject : LG_STR_NONE, DEFAULT_SIGN_IN),
		.body = or_default(body, link ? DEFAULT_SIGN_IN_LINK : DEFAULT_SIGN_IN),
	};
	LG_TRY(lg_custom_message(cx, env, pool, reason, user, delivery, LG_MESSAGE_CODE, &texts));
	LG_TRY(write_texts(cx, &texts, &values, &message));
	*ret = message;
	return LG_OK;
}

lg_status
lg_message_send(struct lg_ctx *cx, struct lg_env *env, const struct lg_message *message)
{
	cx->work.messages++;
	const lg_status s = env->messenger->send(env->messenger, cx, message);
	if (lg_failed(s))
		return lg_fail(cx, LG_E_CODE_DELIVERY_FAILURE,
			"The message could not be delivered. Try again later.");
	return LG_OK;
}

/* A text of the pool that shows a password is none for who has no password. */
static lg_str
invitation_text(lg_str own, lg_str password)
{
	if (lg_str_present(password))
		return or_default(own, DEFAULT_INVITE);
	const lg_str code = LG_STR("{####}");
	const bool shows = own.len && memmem(own.ptr, own.len, code.ptr, code.len);
	return shows ? DEFAULT_PLAIN_INVITE : or_default(own, DEFAULT_PLAIN_INVITE);
}

lg_status
lg_invite_message(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	const struct lg_code_reason *reason, const struct lg_user *user, const struct lg_delivery *delivery,
	lg_str password, struct lg_message *ret)
{
	static const struct lg_idp_message_template_type none = { .sms_message = { NULL, 0 } };
	const struct lg_idp_message_template_type *own =
		pool->type->admin_create_user_config->invite_message_template;
	if (!own)
		own = &none;
	const bool plain = !lg_str_present(password);
	const struct lg_template_values values = { .code = password, .username = user->username };
	struct lg_message message = address(pool, user, delivery);
	message.purpose = LG_STR("invite");
	message.code = password;
	struct lg_message_texts texts = {
		.subject = or_default(own->email_subject,
			plain ? DEFAULT_PLAIN_INVITE_SUBJECT : DEFAULT_INVITE_SUBJECT),
		.body = invitation_text(
			is_email(delivery) ? own->email_message : own->sms_message, password),
	};
	LG_TRY(lg_custom_message(cx, env, pool, reason, user, delivery,
		plain ? LG_MESSAGE_PLAIN_INVITE : LG_MESSAGE_INVITE, &texts));
	LG_TRY(write_texts(cx, &texts, &values, &message));
	*ret = message;
	return LG_OK;
}
