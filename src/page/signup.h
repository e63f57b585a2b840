/*
 * signup.h - people make their own account: sign up, confirm by code or link (domain/auth/signup.h).
 *
 * Nobody learns here whether somebody else has an account.
 */
#ifndef LG_PAGE_SIGNUP_H
#define LG_PAGE_SIGNUP_H

#include "page/page.h"

/* Steps of the state (page/state.h). */
#define LG_STEP_CONFIRM LG_STR("CONFIRM") /* signed up, or came from /login; a code is to be typed */

lg_page_fn lg_page_signup;
lg_page_fn lg_page_confirm;
lg_page_fn lg_page_resend;       /* /resendcode */
lg_page_fn lg_page_confirm_link; /* /confirmUser: what messages link to */
lg_page_fn lg_page_confirm_linked;

/*
 * Sign in with the Session of a sign-up. When it leads nowhere any more, /login says that the account is
 * ready.
 */
LG_MUST lg_status lg_signup_sign_in(struct lg_page *pg, lg_str username, lg_str session);

/* Is sign-up for everybody, and for people of the pool itself? */
bool lg_signup_is_open(const struct lg_page *pg);

#endif
