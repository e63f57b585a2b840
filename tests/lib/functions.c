#include "tests/lib/functions.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "codec/json.h"

#define RIDDLES 3

static lg_str
name_of(lg_str arn)
{
	for (size_t i = arn.len; i > 0; i--)
		if (arn.ptr[i - 1] == ':')
			return lg_str_slice(arn, i, arn.len);
	return arn;
}

static void
keep(struct functions_text *text, lg_str name, lg_str bytes)
{
	if (name.len >= sizeof(text->name) || bytes.len > sizeof(text->bytes))
		abort();
	memcpy(text->name, name.ptr, name.len);
	text->name[name.len] = '\0';
	text->len = bytes.len;
	if (bytes.len)
		memcpy(text->bytes, bytes.ptr, bytes.len);
}

static bool
is_named(const struct functions_text *text, lg_str name)
{
	return !lg_str_present(name) || lg_str_eq(lg_str_from_c(text->name), name);
}

static bool
last_was(const json_t *session, lg_str challenge, bool result)
{
	const json_t *last = json_array_get(session, json_array_size(session) - 1);
	return lg_str_eq(lg_json_member_text(last, LG_STR("challengeName")), challenge)
		&& json_is_true(lg_json_member(last, LG_STR("challengeResult"))) == result;
}

static size_t
riddles_in(const json_t *session)
{
	size_t count = 0;
	for (size_t i = 0; i < json_array_size(session); i++)
		count += lg_str_eq(lg_json_member_text(json_array_get(session, i), LG_STR("challengeName")),
			LG_STR("CUSTOM_CHALLENGE"));
	return count;
}

static void
riddle_define(const json_t *request, struct lg_json *j)
{
	const json_t *session = lg_json_member(request, LG_STR("session"));
	const bool solved = last_was(session, LG_STR("CUSTOM_CHALLENGE"), true);
	lg_str next = LG_STR("CUSTOM_CHALLENGE");
	if (last_was(session, LG_STR("SRP_A"), true))
		next = LG_STR("PASSWORD_VERIFIER");
	if (!solved)
		lg_json_pair_str(j, LG_STR("challengeName"), next);
	lg_json_pair_bool(j, LG_STR("issueTokens"), solved);
	lg_json_pair_bool(j, LG_STR("failAuthentication"), !solved && riddles_in(session) == RIDDLES);
}

static void
riddle_create(const json_t *request, struct lg_json *j)
{
	char metadata[32];
	snprintf(metadata, sizeof(metadata), "RIDDLE_%zu",
		riddles_in(lg_json_member(request, LG_STR("session"))) + 1);
	lg_json_key(j, LG_STR("publicChallengeParameters"));
	lg_json_open(j, '{');
	lg_json_pair_str(j, LG_STR("riddle"), LG_STR("How much are 5 and 3?"));
	lg_json_close(j, '}');
	lg_json_key(j, LG_STR("privateChallengeParameters"));
	lg_json_open(j, '{');
	lg_json_pair_str(j, LG_STR("answer"), LG_STR("8"));
	lg_json_close(j, '}');
	lg_json_pair_str(j, LG_STR("challengeMetadata"), lg_str_from_c(metadata));
}

static void
riddle_verify(const json_t *request, struct lg_json *j)
{
	const json_t *hidden = lg_json_member(request, LG_STR("privateChallengeParameters"));
	lg_json_pair_bool(j, LG_STR("answerCorrect"),
		lg_str_eq(lg_json_member_text(hidden, LG_STR("answer")),
			lg_json_member_text(request, LG_STR("challengeAnswer"))));
}

static const struct function {
	lg_str name;
	void (*run)(const json_t *request, struct lg_json *j);
} builtin[] = {
	{ LG_STR_INIT("riddle-define"), riddle_define },
	{ LG_STR_INIT("riddle-create"), riddle_create },
	{ LG_STR_INIT("riddle-verify"), riddle_verify },
};

static lg_status
run(struct lg_ctx *cx, const struct function *function, lg_str payload, lg_str *ret)
{
	json_t *event;
	LG_TRY(lg_json_parse(cx, payload, &event));
	struct lg_json *j = lg_json_new(cx, FUNCTIONS_MAX_BYTES);
	lg_json_open(j, '{');
	lg_json_pair_str(j, LG_STR("version"), lg_json_member_text(event, LG_STR("version")));
	lg_json_key(j, LG_STR("response"));
	lg_json_open(j, '{');
	function->run(lg_json_member(event, LG_STR("request")), j);
	lg_json_close(j, '}');
	lg_json_close(j, '}');
	return lg_json_finish(cx, j, ret);
}

static lg_status
invoke_locked(struct functions *f, struct lg_ctx *cx, const struct lg_function_call *call,
	struct lg_function_result *ret)
{
	const lg_str name = name_of(call->arn);
	keep(&f->calls[f->count++ % FUNCTIONS_MAX_CALLS], name,
		lg_str_slice(call->payload, 0, FUNCTIONS_MAX_BYTES));
	for (size_t i = 0; i < f->told_count; i++) {
		struct functions_told *told = &f->told[i];
		if (!is_named(&told->text, name))
			continue;
		ret->outcome = told->outcome;
		return lg_str_dup(cx, lg_str_from_bytes(told->text.bytes, told->text.len), &ret->text);
	}
	ret->outcome = LG_FUNCTION_ANSWERED;
	if (lg_str_eq(name, LG_STR("echo"))) {
		ret->text = call->payload;
		return LG_OK;
	}
	for (size_t i = 0; i < LG_LEN(builtin); i++)
		if (lg_str_eq(builtin[i].name, name))
			return run(cx, &builtin[i], call->payload, &ret->text);
	ret->outcome = LG_FUNCTION_GONE;
	return LG_OK;
}

static lg_status
invoke(struct lg_functions *self, struct lg_ctx *cx, const struct lg_function_call *call,
	struct lg_function_result *ret)
{
	struct functions *f = (struct functions *)self;
	pthread_mutex_lock(&f->lock);
	const lg_status s = invoke_locked(f, cx, call, ret);
	pthread_mutex_unlock(&f->lock);
	return s;
}

void
functions_init(struct functions *f)
{
	memset(f, 0, sizeof(*f));
	f->port.invoke = invoke;
	pthread_mutex_init(&f->lock, NULL);
}

void
functions_tell(struct functions *f, lg_str name, enum lg_function_outcome outcome, lg_str text)
{
	pthread_mutex_lock(&f->lock);
	size_t i = 0;
	while (i < f->told_count && !is_named(&f->told[i].text, name))
		i++;
	if (i == FUNCTIONS_MAX_TOLD)
		abort();
	if (i == f->told_count)
		f->told_count++;
	f->told[i].outcome = outcome;
	keep(&f->told[i].text, name, text);
	pthread_mutex_unlock(&f->lock);
}

void
functions_reset(struct functions *f)
{
	pthread_mutex_lock(&f->lock);
	f->told_count = 0;
	f->count = 0;
	pthread_mutex_unlock(&f->lock);
}

static size_t
kept_calls(const struct functions *f)
{
	return f->count < FUNCTIONS_MAX_CALLS ? f->count : FUNCTIONS_MAX_CALLS;
}

lg_str
functions_event(struct functions *f, lg_str name)
{
	for (size_t i = 0; i < kept_calls(f); i++) {
		const struct functions_text *call = &f->calls[(f->count - 1 - i) % FUNCTIONS_MAX_CALLS];
		if (is_named(call, name))
			return lg_str_from_bytes(call->bytes, call->len);
	}
	return LG_STR_NONE;
}

size_t
functions_calls(struct functions *f, lg_str name)
{
	size_t count = 0;
	for (size_t i = 0; i < kept_calls(f); i++)
		count += is_named(&f->calls[i], name);
	return count;
}
