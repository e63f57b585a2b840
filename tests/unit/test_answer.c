/* What clients are told of failures, and what the door says before anything is read. */
#include "proto/answer.h"

#include <string.h>

#include "lib/test.h"
#include "proto/aws_json.h"
#include "proto/route.h"

static int64_t
stands_still(struct lg_clock *self)
{
	(void)self;
	return LG_TEST_NOW_MS;
}

static struct lg_clock test_clock = { .now_ms = stands_still };
static const struct lg_settings settings = { .dev = true,
	.public_url = LG_STR_INIT("http://localhost:9500") };
static struct lg_env env = { .clock = &test_clock, .settings = &settings };

static lg_str
header(const struct lg_http_answer *answer, const char *name)
{
	for (size_t i = 0; i < answer->header_count; i++)
		if (lg_str_eq_nocase(answer->headers[i].name, lg_str_from_c(name)))
			return answer->headers[i].value;
	return LG_STR_NONE;
}

TEST(a_server_fault_keeps_its_text_to_itself)
{
	struct lg_test_ctx t;
	lg_test_ctx_init(&t);
	struct lg_http_answer answer;
	const lg_status s = lg_fail(&t.cx, LG_E_INTERNAL, "the table has no column secret");
	lg_aws_json_error(&env, &t.cx, NULL, s.code, &answer);
	assert_int_equal(answer.status, 500);
	CHECK_STR(answer.body,
		LG_STR("{\"__type\":\"InternalErrorException\",\"message\":\"Internal server error.\"}"));
	lg_test_ctx_done(&t);
}

TEST(an_error_of_ours_that_nobody_translated_becomes_internal)
{
	struct lg_test_ctx t;
	lg_test_ctx_init(&t);
	struct lg_http_answer answer;
	const lg_status s = lg_fail(&t.cx, LG_E_NOT_FOUND, "user %s", "ann");
	lg_aws_json_error(&env, &t.cx, NULL, s.code, &answer);
	assert_int_equal(answer.status, 500);
	CHECK_STR(header(&answer, "x-amzn-ErrorType"), LG_STR("InternalErrorException:"));
	CHECK_STR(header(&answer, "x-amzn-ErrorMessage"), LG_STR("Internal server error."));
	lg_test_ctx_done(&t);
}

TEST(a_server_fault_has_the_name_that_the_operation_declares)
{
	struct lg_test_ctx t;
	lg_test_ctx_init(&t);
	struct lg_http_answer answer;
	const lg_status s = lg_fail(&t.cx, LG_E_INTERNAL, "the table has no column secret");
	lg_aws_json_error(&env, &t.cx, lg_operation_find(LG_API_IDP, LG_STR("AddUserPoolClientSecret")),
		s.code, &answer);
	assert_int_equal(answer.status, 500);
	CHECK_STR(answer.body,
		LG_STR("{\"__type\":\"InternalServerException\",\"message\":\"Internal server error.\"}"));
	lg_test_ctx_done(&t);
}

TEST(a_reason_code_goes_with_invalid_parameters_only)
{
	struct lg_test_ctx t;
	lg_test_ctx_init(&t);
	struct lg_http_answer answer;
	lg_status s = lg_fail(&t.cx, LG_E_INVALID_PARAMETER, "no");
	t.cx.failure.reason_code = LG_STR("NullParam");
	lg_aws_json_error(&env, &t.cx, NULL, s.code, &answer);
	CHECK_STR(answer.body, LG_STR("{\"__type\":\"InvalidParameterException\",\"message\":\"no\","
				      "\"reasonCode\":\"NullParam\"}"));
	s = lg_fail(&t.cx, LG_E_NOT_AUTHORIZED, "no");
	t.cx.failure.reason_code = LG_STR("NullParam");
	lg_aws_json_error(&env, &t.cx, NULL, s.code, &answer);
	CHECK_STR(answer.body, LG_STR("{\"__type\":\"NotAuthorizedException\",\"message\":\"no\"}"));
	lg_test_ctx_done(&t);
}

TEST(a_text_that_is_not_utf8_loses_the_text_and_not_the_code)
{
	struct lg_test_ctx t;
	lg_test_ctx_init(&t);
	struct lg_http_answer answer;
	const lg_status s = lg_fail(&t.cx, LG_E_INVALID_PARAMETER, "bad \xff");
	lg_aws_json_error(&env, &t.cx, NULL, s.code, &answer);
	CHECK_STR(answer.body, LG_STR("{\"__type\":\"InvalidParameterException\"}"));
	CHECK_STR(header(&answer, "x-amzn-ErrorMessage"), LG_STR("bad ?"));
	lg_test_ctx_done(&t);
}

TEST(header_texts_are_printable_and_short)
{
	struct lg_test_ctx t;
	lg_test_ctx_init(&t);
	char longer[3000];
	memset(longer, 'x', sizeof(longer));
	lg_str text;
	CHECK_OK(lg_answer_header_text(&t.cx, LG_STR("a\r\nb\tc\x7f\xc3\xa9\0d"), &text));
	CHECK_STR(text, LG_STR("a  b c????d"));
	CHECK_OK(lg_answer_header_text(&t.cx, lg_str_from_bytes(longer, sizeof(longer)), &text));
	assert_int_equal(text.len, 1024);
	lg_test_ctx_done(&t);
}

TEST(what_the_server_refuses_looks_like_an_error_of_the_protocol)
{
	struct lg_test_ctx t;
	lg_test_ctx_init(&t);
	struct lg_front front = { .env = &env };
	struct lg_http_answer answer;
	lg_front_refuse(&front, &t.cx, NULL, 413, &answer);
	assert_int_equal(answer.status, 413);
	CHECK_STR(header(&answer, "x-amzn-ErrorType"), LG_STR("RequestEntityTooLargeException:"));
	lg_front_refuse(&front, &t.cx, NULL, 503, &answer);
	assert_int_equal(answer.status, 503);
	CHECK_STR(header(&answer, "x-amzn-ErrorType"), LG_STR("ServiceUnavailableException:"));
	lg_front_refuse(&front, &t.cx, NULL, 431, &answer);
	assert_int_equal(answer.status, 431);
	CHECK_STR(answer.body, LG_STR("{\"message\":\"Bad request.\"}"));
	lg_test_ctx_done(&t);
}

static int
lane_of(const char *target)
{
	struct lg_str_pair pair = { LG_STR("x-amz-target"), lg_str_from_c(target) };
	const struct lg_http_req req = { .headers = { .items = &pair, .count = 1 } };
	struct lg_front front = { 0 };
	struct lg_ctx cx = { 0 };
	return lg_front_lane(&front, &cx, &req);
}

TEST(operations_that_may_wait_for_others_have_a_lane_of_their_own)
{
	assert_int_equal(lane_of("AWSCognitoIdentityProviderService.SignUp"), 1);
	assert_int_equal(lane_of("AWSCognitoIdentityProviderService.GetUser"), 0);
	assert_int_equal(lane_of("AWSCognitoIdentityProviderService.Nothing"), 0);
	assert_int_equal(lane_of("nothing"), 0);
}
