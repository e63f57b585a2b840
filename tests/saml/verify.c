/*
 * verify.c - what this server makes of SAML responses: one JSON object a line in, one a line out, for tests
 * whose providers are programs of others (tests/saml).
 *
 * in:  {"metadata": text, "response": base64, "now_ms", "recipients", "audiences": lists,
 *       "request_id": text, null = none, absent = any, "max_age_s"}
 * out: {"ok": true, "id", "issuer", "name_id", "format", "recipient", "audience",
 *       "attributes": {name: [value]}}
 *      or {"ok": false, "error": name of the error, "why"}
 */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#include "codec/bytes.h"
#include "token/saml_response.h"
#include "token/saml_signature.h"

static lg_str
text_of(const json_t *object, const char *name)
{
	const json_t *value = json_object_get(object, name);
	return json_is_string(value) ? lg_str_from_bytes(json_string_value(value), json_string_length(value))
				     : LG_STR_NONE;
}

static struct lg_str_list
list_of(struct lg_ctx *cx, const json_t *object, const char *name)
{
	const json_t *array = json_object_get(object, name);
	struct lg_str_list ret = { .has = true, .count = json_array_size(array) };
	ret.items = lg_new_array(cx, lg_str, ret.count);
	if (!ret.items)
		abort();
	for (size_t i = 0; i < ret.count; i++) {
		const json_t *item = json_array_get(array, i);
		ret.items[i] = lg_str_from_bytes(json_string_value(item), json_string_length(item));
	}
	return ret;
}

static json_t *
text(lg_str s)
{
	return lg_str_present(s) ? json_stringn(s.ptr, s.len) : json_null();
}

static json_t *
attributes(const struct lg_saml_assertion *assertion)
{
	json_t *ret = json_object();
	for (size_t i = 0; i < assertion->attribute_count; i++) {
		const lg_str name = assertion->attributes[i].name;
		/* As callers see it: none, when it is there twice. */
		const struct lg_str_list values = lg_saml_attribute(assertion, name);
		json_t *list = json_array();
		for (size_t k = 0; k < values.count; k++)
			json_array_append_new(list, text(values.items[k]));
		json_object_setn_new(ret, name.ptr, name.len, list);
	}
	return ret;
}

static json_t *
answer(struct lg_ctx *cx, const json_t *in)
{
	struct lg_saml_metadata provider;
	struct lg_saml_assertion read;
	const struct lg_str_list recipients = list_of(cx, in, "recipients");
	const struct lg_str_list audiences = list_of(cx, in, "audiences");
	cx->now.ms = json_integer_value(json_object_get(in, "now_ms"));
	const struct lg_saml_expect expect = {
		.provider = &provider,
		.recipients = &recipients,
		.audiences = &audiences,
		.any_request = !json_object_get(in, "request_id"),
		.request_id = text_of(in, "request_id"),
		.max_age_ms = json_integer_value(json_object_get(in, "max_age_s")) * LG_SECOND_MS,
	};
	lg_status s = lg_saml_metadata_read(cx, text_of(in, "metadata"), &provider);
	lg_str response;
	if (!lg_failed(s))
		s = lg_base64_decode(cx, text_of(in, "response"), &response);
	if (!lg_failed(s))
		s = lg_saml_response_verify(cx, &expect, response, &read);
	if (lg_failed(s))
		return json_pack("{s:b, s:s, s:o}", "ok", 0, "error", lg_error_info(s.code)->name, "why",
			text(lg_failure_text(cx, s.code)));
	return json_pack("{s:b, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "ok", 1, "id", text(read.id), "issuer",
		text(read.issuer), "name_id", text(read.name_id), "format", text(read.name_id_format),
		"recipient", text(read.recipient), "audience", text(read.audience), "attributes",
		attributes(&read));
}

int
main(void)
{
	char *line = NULL;
	size_t room = 0;
	if (lg_failed(lg_saml_global_init()))
		return 1;
	while (getline(&line, &room, stdin) >= 0) {
		LG_CLEANUP(lg_arena_freep) struct lg_arena *arena = NULL;
		json_t *in = json_loads(line, JSON_ALLOW_NUL, NULL);
		if (!in || lg_failed(lg_arena_new(LG_ARENA_MAX_DEFAULT, &arena)))
			return 2;
		struct lg_ctx cx = { .arena = arena, .random = &lg_random_kernel };
		json_t *out = answer(&cx, in);
		char *reply = json_dumps(out, JSON_COMPACT);
		puts(reply ? reply : "{\"ok\":false,\"error\":\"no UTF-8\"}");
		fflush(stdout);
		free(reply);
		json_decref(out);
		json_decref(in);
		lg_ctx_done(&cx);
	}
	free(line);
	return 0;
}
