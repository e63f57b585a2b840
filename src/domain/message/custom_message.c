#include "domain/message/custom_message.h"

#include <string.h>

#include "codec/text.h"
#include "domain/auth/trigger.h"

#define S LG_STR_INIT
#define MAX_SHORT 140 /* UTF-16 units of an SMS, and of a subject */
#define MAX_EMAIL 20000

static const lg_str code_mark = S("{####}");
static const lg_str link_mark = S("{##Click Here##}");
static const lg_str name_mark = S("{username}");

static bool
shows(lg_str text, lg_str mark)
{
	return text.len && memmem(text.ptr, text.len, mark.ptr, mark.len);
}

/* "{##text##}", and not "{####}", which has both its ends. */
static bool
shows_link(lg_str text)
{
	const lg_str open = LG_STR("{##"), close = LG_STR("##}");
	for (size_t i = 0; i + open.len < text.len; i++) {
		if (lg_str_starts(lg_str_slice(text, i, text.len), open)
		    && shows(lg_str_slice(text, i + open.len + 1, text.len), close))
			return true;
	}
	return false;
}

static bool
is_complete(lg_str text, enum lg_message_kind kind)
{
	switch (kind) {
	case LG_MESSAGE_CODE:
		return shows(text, code_mark);
	case LG_MESSAGE_LINK:
		return shows_link(text);
	case LG_MESSAGE_INVITE:
		return shows(text, code_mark) && shows(text, name_mark);
	case LG_MESSAGE_PLAIN_INVITE:
		return shows(text, name_mark);
	}
	return false;
}

static bool
sends_by_itself(const struct lg_pool *pool)
{
	const struct lg_idp_email_configuration_type *email = pool->type->email_configuration;
	return email && lg_str_eq(email->email_sending_account,
		LG_IDP_EMAIL_SENDING_ACCOUNT_TYPE_DEVELOPER);
}

/* One text of the answer; an empty one is none. */
static lg_status
read_text(struct lg_ctx *cx, const json_t *response, lg_str name, size_t max, lg_str *ret)
{
	LG_TRY(lg_trigger_text(cx, response, name, ret));
	if (lg_str_empty(*ret))
		*ret = LG_STR_NONE;
	return lg_str_present(*ret) && lg_text_utf16_len(*ret) > max ? lg_trigger_unrecognizable(cx) : LG_OK;
}

static lg_status
ask(struct lg_ctx *cx, struct lg_env *env, const struct lg_trigger_about *about,
	const struct lg_code_reason *reason, enum lg_message_kind kind, const json_t **ret)
{
	struct lg_trigger_call call;
	LG_TRY(lg_trigger_begin(cx, about, &call));
	lg_json_pair_str(call.json, LG_STR("codeParameter"), code_mark);
	lg_json_pair_str(call.json, LG_STR("linkParameter"), link_mark);
	lg_json_key(call.json, LG_STR("usernameParameter"));
	if (kind == LG_MESSAGE_INVITE || kind == LG_MESSAGE_PLAIN_INVITE)
		lg_json_str(call.json, name_mark);
	else
		lg_json_null(call.json);
	lg_trigger_client_metadata(call.json, reason->metadata);
	return lg_trigger_invoke(cx, env, &call, ret);
}

lg_status
lg_custom_message(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	const struct lg_code_reason *reason, const struct lg_user *user, const struct lg_delivery *delivery,
	enum lg_message_kind kind, struct lg_message_texts *texts)
{
	const struct lg_trigger_about about = { .trigger = LG_TRIGGER_CUSTOM_MESSAGE,
		.occasion = reason->occasion, .pool = pool, .client = reason->client, .user = user };
	if (!env->functions || !lg_trigger_is_set(pool, about.trigger) || user->decoy || delivery->simulated)
		return LG_OK;
	const json_t *response;
	LG_TRY(ask(cx, env, &about, reason, kind, &response));

	struct lg_message_texts own;
	lg_str sms;
	LG_TRY(read_text(cx, response, LG_STR("smsMessage"), MAX_SHORT, &sms));
	LG_TRY(read_text(cx, response, LG_STR("emailMessage"), MAX_EMAIL, &own.body));
	LG_TRY(read_text(cx, response, LG_STR("emailSubject"), MAX_SHORT, &own.subject));
	if (!lg_str_eq(delivery->medium, LG_STR("EMAIL")))
		own = (struct lg_message_texts){ .body = sms };
	else if (!sends_by_itself(pool))
		return LG_OK;
	if (lg_str_present(own.body) && !is_complete(own.body, kind))
		return lg_trigger_unrecognizable(cx);
	if (lg_str_present(own.body))
		texts->body = own.body;
	if (lg_str_present(own.subject))
		texts->subject = own.subject;
	return LG_OK;
}
