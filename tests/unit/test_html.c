#include "tests/lib/test.h"

#include "codec/html.h"

struct values {
	lg_str text;
	lg_str url;
	lg_html markup;
};

static const struct lg_html_piece pieces[] = {
	{ LG_STR_INIT("<p title=\""), LG_HTML_TEXT, offsetof(struct values, text) },
	{ LG_STR_INIT("\"><a href=\""), LG_HTML_URL, offsetof(struct values, url) },
	{ LG_STR_INIT("\">"), LG_HTML_MARKUP, offsetof(struct values, markup) },
	{ LG_STR_INIT("</a>\n"), LG_HTML_END, 0 },
};
static const struct lg_html_template template = { pieces, LG_LEN(pieces) };

static lg_str
render(struct lg_ctx *cx, lg_str text, lg_str url)
{
	lg_html inner, page;
	static const struct lg_html_piece bold = { LG_STR_INIT("<b>x</b>"), LG_HTML_END, 0 };
	CHECK_OK(lg_html_render(cx, &(const struct lg_html_template){ &bold, 1 }, NULL, 100, &inner));
	CHECK_OK(lg_html_render(cx, &template, &(struct values){ text, url, inner }, 1000, &page));
	return page.markup;
}

TEST(values_are_escaped_for_their_place)
{
	struct lg_test_ctx t;
	lg_test_ctx_init(&t);
	CHECK_STR(render(&t.cx, LG_STR("<i>\"a\" & 'b'"), LG_STR("/x?a=1&b=\"2\"")),
		LG_STR("<p title=\"&lt;i&gt;&quot;a&quot; &amp; &#39;b&#39;\"><a "
		       "href=\"/x?a=1&amp;b=&quot;2&quot;\"><b>x</b></a>\n"));
	CHECK_STR(render(&t.cx, LG_STR_NONE, LG_STR("https://example.com/\xc3\xa4")),
		LG_STR("<p title=\"\"><a href=\"https://example.com/\xc3\xa4\"><b>x</b></a>\n"));
	lg_test_ctx_done(&t);
}

TEST(addresses_that_run_something_lead_nowhere)
{
	static const lg_str bad[] = { LG_STR_INIT("javascript:alert(1)"), LG_STR_INIT("data:text/html,x"),
		LG_STR_INIT("//example.com"), LG_STR_INIT("/\\example.com"), LG_STR_INIT(" https://x"),
		LG_STR_INIT("") };
	struct lg_test_ctx t;
	lg_test_ctx_init(&t);
	for (size_t i = 0; i < LG_LEN(bad); i++)
		CHECK_STR(render(&t.cx, LG_STR("t"), bad[i]),
			LG_STR("<p title=\"t\"><a href=\"#\"><b>x</b></a>\n"));
	lg_test_ctx_done(&t);
}

TEST(an_attribute_comes_with_its_value)
{
	static const struct lg_html_piece input[] = {
		{ LG_STR_INIT("<input"), LG_HTML_ATTRIBUTE, offsetof(struct values, text),
			LG_STR_INIT(" id=\"") },
		{ LG_STR_INIT(">"), LG_HTML_END, 0 },
	};
	static const struct lg_html_template tag = { input, LG_LEN(input) };
	struct lg_test_ctx t;
	lg_html html;
	lg_test_ctx_init(&t);
	CHECK_OK(lg_html_render(&t.cx, &tag, &(struct values){ .text = LG_STR_NONE }, 100, &html));
	CHECK_STR(html.markup, LG_STR("<input>"));
	CHECK_OK(lg_html_render(&t.cx, &tag, &(struct values){ .text = LG_STR("") }, 100, &html));
	CHECK_STR(html.markup, LG_STR("<input id=\"\">"));
	CHECK_OK(lg_html_render(&t.cx, &tag, &(struct values){ .text = LG_STR("a\" onx=\"") }, 100, &html));
	CHECK_STR(html.markup, LG_STR("<input id=\"a&quot; onx=&quot;\">"));
	lg_test_ctx_done(&t);
}

TEST(bytes_that_are_no_text_are_replaced)
{
	struct lg_test_ctx t;
	lg_test_ctx_init(&t);
	/* Overlong, surrogate, cut short, control. */
	CHECK_STR(render(&t.cx, LG_STR("\xc0\xbc|\xed\xa0\x80|\xf0\x9f|\x01|\xf0\x9f\x98\x80"), LG_STR("/")),
		LG_STR("<p "
		       "title=\"\xef\xbf\xbd\xef\xbf\xbd|\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd|"
		       "\xef\xbf\xbd\xef\xbf\xbd|"
		       "\xef\xbf\xbd|\xf0\x9f\x98\x80\"><a href=\"/\"><b>x</b></a>\n"));
	lg_test_ctx_done(&t);
}

TEST(pages_have_a_maximum)
{
	struct lg_test_ctx t;
	lg_test_ctx_init(&t);
	lg_html page;
	CHECK_CODE(lg_html_render(&t.cx, &template, &(struct values){ 0 }, 10, &page), LG_E_TOO_LARGE);
	lg_test_ctx_done(&t);
}
