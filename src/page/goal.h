/*
 * goal.h - sign-ins that no application asked for: the person wants to one of our own pages about his
 * account.
 *
 * Such a page belongs to a client, and mostly has no authorization request. Where a sign-in leads is one of
 * a table, named by "goal" in the address, so that no link can send anybody elsewhere.
 */
#ifndef LG_PAGE_GOAL_H
#define LG_PAGE_GOAL_H

#include "page/page.h"

/* The path behind "goal" in the address; absent = none, or none that we know. */
lg_str lg_goal_of(const struct lg_str_map *params);

/*
 * Fill pg->request from client_id, lang and, for /login, prompt and login_hint. `pool` is the one of the
 * host; NULL = the client decides. LG_E_RESOURCE_NOT_FOUND: no such client here.
 * LG_E_OAUTH_UNAUTHORIZED_CLIENT: it has no pages.
 */
LG_MUST lg_status lg_goal_request(struct lg_page *pg, const struct lg_pool *pool);

/*
 * To /login, whoever is signed in, and back to the page of this path, with the authorization request if
 * there is one.
 */
LG_MUST lg_status lg_goal_sign_in(struct lg_page *pg, lg_str path);
/* He signed in, as was asked for: on to the goal, where nothing asks for it again. */
LG_MUST lg_status lg_goal_reached(struct lg_page *pg);

#endif
