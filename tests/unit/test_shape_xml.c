#include "codec/shape_xml.h"

#include "tests/unit/whole.h"

static lg_status
write_xml(struct lg_ctx *cx, const struct whole *value, lg_str *ret)
{
	struct lg_xml_out *x = lg_xml_out_new(cx, 64 * 1024);
	lg_xml_open_space(x, LG_STR("R"), LG_STR("urn:r"));
	lg_shape_write_xml(x, &whole_shape, value);
	lg_xml_close(x);
	return lg_xml_finish(cx, x, ret);
}

TEST(members_become_elements_in_the_order_of_the_shape)
{
	struct lg_ctx *cx = begin();
	struct whole value;
	lg_str text;
	CHECK_OK(read_whole(cx,
		LG_STR("{\"Tags\":{\"k\":\"RED\"},\"Flag\":false,\"Count\":-2,\"At\":1689980857.949,"
		       "\"Color\":\"<RED> & \\\"BLUE\\\"\",\"Part\":{\"Size\":1,\"Name\":\"é\"},"
		       "\"Parts\":[{\"Name\":\"a\"},{}],\"ByName\":{\"z\":{\"Name\":\"z\"}},"
		       "\"Names\":[],\"Lists\":[[\"a\",\"b\"],[]]}"),
		&value));
	CHECK_OK(write_xml(cx, &value, &text));
	CHECK_STR(text,
		LG_STR("<R xmlns=\"urn:r\"><Flag>false</Flag><Count>-2</Count><At>2023-07-21T23:07:37Z</At>"
		       "<Color>&lt;RED&gt; &amp; &quot;BLUE&quot;</Color>"
		       "<Part><Name>é</Name><Size>1</Size></Part>"
		       "<Parts><member><Name>a</Name></member><member></member></Parts>"
		       "<ByName><entry><key>z</key><value><Name>z</Name></value></entry></ByName>"
		       "<Names></Names>"
		       "<Lists><member><member>a</member><member>b</member></member><member></member></"
		       "Lists>"
		       "<Tags><entry><key>k</key><value>RED</value></entry></Tags></R>"));
	lg_test_ctx_done(&t);
}

TEST(what_xml_cannot_say_becomes_a_question_mark)
{
	static const char *const pairs[][2] = {
		{ "a\tb\nc", "a\tb\nc" },
		{ "a\rb", "a&#xD;b" },
		{ "\x01\x1f\x7f", "??\x7f" },
		{ "\xef\xbf\xbe|\xef\xbf\xbf|\xef\xbf\xbd", "?|?|\xef\xbf\xbd" },
		{ "\xff<\xc3", "?&lt;?" },
		{ "]]>", "]]&gt;" },
	};
	struct lg_ctx *cx = begin();
	for (size_t i = 0; i < LG_LEN(pairs); i++) {
		struct whole value = { .color = lg_str_from_c(pairs[i][0]) };
		lg_str text, wanted;
		CHECK_OK(write_xml(cx, &value, &text));
		CHECK_OK(lg_str_fmt(cx, &wanted, "<R xmlns=\"urn:r\"><Color>%s</Color></R>", pairs[i][1]));
		CHECK_STR(text, wanted);
	}
	lg_test_ctx_done(&t);
}

TEST(a_kind_that_has_no_form_fails)
{
	struct lg_ctx *cx = begin();
	struct whole value = { .ratio = { true, 0.5 } };
	lg_str text;
	CHECK_CODE(write_xml(cx, &value, &text), LG_E_INTERNAL);
	value = (struct whole){ .data = LG_STR("x") };
	CHECK_CODE(write_xml(cx, &value, &text), LG_E_INTERNAL);
	value = (struct whole){ .any = LG_STR("{}") };
	CHECK_CODE(write_xml(cx, &value, &text), LG_E_INTERNAL);
	lg_test_ctx_done(&t);
}

TEST(elements_must_match_and_fit)
{
	struct lg_ctx *cx = begin();
	lg_str text;
	struct lg_xml_out *x = lg_xml_out_new(cx, 100);
	lg_xml_open(x, LG_STR("a"));
	CHECK_CODE(lg_xml_finish(cx, x, &text), LG_E_INTERNAL);
	lg_xml_close(x);
	CHECK_OK(lg_xml_finish(cx, x, &text));
	lg_xml_close(x);
	CHECK_CODE(lg_xml_finish(cx, x, &text), LG_E_INTERNAL);

	x = lg_xml_out_new(cx, 10);
	lg_xml_pair(x, LG_STR("a"), LG_STR("12345"));
	CHECK_CODE(lg_xml_finish(cx, x, &text), LG_E_TOO_LARGE);

	x = lg_xml_out_new(cx, 10000);
	for (int i = 0; i < 40; i++)
		lg_xml_open(x, LG_STR("a"));
	for (int i = 0; i < 40; i++)
		lg_xml_close(x);
	CHECK_CODE(lg_xml_finish(cx, x, &text), LG_E_INTERNAL);
	lg_test_ctx_done(&t);
}
