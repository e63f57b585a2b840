/*
 * browser_list.h - the browser sessions of a user (oauth/browser.h) as items of his: which of them live,
 * what a list shows of them, and their end.
 *
 * What ends when is docs/decisions/0043.
 */
#ifndef LG_DOMAIN_BROWSER_LIST_H
#define LG_DOMAIN_BROWSER_LIST_H

#include "domain/user/user.h"
#include "store/user_item.h"

#define LG_BROWSER_KIND LG_STR("browser")
#define LG_BROWSERS_MAX 50 /* a user's; the oldest go */

/* What a session remembers of its user's credential: a password that is set ends it, even the same one. */
#define LG_BROWSER_CREDENTIAL_SIZE 16
void lg_browser_credential(const struct lg_user *user, unsigned char ret[LG_BROWSER_CREDENTIAL_SIZE]);
/* `user` is read with his credential, here and below. */
bool lg_browser_is_alive(
	const struct lg_ctx *cx, const struct lg_user *user, const struct lg_rec_browser *record);

/*
 * "sso" and 25 characters: what the API and pages call a session, and what remembers that it came through
 * one. It is the same after each renewal, under whatever secret.
 */
LG_MUST lg_status lg_browser_id(struct lg_ctx *cx, const struct lg_user_item *item, lg_str *ret);
/*
 * The one of this id. LG_E_NOT_FOUND when somebody has signed out of it, or it was revoked, or everything of
 * its user's ended. That its time is over is no matter: what it brought may be used a little later.
 */
LG_MUST lg_status lg_browser_find(struct lg_ctx *cx, struct lg_env *env, const struct lg_user *user,
	lg_str id, struct lg_user_item *ret);

struct lg_browser_entry {
	lg_str id;
	lg_str client_id;
	lg_time created;   /* the first sign-in */
	lg_time auth_time; /* the newest */
	lg_time expires;
	lg_str device_type, last_ip;
};
/* The living ones, newest first. */
LG_MUST lg_status lg_browser_list(struct lg_ctx *cx, struct lg_env *env, const struct lg_user *user,
	struct lg_browser_entry **ret, size_t *ret_count);
/* LG_E_NOT_FOUND when he has none of this id. What came through it goes on. */
LG_MUST lg_status lg_browser_revoke(struct lg_ctx *cx, struct lg_env *env, const struct lg_user *user,
	lg_str id);
/* Whoever was faster has ended it as well. */
LG_MUST lg_status lg_browser_delete(struct lg_ctx *cx, struct lg_env *env, const struct lg_user *user,
	const struct lg_user_item *item);

#endif
