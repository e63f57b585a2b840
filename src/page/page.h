/*
 * page.h - one request for a page, as every page function gets it.
 *
 * What a page needs was read before it is called: the authorization request from the address (anew at every
 * GET and POST, so nothing in a form is trusted), who is signed in, the form of a POST, and where the person
 * stands between two pages (page/state.h).
 */
#ifndef LG_PAGE_PAGE_H
#define LG_PAGE_PAGE_H

#include "domain/auth/auth.h"
#include "gen/rec_types.h"
#include "net/http.h"
#include "oauth/browser.h"
#include "oauth/request.h"
#include "oauth/response.h"
#include "oauth/trip.h"
#include "page/view.h"

#define LG_PAGE_COOKIES 8

struct lg_page {
	struct lg_ctx *cx;
	struct lg_env *env;
	const struct lg_http_req *req;
	struct lg_http_answer *answer;
	struct lg_str_map params; /* of the address */
	struct lg_oauth_request request;
	bool signed_in;
	struct lg_browser browser; /* when signed_in */
	bool is_post;
	struct lg_str_map form; /* when is_post */
	lg_str csrf;            /* what forms carry */
	lg_str goal;            /* where a sign-in leads, when no application asked (page/goal.h) */
	struct lg_rec_page_state state; /* step absent = at the beginning */
	lg_str state_mark; /* names this state in forms, so that a tab that was left behind is noticed */
	lg_str whose;      /* names who is signed in, likewise */
	const struct lg_look *look;
	const struct lg_language *language;
	struct lg_trip trip;    /* of who is back from a provider (page/provider.h) */
	struct lg_str_map came; /* and the answer that he brings */
	lg_str device; /* that this browser is remembered as; absent = none (page/remember.h) */
	size_t cookie_count;
	lg_str cookies[LG_PAGE_COOKIES]; /* to be set by whatever the answer becomes */
};

/* A page function fills the answer. A failure becomes an error page. */
typedef lg_status lg_page_fn(struct lg_page *pg);

/* Where a request comes from, for the sign-in engine and for browser sessions. */
struct lg_caller lg_page_caller(const struct lg_page *pg);
struct lg_browser_at lg_page_browser_at(const struct lg_page *pg);

/* What the browser sent; absent = none, or two. */
lg_str lg_page_sent_cookie(const struct lg_page *pg, lg_str name);
/* A Set-Cookie header; of one cookie the last one counts. */
void lg_page_cookie(struct lg_page *pg, lg_str header);

/*
 * The language of who asks: as the address wishes ("lang", "ui_locales"), else as he chose before, else as
 * his browser prefers.
 */
const struct lg_language *lg_page_language(
	const struct lg_env *env, const struct lg_http_req *req, const struct lg_str_map *params);

/* Which look and language: pg->look, pg->language. */
LG_MUST lg_status lg_page_dress(struct lg_page *pg);

/* ---- what a page answers with ---- */

/* `view` under this status; the hidden fields of forms are added here. */
LG_MUST lg_status lg_page_show(struct lg_page *pg, int status, struct lg_view *view);
/* Another page's address with the same authorization request. */
LG_MUST lg_status lg_page_link(const struct lg_page *pg, lg_str path, lg_str *ret);
/* To another address than a page's: that of a provider. */
void lg_page_leave_to(struct lg_page *pg, lg_str url);
/* Back to the client. */
void lg_page_leave(struct lg_page *pg, const struct lg_oauth_response *response);
/* JSON, for the script. */
LG_MUST lg_status lg_page_json(struct lg_page *pg, lg_str json);
/* 303 to another page of ours, with the same authorization request: "/mfa". */
LG_MUST lg_status lg_page_go(struct lg_page *pg, lg_str path);
/* Something about the request is wrong, and nobody can be sent back to the client. */
void lg_page_error(struct lg_page *pg, lg_status s);

#endif
