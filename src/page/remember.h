/*
 * remember.h - a browser as a remembered device: a sealed cookie names a device of the user, which stands in
 * the list of his devices, and ends with it (docs/decisions/0034).
 *
 * Only where the pool takes remembered devices for the second factor, and only after one was shown.
 */
#ifndef LG_PAGE_REMEMBER_H
#define LG_PAGE_REMEMBER_H

#include "page/page.h"

/* The device that the cookie names, into pg->device; absent = none. */
LG_MUST lg_status lg_remember_read(struct lg_page *pg);

/*
 * Somebody signed in by `proven`, and has a browser session. Should he be asked whether this browser shall
 * be remembered? Where the pool does not ask, it is remembered here.
 */
LG_MUST lg_status lg_remember_after(struct lg_page *pg, const struct lg_user *user,
	const struct lg_str_list *proven, bool *ret_ask);

lg_page_fn lg_page_remember; /* /rememberDevice */

#endif
