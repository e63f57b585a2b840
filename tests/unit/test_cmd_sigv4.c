#include "tests/lib/lines.h"

#include "app/sigv4.h"
#include "base/buf.h"
#include "codec/json.h"

static struct lg_test_ctx t;

static struct lg_ctx *
begin(void)
{
	lg_test_ctx_init(&t);
	lg_json_global_init();
	return &t.cx;
}

/* The vectors, one a line; `instead` stands for every timestamp. */
static lg_str
lines(struct lg_ctx *cx, json_t *vectors, const char *instead)
{
	struct lg_buf b = lg_buf_start(cx, 1 << 20);
	for (size_t i = 0; i < json_array_size(vectors); i++) {
		struct lg_json *j = lg_json_new(cx, 1 << 16);
		lg_json_open(j, '{');
		json_t *headers = NULL;
		for (void *at = json_object_iter(json_array_get(vectors, i)); at;
			at = json_object_iter_next(json_array_get(vectors, i), at)) {
			lg_str key = lg_str_from_c(json_object_iter_key(at));
			json_t *value = json_object_iter_value(at);
			if (json_is_object(value))
				headers = value;
			else if (json_is_string(value))
				lg_json_pair_str(j, key,
					instead && lg_str_eq(key, LG_STR("timestamp"))
						? lg_str_from_c(instead)
						: lg_json_text(value));
		}
		lg_json_key(j, LG_STR("headers"));
		lg_json_open(j, '{');
		for (void *at = json_object_iter(headers); at; at = json_object_iter_next(headers, at))
			lg_json_pair_str(j, lg_str_from_c(json_object_iter_key(at)),
				lg_json_text(json_object_iter_value(at)));
		lg_json_close(j, '}');
		lg_json_close(j, '}');
		lg_str line;
		CHECK_OK(lg_json_finish(cx, j, &line));
		lg_buf_put(&b, line);
		lg_buf_byte(&b, '\n');
	}
	lg_str text;
	CHECK_OK(lg_buf_finish(cx, &b, &text));
	return text;
}

static json_t *
next_verdict(struct lg_ctx *cx, lg_str *output)
{
	json_t *verdict;
	CHECK_OK(lg_json_parse(cx, lg_str_cut(output, '\n'), &verdict));
	CHECK(json_object_size(verdict) == 5);
	return verdict;
}

TEST(each_vector_has_a_verdict)
{
	struct lg_ctx *cx = begin();
	json_t *vectors;
	CHECK_OK(lg_json_parse(cx, lg_test_fixture(cx, "sigv4.json"), &vectors));
	lg_str good = lg_test_lines(cx, lg_sigv4_verify_lines, lines(cx, vectors, NULL), true);
	lg_str late = lg_test_lines(cx, lg_sigv4_verify_lines, lines(cx, vectors, "20300115T112030Z"), true);
	for (size_t i = 0; i < json_array_size(vectors); i++) {
		const json_t *vector = json_array_get(vectors, i), *verdict = next_verdict(cx, &good);
		CHECK_STR(lg_json_member_text(verdict, LG_STR("name")),
			lg_json_member_text(vector, LG_STR("name")));
		CHECK(json_is_true(lg_json_member(verdict, LG_STR("ok"))));
		CHECK(!lg_json_member(verdict, LG_STR("reason")));
		CHECK(lg_json_member(verdict, LG_STR("canonical_request")));
		verdict = next_verdict(cx, &late);
		CHECK(json_is_false(lg_json_member(verdict, LG_STR("ok"))));
		CHECK_STR(
			lg_json_member_text(verdict, LG_STR("reason")), LG_STR("InvalidSignatureException"));
		CHECK(lg_json_member(verdict, LG_STR("string_to_sign")));
	}
	CHECK(good.len == 0 && late.len == 0);
	lg_test_ctx_done(&t);
}

TEST(a_line_that_is_no_case_has_none)
{
	struct lg_ctx *cx = begin();
	lg_str output = lg_test_lines(cx, lg_sigv4_verify_lines,
		LG_STR("{\"broken\n{\"name\":\"a\"}\n[]\n\n"
		       "{\"name\":\"b\",\"service\":\"sts\",\"secret_access_key\":\"s\",\"method\":\"GET\","
		       "\"url\":\"https://sts.amazonaws.com/\",\"timestamp\":\"20300115T102030Z\"}"),
		false);
	const json_t *verdict = next_verdict(cx, &output);
	CHECK_STR(lg_json_member_text(verdict, LG_STR("name")), LG_STR("b"));
	CHECK_STR(lg_json_member_text(verdict, LG_STR("reason")),
		LG_STR("MissingAuthenticationTokenException"));
	CHECK(output.len == 0);
	lg_test_ctx_done(&t);
}
