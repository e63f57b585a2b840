/*
 * What a proxy asks. The input is text: the target of our own request, its method, headers "Name:value" a
 * line each, an empty line, body. Whatever is taken has a method, a host and a path that begins with a slash
 * and has no controls in any reading; no reading but the first has dots or, in the last, an empty part; an
 * answer about it has nothing but printable ASCII, and object stores are asked about whole ARNs.
 */
#include "authorizer/answer.h"

#include <string.h>

#include "authorizer/objects.h"
#include "tests/fuzz/fuzz.h"

#define MAX_HEADERS 64

static bool
read_wire(struct lg_ctx *cx, lg_str text, struct lg_ask_wire *ret)
{
	struct lg_ask_wire wire = { .headers = {
					    .items = lg_new_array(cx, struct lg_str_pair, MAX_HEADERS) } };
	MUST(wire.headers.items);
	wire.target = lg_str_cut(&text, '\n');
	wire.method = lg_str_cut(&text, '\n');
	while (lg_str_present(text)) {
		lg_str value = lg_str_cut(&text, '\n');
		if (!value.len)
			break;
		if (wire.headers.count == MAX_HEADERS)
			return false;
		const lg_str name = lg_str_cut(&value, ':');
		wire.headers.items[wire.headers.count++] = (struct lg_str_pair){ name, value };
	}
	wire.body = text;
	*ret = wire;
	return true;
}

static void
check_reading(lg_str reading, bool resolved, bool merged)
{
	MUST(lg_str_starts(reading, LG_STR("/")));
	for (size_t i = 0; i < reading.len; i++)
		MUST((unsigned char)reading.ptr[i] >= 0x20 && reading.ptr[i] != 0x7f);
	lg_str rest = lg_str_slice(reading, 1, reading.len);
	while (lg_str_present(rest)) {
		const lg_str part = lg_str_cut(&rest, '/');
		MUST(!resolved || (!lg_str_eq(part, LG_STR(".")) && !lg_str_eq(part, LG_STR(".."))));
		MUST(!merged || part.len || !lg_str_present(rest));
	}
}

static void
check_path(const struct lg_path *path)
{
	MUST(path->count >= 1 && path->count <= LG_PATH_READINGS);
	check_reading(path->readings[0], false, false);
	for (size_t i = 1; i < path->count; i++)
		check_reading(path->readings[i], true, i == 2);
}

static void
check_answer(struct lg_ctx *cx, const struct lg_ask *ask)
{
	const struct lg_route route = { .name = LG_STR("x"), .header_bytes = 3584 };
	const struct lg_str_list groups = { .items = (lg_str[]){ ask->path.raw, ask->host }, .count = 2 };
	struct lg_authz_who who = { .groups = &groups, .context = ask->query };
	struct lg_authz_answer answer;
	who.texts[LG_AUTHZ_SUB] = ask->path.readings[0];
	who.texts[LG_AUTHZ_USERNAME] = ask->query;
	MUST_OK(lg_authz_allow(cx, &route, &who, &answer));
	size_t total = 0;
	for (size_t i = 0; i < LG_AUTHZ_HEADERS; i++) {
		const lg_str value = answer.values[i];
		MUST(lg_str_present(value));
		total += value.len;
		for (size_t k = 0; k < value.len; k++)
			MUST(value.ptr[k] >= 0x20 && value.ptr[k] < 0x7f);
	}
	MUST(total < route.header_bytes);
	size_t commas = 0;
	for (size_t i = 0; i < answer.values[LG_AUTHZ_GROUPS].len; i++)
		commas += answer.values[LG_AUTHZ_GROUPS].ptr[i] == ',';
	MUST(commas <= 1);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	FUZZ_CONTEXT(cx);
	struct lg_ask_wire wire;
	struct lg_ask ask;
	enum lg_ask_family family;
	lg_str target;
	if (!read_wire(cx, lg_str_from_bytes(data, size), &wire) ||
		!lg_ask_family(wire.target, &family, &target))
		return 0;
	lg_status s = lg_ask_read(cx, &wire, family, &ask);
	MUST(!lg_failed(s) || s.code == LG_E_REFUSED || s.code == LG_E_NO_MEMORY);
	if (lg_failed(s))
		return 0;
	MUST(ask.method.len && ask.host.len && ask.path.raw.ptr[0] == '/');
	check_path(&ask.path);
	MUST(lg_str_eq(lg_ask_header(&ask, LG_STR("host")), ask.host));
	MUST(!lg_str_present(lg_ask_header(&ask, LG_STR("X-Authz-Sub"))));
	check_answer(cx, &ask);
	const struct lg_authorizer store = { .s3 = true };
	struct lg_questions questions;
	s = lg_objects_questions(cx, &store, &ask, &questions);
	MUST(!lg_failed(s) || s.code == LG_E_REFUSED || s.code == LG_E_NO_MEMORY);
	for (size_t i = 0; !lg_failed(s) && i < questions.count; i++)
		MUST(lg_str_starts(questions.items[i].resource, LG_STR("arn:aws:s3:::")));
	return 0;
}
