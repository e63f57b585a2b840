/*
 * name.h - what somebody signs in with, as a field of a form: a user name, an address, a phone number with
 * its country, or whatever of these a pool allows.
 */
#ifndef LG_PAGE_NAME_H
#define LG_PAGE_NAME_H

#include "page/page.h"

#define LG_PAGE_NAME LG_STR("username") /* the field */

/* What may be typed, as the label of the field says it. */
lg_str lg_page_name_key(const struct lg_page *pg);
/* What was typed; a phone number as E.164, as far as it can be told. */
LG_MUST lg_status lg_page_name_typed(const struct lg_page *pg, lg_str *ret);
/* Append the field: as it was sent, or with this name in it. */
LG_MUST lg_status lg_page_name_field(
	struct lg_page *pg, struct lg_view *view, lg_str name, struct lg_view_field **ret);

#endif
