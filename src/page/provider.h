/*
 * provider.h - sign-in by identity providers: their buttons, the way there and back (oauth/trip.h).
 *
 * A button, an e-mail address, or the application's request names a provider; only one that the client
 * supports is ever asked.
 */
#ifndef LG_PAGE_PROVIDER_H
#define LG_PAGE_PROVIDER_H

#include "page/page.h"

/* Buttons of the client's providers, in its order; the field for an address, where there are identifiers. */
LG_MUST lg_status lg_provider_buttons(struct lg_page *pg, struct lg_view *view);

/* An address was typed: on to its provider. LG_E_NOT_FOUND: it leads to none. */
LG_MUST lg_status lg_provider_by_address(struct lg_page *pg);

/*
 * For what comes back from a provider, before anything else is read: the request that was left in the place
 * of the answer's own parameters, which are in pg->came. `*ret_moved`: the answer was a form, and the
 * browser brings it again as a GET, with the cookies that a foreign form comes without.
 */
LG_MUST lg_status lg_provider_resume(struct lg_page *pg, bool *ret_moved);

lg_page_fn lg_page_provider;      /* the way there */
lg_page_fn lg_page_provider_back; /* and back */

#endif
