/*
 * plural.h - which plural form a whole number takes (Unicode CLDR 46).
 */
#ifndef LG_PAGE_PLURAL_H
#define LG_PAGE_PLURAL_H

#include "base/str.h"

enum lg_plural { /* in the order of gen/strings.h */
	LG_PLURAL_ZERO,
	LG_PLURAL_ONE,
	LG_PLURAL_TWO,
	LG_PLURAL_FEW,
	LG_PLURAL_MANY,
	LG_PLURAL_OTHER,
};

/* Languages that we know nothing of tell one from all others. */
enum lg_plural lg_plural(lg_str tag, uint64_t count);

#endif
