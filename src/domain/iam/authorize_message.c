#include "domain/iam/authorize_message.h"

#include "codec/json.h"
#include "gen/rec_types.h"
#include "token/sealed.h"

#define PURPOSE LG_STR("authorization message")
#define TEXT_MAX_BYTES 5120 /* what is sealed is a third longer, and is a header */
#define CONDITIONS_MAX_BYTES 3072

static void
open_items(struct lg_json *j, const char *name)
{
	lg_json_key(j, lg_str_from_c(name));
	lg_json_open(j, '{');
	lg_json_key(j, LG_STR("items"));
	lg_json_open(j, '[');
}

static void
close_items(struct lg_json *j)
{
	lg_json_close(j, ']');
	lg_json_close(j, '}');
}

static void
write_statements(struct lg_json *j, const struct lg_policy_verdict *verdict)
{
	open_items(j, "matchedStatements");
	for (size_t i = 0; i < verdict->count; i++) {
		const struct lg_policy_reason *reason = &verdict->reasons[i];
		lg_json_open(j, '{');
		lg_json_pair_str(
			j, LG_STR("statementId"), lg_str_present(reason->sid) ? reason->sid : LG_STR(""));
		lg_json_pair_str(j, LG_STR("effect"), reason->deny ? LG_STR("DENY") : LG_STR("ALLOW"));
		lg_json_pair_str(j, LG_STR("policy"), lg_str_slice(reason->policy, 0, 128));
		lg_json_pair_int(j, LG_STR("index"), (int64_t)reason->index);
		lg_json_pair_bool(j, LG_STR("failedByCondition"), reason->failed);
		lg_json_close(j, '}');
	}
	close_items(j);
}

static void
write_conditions(struct lg_json *j, const struct lg_policy_context *context)
{
	size_t bytes = 0;
	open_items(j, "conditions");
	for (size_t i = 0; i < context->count; i++) {
		const struct lg_policy_key *key = &context->keys[i];
		for (size_t k = 0; k < key->count; k++)
			bytes += key->values[k].len + 16;
		bytes += key->name.len + 48;
		if (bytes > CONDITIONS_MAX_BYTES)
			break;
		lg_json_open(j, '{');
		lg_json_pair_str(j, LG_STR("key"), key->name);
		open_items(j, "values");
		for (size_t k = 0; k < key->count; k++) {
			lg_json_open(j, '{');
			lg_json_pair_str(j, LG_STR("value"), key->values[k]);
			lg_json_close(j, '}');
		}
		close_items(j);
		lg_json_close(j, '}');
	}
	close_items(j);
}

static lg_status
write_message(struct lg_ctx *cx, const struct lg_policy_request *request,
	const struct lg_policy_verdict *verdict, bool conditions, lg_str *ret)
{
	struct lg_json *j = lg_json_new(cx, TEXT_MAX_BYTES);
	lg_json_open(j, '{');
	lg_json_pair_bool(j, LG_STR("allowed"), false);
	lg_json_pair_bool(j, LG_STR("explicitDeny"), verdict->decision == LG_DECISION_EXPLICIT_DENY);
	write_statements(j, verdict);
	open_items(j, "failures");
	close_items(j);
	lg_json_key(j, LG_STR("context"));
	lg_json_open(j, '{');
	lg_json_key(j, LG_STR("principal"));
	lg_json_open(j, '{');
	if (lg_str_present(request->caller->unique_id))
		lg_json_pair_str(j, LG_STR("id"), request->caller->unique_id);
	lg_json_pair_str(j, LG_STR("arn"), lg_str_slice(request->caller->arn, 0, 256));
	lg_json_close(j, '}');
	lg_json_pair_str(j, LG_STR("action"), request->action);
	lg_json_pair_str(j, LG_STR("resource"), lg_str_slice(request->resource, 0, 512));
	if (conditions)
		write_conditions(j, request->context);
	lg_json_close(j, '}');
	lg_json_close(j, '}');
	return lg_json_finish(cx, j, ret);
}

lg_status
lg_authorization_message_make(struct lg_ctx *cx, struct lg_env *env, const struct lg_policy_request *request,
	const struct lg_policy_verdict *verdict, lg_str *ret)
{
	struct lg_rec_authorization_message record = { 0 };
	lg_status s = write_message(cx, request, verdict, true, &record.text);
	if (s.code == LG_E_TOO_LARGE)
		s = write_message(cx, request, verdict, false, &record.text);
	LG_TRY(s);
	return lg_sealed_make(cx, lg_store_keyring(env->store), 0, PURPOSE,
		&lg_shape_rec_authorization_message, &record, ret);
}

lg_status
lg_authorization_message_read(struct lg_ctx *cx, struct lg_env *env, lg_str message, lg_str *ret)
{
	struct lg_rec_authorization_message record = { 0 };
	const lg_status s = lg_sealed_open(cx, lg_store_keyring(env->store), 0, PURPOSE, message,
		&lg_shape_rec_authorization_message, &record);
	if (s.code == LG_E_MALFORMED)
		return lg_fail(
			cx, LG_E_INVALID_AUTHORIZATION_MESSAGE, "The message is not one of this service.");
	LG_TRY(s);
	*ret = record.text;
	return LG_OK;
}
