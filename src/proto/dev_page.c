#include "proto/dev_page.h"

#include "codec/uri.h"
#include "gen/pages.h"
#include "proto/answer.h"
#include "proto/dev_demo.h"

#define PAGE_MESSAGES 100
#define FRAGMENT_MAX_BYTES ((size_t)256 << 10)
#define PAGE_MAX_BYTES ((size_t)4 << 20)

#define RENDER(cx, name, ret, ...)                                                                          \
	lg_html_render((cx), &lg_template_##name, &(const struct lg_page_##name){ __VA_ARGS__ },            \
		FRAGMENT_MAX_BYTES, (ret))

/* Purposes as the kit names them, and as people do. */
struct purpose {
	lg_str name;
	lg_str title;
};

static const struct purpose purposes[] = {
	{ LG_STR_INIT("signup"), LG_STR_INIT("Sign-up") },
	{ LG_STR_INIT("resend"), LG_STR_INIT("Sign-up, sent again") },
	{ LG_STR_INIT("forgot"), LG_STR_INIT("Forgotten password") },
	{ LG_STR_INIT("attribute"), LG_STR_INIT("Changed address or number") },
	{ LG_STR_INIT("mfa"), LG_STR_INIT("Second factor") },
	{ LG_STR_INIT("otp"), LG_STR_INIT("Sign-in code") },
	{ LG_STR_INIT("invite"), LG_STR_INIT("Invitation") },
	{ LG_STR_INIT("notice"), LG_STR_INIT("Notice") },
};

static lg_str
purpose_title(lg_str name)
{
	for (size_t i = 0; i < LG_LEN(purposes); i++)
		if (lg_str_eq(purposes[i].name, name))
			return purposes[i].title;
	return name;
}

/* ---- fragments ---- */

static lg_status
render_purposes(struct lg_ctx *cx, lg_str chosen, lg_html *ret)
{
	lg_html options[LG_LEN(purposes) + 1];
	LG_TRY(RENDER(cx, inbox_option, &options[0], .text = LG_STR("Any")));
	for (size_t i = 0; i < LG_LEN(purposes); i++) {
		const struct purpose *one = &purposes[i];
		if (lg_str_eq(one->name, chosen))
			LG_TRY(RENDER(cx, inbox_option_selected, &options[i + 1], .value = one->name,
				.text = one->title));
		else
			LG_TRY(RENDER(
				cx, inbox_option, &options[i + 1], .value = one->name, .text = one->title));
	}
	return lg_html_join(cx, options, LG_LEN(options), ret);
}

static lg_status
render_message(struct lg_ctx *cx, const struct lg_inbox_message *entry, lg_html *ret)
{
	const struct lg_message *m = &entry->message;
	lg_html user = { 0 }, code = { 0 }, link = { 0 };
	bool invited = lg_str_eq(m->purpose, LG_STR("invite"));
	if (lg_str_present(m->username))
		LG_TRY(RENDER(cx, inbox_user, &user, .user = m->username));
	if (lg_str_present(m->code))
		LG_TRY(RENDER(cx, inbox_code, &code,
			.label = invited ? LG_STR("Temporary password") : LG_STR("Code"), .code = m->code));
	if (lg_str_present(m->link))
		LG_TRY(RENDER(cx, inbox_link, &link, .link = m->link));

	lg_str id, time;
	char text[LG_TIME_RFC3339_SIZE];
	lg_time_rfc3339(entry->time, text);
	LG_TRY(lg_str_dup(cx, lg_str_from_c(text), &time));
	LG_TRY(lg_str_fmt(cx, &id, "%lld", (long long)entry->id));
	bool mail = lg_str_eq(m->medium, LG_STR("EMAIL"));
	return RENDER(cx, inbox_message, ret, .id = id, .medium = mail ? LG_STR("Email") : LG_STR("SMS"),
		.subject = lg_str_present(m->subject) ? m->subject : purpose_title(m->purpose), .time = time,
		.to = m->to, .user = user, .purpose = purpose_title(m->purpose), .pool = m->pool_id,
		.code = code, .link = link, .body = m->body);
}

static lg_status
render_empty(struct lg_env *env, struct lg_ctx *cx, bool filtered, lg_html *ret)
{
	lg_html hint = { 0 };
	if (!filtered && env->settings->demo_pool)
		LG_TRY(RENDER(cx, inbox_hint, &hint, .endpoint = env->settings->public_url,
			.client = LG_DEMO_CLIENT));
	return RENDER(cx, inbox_empty, ret,
		.text = filtered ? LG_STR("No message fits the filter.") : LG_STR("No messages yet."),
		.hint = hint);
}

static lg_status
render_list(struct lg_env *env, struct lg_ctx *cx, const struct lg_inbox_message *list, size_t count,
	bool filtered, lg_html *ret)
{
	if (count == 0)
		return render_empty(env, cx, filtered, ret);
	lg_html *parts = lg_new_array(cx, lg_html, count);
	if (!parts)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	for (size_t i = 0; i < count; i++)
		LG_TRY(render_message(cx, &list[i], &parts[i]));
	return lg_html_join(cx, parts, count, ret);
}

/* ---- the page ---- */

static lg_status
json_address(struct lg_ctx *cx, const struct lg_inbox_filter *filter, lg_str *ret)
{
	const struct lg_str_pair pairs[] = { { LG_STR("pool"), filter->pool },
		{ LG_STR("user"), filter->user }, { LG_STR("to"), filter->to },
		{ LG_STR("purpose"), filter->purpose } };
	lg_str address = LG_STR("/_lifeguard/inbox/messages");
	char mark = '?';
	for (size_t i = 0; i < LG_LEN(pairs); i++) {
		if (!lg_str_present(pairs[i].value))
			continue;
		lg_str value;
		LG_TRY(lg_uri_encode(cx, pairs[i].value, false, &value));
		LG_TRY(lg_str_fmt(cx, &address, "%.*s%c%.*s=%.*s", LG_FMT(address), mark,
			LG_FMT(pairs[i].key), LG_FMT(value)));
		mark = '&';
	}
	*ret = address;
	return LG_OK;
}

static lg_status
render_page(struct lg_env *env, struct lg_ctx *cx, const struct lg_inbox_filter *filter, lg_html *ret)
{
	struct lg_inbox_message *list;
	size_t count;
	LG_TRY(lg_inbox_list(lg_inbox_of(env->messenger), cx, filter, PAGE_MESSAGES, &list, &count));

	struct lg_page_inbox page = { .to = filter->to, .user = filter->user, .newest = LG_STR("0") };
	bool filtered = lg_str_present(filter->to) || lg_str_present(filter->user) ||
			lg_str_present(filter->pool) || lg_str_present(filter->purpose);
	LG_TRY(render_purposes(cx, filter->purpose, &page.purposes));
	LG_TRY(render_list(env, cx, list, count, filtered, &page.messages));
	if (filtered)
		LG_TRY(RENDER(cx, inbox_clear, &page.clear, 0));
	if (lg_str_present(filter->pool))
		LG_TRY(RENDER(cx, inbox_pool_field, &page.pool_field, .pool = filter->pool));
	if (count)
		LG_TRY(lg_str_fmt(cx, &page.newest, "%lld", (long long)list[0].id));
	LG_TRY(lg_str_fmt(cx, &page.heading, "%zu %s%s", count, count == 1 ? "message" : "messages",
		count == PAGE_MESSAGES ? ", the newest ones" : ""));
	LG_TRY(lg_str_fmt(cx, &page.title, "Inbox (%zu) – Lifeguard", count));
	LG_TRY(json_address(cx, filter, &page.json));
	return lg_html_render(cx, &lg_template_inbox, &page, PAGE_MAX_BYTES, ret);
}

void
lg_dev_page_inbox(struct lg_env *env, struct lg_ctx *cx, const struct lg_inbox_filter *filter,
	struct lg_http_answer *ret)
{
	lg_html page;
	lg_status s = render_page(env, cx, filter, &page);
	if (lg_failed(s)) {
		struct lg_answer_error error = lg_answer_error(cx, s.code, LG_STR("inbox"));
		lg_answer_message(env, cx, error.info->http, LG_STR("The page cannot be shown."), ret);
		return;
	}
	lg_answer_begin(env, cx, 200, ret);
	lg_http_answer_header(ret, LG_STR("Cache-Control"), LG_STR("no-store"));
	lg_http_answer_header(ret, LG_STR("Content-Security-Policy"),
		LG_STR("default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; "
		       "connect-src 'self'; "
		       "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"));
	lg_http_answer_header(ret, LG_STR("Referrer-Policy"), LG_STR("no-referrer"));
	lg_http_answer_header(ret, LG_STR("X-Content-Type-Options"), LG_STR("nosniff"));
	lg_answer_body(ret, LG_STR("text/html; charset=utf-8"), page.markup);
}

bool
lg_dev_page_asset(struct lg_env *env, struct lg_ctx *cx, lg_str name, struct lg_http_answer *ret)
{
	const struct lg_page_asset *asset = NULL;
	if (lg_str_eq(name, LG_STR("inbox.css")))
		asset = &lg_asset_inbox_css;
	else if (lg_str_eq(name, LG_STR("inbox.js")))
		asset = &lg_asset_inbox_js;
	else if (lg_str_eq(name, LG_STR("lifeguard.svg")))
		asset = &lg_asset_lifeguard_svg;
	if (!asset)
		return false;
	lg_answer_begin(env, cx, 200, ret);
	/* The address holds the version. */
	lg_http_answer_header(ret, LG_STR("Cache-Control"), LG_STR("public, max-age=31536000, immutable"));
	lg_http_answer_header(ret, LG_STR("X-Content-Type-Options"), LG_STR("nosniff"));
	lg_answer_body(ret, asset->content_type, asset->content);
	return true;
}
