/*
 * form.h - what a POST has to show before anything is believed, and what it brought.
 *
 * A form comes from our own page in the same browser: the hidden field _csrf is the value of the cookie
 * XSRF-TOKEN, which other sites can neither read nor, for us alone, set; and a browser that says where the
 * form stood (Origin, Sec-Fetch-Site) says that it was here.
 */
#ifndef LG_PAGE_FORM_H
#define LG_PAGE_FORM_H

#include "page/page.h"

/* Read the cookie, or draw a token and set it. */
LG_MUST lg_status lg_form_token(struct lg_page *pg);

/*
 * Read the body of a POST. LG_E_FORBIDDEN: from elsewhere. LG_E_MISMATCH: the token is another one, as in a
 * tab that was left open for long; the fields are there, and nothing may be done with them.
 * LG_E_MALFORMED, LG_E_TOO_LARGE.
 */
LG_MUST lg_status lg_form_read(struct lg_page *pg);

/* A field without blanks at its ends, absent when it was not sent; passwords come by lg_form_raw. */
lg_str lg_form_get(const struct lg_page *pg, lg_str name);
lg_str lg_form_raw(const struct lg_page *pg, lg_str name);
/* "123 456", as apps and messages show it, without its blanks. */
LG_MUST lg_status lg_form_code(const struct lg_page *pg, lg_str name, lg_str *ret);
/* Was the button with this value of "action" pressed? */
bool lg_form_action(const struct lg_page *pg, lg_str value);

#endif
