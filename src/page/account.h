/*
 * account.h - pages on which somebody looks after his own account: profile, addresses, password, second
 * factors, passkeys, devices, sessions, and its end.
 *
 * They belong to a client and need no authorization request. What would let a thief of the browser session
 * in for good, or the owner out, needs a sign-in of the last minutes.
 */
#ifndef LG_PAGE_ACCOUNT_H
#define LG_PAGE_ACCOUNT_H

#include "domain/grant/grant.h"
#include "page/page.h"

lg_page_fn lg_page_account;
lg_page_fn lg_page_account_profile, lg_page_account_contact, lg_page_account_verify;
lg_page_fn lg_page_account_password;
lg_page_fn lg_page_account_factors, lg_page_account_totp, lg_page_account_recovery;
lg_page_fn lg_page_account_passkeys, lg_page_account_passkey;
lg_page_fn lg_page_account_devices, lg_page_account_sessions;
lg_page_fn lg_page_account_delete;

lg_page_fn lg_page_passkey_add;            /* /passkeys/add */
lg_page_fn lg_page_passkey_create_options; /* JSON for the script */
lg_page_fn lg_page_signed_out;

/* Is there a section of this path, for this person in this pool? */
bool lg_account_has(const struct lg_page *pg, lg_str path);

#define LG_ACCOUNT_FRESH_MS (5 * LG_MINUTE_MS)

/*
 * Did the person sign in lately? Else the answer, `*ret_asked` being true, sends him to do so, and back to
 * the page of this path.
 */
LG_MUST lg_status lg_account_fresh(struct lg_page *pg, lg_str path, bool *ret_asked);

/* Who is signed in, as operations know the user of an access token. */
struct lg_access lg_account_access(const struct lg_page *pg);

/* A page of the account: its name, texts by that name, what was just done, and the way back. */
LG_MUST lg_status lg_account_begin(struct lg_page *pg, struct lg_view *view, lg_str page);
/* Show it, with what went wrong, if something did; failures that nobody here can mend come back. */
LG_MUST lg_status lg_account_show(struct lg_page *pg, struct lg_view *view, lg_status s, lg_str field);

/* Something was done: on to the page of `path`, which says so once (a key of pages/strings). */
LG_MUST lg_status lg_account_done(struct lg_page *pg, lg_str path, lg_str notice);
/* The same with more to remember; `state` has whatever the next page needs but step and notice. */
LG_MUST lg_status lg_account_go(
	struct lg_page *pg, lg_str path, lg_str step, struct lg_rec_page_state *state);

/* A text that is nobody's to translate: a name, an address. */
struct lg_text lg_account_raw(lg_str text);
/* As a text puts it in ("time", page/text.h). */
LG_MUST lg_status lg_account_time(struct lg_ctx *cx, lg_time time, lg_str *ret);

#endif
