/*
 * country.h - countries and what their phone numbers begin with.
 *
 * A country is two letters of ISO 3166. Pages show it with its code ("DE +49"); our script puts the name in
 * the person's language there, which his browser knows.
 */
#ifndef LG_PAGE_COUNTRY_H
#define LG_PAGE_COUNTRY_H

#include "base/ctx.h"

struct lg_country {
	lg_str name; /* "DE" */
	lg_str code; /* "49", in E.164 behind the plus */
};

/* By their letters. */
size_t lg_countries_count(void);
struct lg_country lg_countries_at(size_t i);

/* The country that a text begins with: "DE", "DE +49". False when there is none. */
bool lg_country_find(lg_str text, struct lg_country *ret);

/*
 * The country of an E.164 number: of those that share a code `likely` if it is among them, else the largest.
 * False when it begins with no code that we know.
 */
bool lg_country_of_number(lg_str number, lg_str likely, struct lg_country *ret);

/*
 * Where somebody probably is: the region of the first language that he prefers (Accept-Language), or where
 * most of its speakers are; then the same of `language`, which is a tag of ours.
 */
lg_str lg_country_likely(lg_str accept, lg_str language);

/*
 * What is dialled inside of a country before a number, and left out in E.164: 0 nearly everywhere.
 * `digits` without it; in some countries the 0 belongs to the number.
 */
lg_str lg_country_without_trunk(lg_str code, lg_str digits);

#endif
