#include "tests/wire/step.h"

#include <string.h>

static const struct {
	const char *name;
	size_t offset;
} message_fields[] = {
	{ "medium", offsetof(struct lg_message, medium) },
	{ "pool", offsetof(struct lg_message, pool_id) },
	{ "user", offsetof(struct lg_message, username) },
	{ "sub", offsetof(struct lg_message, sub) },
	{ "to", offsetof(struct lg_message, to) },
	{ "purpose", offsetof(struct lg_message, purpose) },
	{ "subject", offsetof(struct lg_message, subject) },
	{ "body", offsetof(struct lg_message, body) },
	{ "code", offsetof(struct lg_message, code) },
	{ "link", offsetof(struct lg_message, link) },
};

static lg_str
message_text(const struct lg_message *message, const char *name)
{
	for (size_t i = 0; i < LG_LEN(message_fields); i++)
		if (!strcmp(message_fields[i].name, name))
			return *(const lg_str *)(const void *)((const char *)message +
							       message_fields[i].offset);
	return LG_STR_NONE;
}

static bool
is_message(struct wire_case *c, const json_t *wanted, const struct lg_message *message)
{
	if (!json_object_get(wanted, "pool") &&
		!lg_str_eq(message->pool_id, script_get(&c->vars, LG_STR("pool"))))
		return false;
	const char *name;
	json_t *value;
	json_object_foreach((json_t *)wanted, name, value) {
		const lg_str text = message_text(message, name);
		if (json_is_null(value) ? lg_str_present(text)
					: !script_match_text(
						  script_expand(c->cx, &c->vars, lg_json_text(value)), text))
			return false;
	}
	return true;
}

void
step_message(struct wire_case *c, const json_t *step, struct lg_buf *ret)
{
	const json_t *wanted = json_object_get(step, "message");
	const struct world_messenger *messenger = &c->world->messenger;
	const struct lg_message *found = NULL;
	size_t count = 0;
	for (size_t i = 0; i < messenger->count; i++) {
		if (is_message(c, wanted, &messenger->items[i])) {
			found = &messenger->items[i];
			count++;
		}
	}
	const json_t *number = json_object_get(step, "count");
	if (number ? (json_int_t)count != json_integer_value(number) : count == 0)
		lg_buf_fmt(ret, "\n      %zu messages look like this", count);
	const char *name;
	json_t *field;
	json_object_foreach(json_object_get(step, "save"), name, field)
		if (found)
			script_set(&c->vars, lg_str_from_c(name),
				message_text(found, json_string_value(field)));
}
