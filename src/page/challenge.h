/*
 * challenge.h - the pages between the first form and the end of a sign-in, one row a step.
 */
#ifndef LG_PAGE_CHALLENGE_H
#define LG_PAGE_CHALLENGE_H

#include "page/signin.h"

/* What the engine, or a page, says to an answer; `ret` is the next step. */
typedef lg_status lg_challenge_answer_fn(struct lg_page *pg, struct lg_auth_step *ret);
typedef lg_status lg_challenge_view_fn(struct lg_page *pg, struct lg_view *view);

/* What every page of this kind says, filled in by challenge_view.c. */
lg_challenge_view_fn lg_challenge_view_choice, lg_challenge_view_password, lg_challenge_view_code,
	lg_challenge_view_mfa_choice, lg_challenge_view_setup, lg_challenge_view_totp,
	lg_challenge_view_new_password, lg_challenge_view_passkey;

#endif
