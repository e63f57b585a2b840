/*
 * phone.h - phone numbers as people write them, and the choice of a country beside their field.
 *
 * A number that begins with + is what it says, whatever was chosen. The field's name with ".country" behind
 * it is the choice.
 */
#ifndef LG_PAGE_PHONE_H
#define LG_PAGE_PHONE_H

#include "page/page.h"

/*
 * "0151 123-456" of Germany as E.164; digits, blanks and dashes of any script. What is no number, and one
 * without a country (absent, or unknown), stays as it was typed.
 */
LG_MUST lg_status lg_phone_read(struct lg_ctx *cx, lg_str typed, lg_str country, lg_str *ret);
/* The number as it is typed where `country` is chosen: all of it when it would not be read the same. */
LG_MUST lg_status lg_phone_write(
	struct lg_ctx *cx, lg_str number, lg_str likely, lg_str *ret_typed, lg_str *ret_country);

/* What the form has in a field of this name, as E.164; absent when it has no such field. */
LG_MUST lg_status lg_phone_typed(const struct lg_page *pg, lg_str name, lg_str *ret);
/* The field and its choice: as they were sent, or of a number that there is. */
LG_MUST lg_status lg_phone_field(struct lg_page *pg, struct lg_view_field *field, lg_str number);
/* Where the person probably is. */
lg_str lg_phone_country(const struct lg_page *pg);

#endif
