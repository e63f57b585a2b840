/*
 * state.h - where somebody stands between two pages: a sealed cookie, bound to the browser's XSRF-TOKEN and
 * to the client, that lives no longer than the step it is about.
 */
#ifndef LG_PAGE_STATE_H
#define LG_PAGE_STATE_H

#include "page/page.h"

/* Open the cookie into pg->state; one that is not for us, or over, is none. */
LG_MUST lg_status lg_state_read(struct lg_page *pg);
/* Keep `state` (client, binding and end are filled in), replacing what was there. */
LG_MUST lg_status lg_state_keep(struct lg_page *pg, struct lg_rec_page_state *state);
LG_MUST lg_status lg_state_drop(struct lg_page *pg);
/*
 * What was sent came too late, or from a page of another time: the next page says so at its top (a key of
 * pages/strings), unless the state has something to say already.
 */
LG_MUST lg_status lg_state_excuse(struct lg_page *pg, lg_str notice);
/* Was the form made for another state than the browser is in now? */
bool lg_state_is_stale(const struct lg_page *pg);
/* pg->whose, from pg->browser. */
LG_MUST lg_status lg_state_whose(struct lg_page *pg);
/* Was the form made while somebody else was signed in, or nobody? */
bool lg_state_is_anothers(const struct lg_page *pg);
/* What forms carry of all this. */
LG_MUST lg_status lg_state_write(const struct lg_page *pg, lg_str *ret);

#endif
