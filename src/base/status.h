/*
 * status.h - what a fallible function returns.
 *
 * A status is a type of its own, so that the compiler tells it from a value, and LG_MUST makes
 * it look that every status is looked at. The codes stand in api/errors.txt.
 */
#ifndef LG_BASE_STATUS_H
#define LG_BASE_STATUS_H

#include <stdbool.h>

#include "gen/error.h"

#define LG_MUST __attribute__((warn_unused_result))
#define LG_PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))
#define LG_CLEANUP(fn) __attribute__((cleanup(fn)))
#define LG_LEN(array) (sizeof(array) / sizeof((array)[0]))

typedef struct lg_status {
	int code; /* enum lg_error */
} lg_status;

#define LG_OK ((lg_status){ LG_E_OK })
#define LG_STATUS(error) ((lg_status){ (error) })

static inline bool
lg_failed(lg_status s)
{
	return s.code != LG_E_OK;
}

/* Leave the function with the failure of `call`. The only macro that changes control flow. */
#define LG_TRY(call)                       \
	do {                               \
		lg_status lg_try_ = (call); \
		if (lg_failed(lg_try_))    \
			return lg_try_;    \
	} while (0)

#endif
