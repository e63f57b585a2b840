#include <string.h>

#include "tests/walk/walk.h"

#define INPUT_MAX ((size_t)64 * 1024)

void
call_begin(struct walk *w, const char *operation)
{
	w->operation = operation;
	exchange_begin(&w->world, &w->x);
	w->j = lg_json_new(&w->x.cx, INPUT_MAX);
	lg_json_open(w->j, '{');
}

void
call_str(struct walk *w, const char *name, const char *value)
{
	lg_json_pair_str(w->j, lg_str_from_c(name), lg_str_from_c(value));
}

void
call_bool(struct walk *w, const char *name, bool value)
{
	lg_json_pair_bool(w->j, lg_str_from_c(name), value);
}

void
call_raw(struct walk *w, const char *name, const char *json)
{
	lg_json_key(w->j, lg_str_from_c(name));
	lg_json_raw(w->j, lg_str_from_c(json));
}

void
call_open(struct walk *w, const char *name, char bracket)
{
	lg_json_key(w->j, lg_str_from_c(name));
	lg_json_open(w->j, bracket);
}

void
call_close(struct walk *w, char bracket)
{
	lg_json_close(w->j, bracket);
}

bool
call_send(struct walk *w)
{
	const struct lg_operation *operation = lg_operation_find(LG_API_IDP, lg_str_from_c(w->operation));
	lg_str body;
	lg_json_close(w->j, '}');
	if (!operation || lg_failed(lg_json_finish(&w->x.cx, w->j, &body))) {
		fail(w, "%s can't be called", w->operation);
		return false;
	}
	exchange_call(&w->x, operation, body);
	if (operation->auth == LG_AUTH_IAM)
		exchange_sign(&w->world, &w->x, operation, LG_STR("us-east-1"), &(struct exchange_key){ 0 });
	exchange_send(&w->world, &w->x);
	w->stats.moves++;
	const bool ok = w->x.answer.status == 200;
	const lg_str what = ok ? reply_text(w, "ChallengeName") : w->x.error;
	tell(w, "    %s: %.*s", w->operation, LG_FMT(ok && !what.len ? LG_STR("OK") : what));
	if (!ok && w->x.answer.status != 400)
		fail(w, "%s: status %d %.*s", w->operation, w->x.answer.status, LG_FMT(w->x.answer.body));
	return ok;
}

void
call_end(struct walk *w)
{
	exchange_end(&w->x);
}

void
call_must(struct walk *w)
{
	if (!call_send(w))
		fail(w, "%s must succeed: %.*s", w->operation, LG_FMT(w->x.answer.body));
	call_end(w);
}

lg_str
reply_text(const struct walk *w, const char *path)
{
	lg_str rest = lg_str_from_c(path);
	const json_t *at = w->x.body;
	while (at && rest.len)
		at = lg_json_member(at, lg_str_cut(&rest, '.'));
	return lg_json_text(at);
}

bool
replied(const struct walk *w, const char *error)
{
	return lg_str_eq(w->x.error, lg_str_from_c(error));
}

const struct lg_message *
message_to(const struct walk *w, const char *user, const char *purpose)
{
	const struct world_messenger *m = &w->world.messenger;
	for (size_t i = m->count; i > 0; i--) {
		const struct lg_message *message = &m->items[i - 1];
		if (lg_str_eq(message->username, lg_str_from_c(user))
		    && lg_str_eq(message->purpose, lg_str_from_c(purpose)))
			return message;
	}
	return NULL;
}

void
call_named(struct walk *w, const char *operation, const struct user *user)
{
	tell(w, "%s %s", operation, user->name);
	call_begin(w, operation);
	call_str(w, "UserPoolId", w->pool.id);
	call_str(w, "Username", user->name);
}

void
call_attribute(struct walk *w, const char *name, const char *value)
{
	lg_json_open(w->j, '{');
	call_str(w, "Name", name);
	call_str(w, "Value", value);
	call_close(w, '}');
}
