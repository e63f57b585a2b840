/*
 * forgot.h - a password is forgotten: whose, then a code and the new one (domain/auth/recover.h).
 *
 * Everybody is told that a code was sent. The second page is reached from the first one in the same browser
 * only, and for eight minutes (spec/oauth-endpoints.md 7).
 */
#ifndef LG_PAGE_FORGOT_H
#define LG_PAGE_FORGOT_H

#include "page/page.h"

/* Steps of the state (page/state.h). */
#define LG_STEP_FORGOT LG_STR("FORGOT") /* /login found that the password has to be reset */
#define LG_STEP_RESET LG_STR("RESET")   /* a code was sent */

lg_page_fn lg_page_forgot; /* /forgotPassword */
lg_page_fn lg_page_reset;  /* /confirmForgotPassword, /resetPassword */

#endif
