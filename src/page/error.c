#include "page/signin.h"

#include "proto/answer.h"

/* Whoever is shown this cannot go on: nothing of the request may be believed. */
static lg_status
show(struct lg_page *pg, int status)
{
	struct lg_view view = { .page = LG_STR("error") };
	view.title = lg_text(LG_STR("error_page.title"));
	view.lead = lg_text(status == 503 ? LG_STR("error.unavailable") : LG_STR("error_page.lead"));
	pg->request.redirect_uri = LG_STR_NONE;
	return lg_page_show(pg, status, &view);
}

lg_status
lg_page_error_page(struct lg_page *pg)
{
	return show(pg, 400);
}

/* What has a name in OAuth is the request's fault, however our own operations call it. */
static int
status_of(const struct lg_page *pg, int code)
{
	const struct lg_error_info *info = lg_error_info(code);
	if (code == LG_E_MALFORMED || code == LG_E_TOO_LARGE)
		return 400;
	if (info->oauth && info->http < 500)
		return info->http;
	return lg_answer_error(pg->cx, code, LG_STR("page")).info->http;
}

void
lg_page_error(struct lg_page *pg, lg_status s)
{
	const int status = status_of(pg, s.code);
	if (lg_failed(show(pg, status)))
		lg_answer_message(pg->env, pg->cx, status, LG_STR("This page cannot be shown."), pg->answer);
}
