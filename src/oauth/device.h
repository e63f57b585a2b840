/*
 * device.h - devices without a keyboard: they show a code, which their user types in where he can sign in
 * (RFC 8628).
 *
 * A device that waits is a row that its user code names, for ten minutes. Who guesses codes has few tries
 * from one address, and meets one of 25,600,000,000.
 */
#ifndef LG_OAUTH_DEVICE_H
#define LG_OAUTH_DEVICE_H

#include "oauth/code.h"
#include "oauth/token.h"

#define LG_OAUTH_DEVICE_S 600
#define LG_OAUTH_DEVICE_INTERVAL_S 5 /* between two questions of a device */

struct lg_oauth_device {
	lg_str device_code;
	lg_str user_code; /* "BCDF-GHJK" */
};

/* A device begins. LG_E_OAUTH_UNAUTHORIZED_CLIENT: the client has no flow for users; _INVALID_SCOPE. */
LG_MUST lg_status lg_oauth_device_begin(struct lg_ctx *cx, struct lg_env *env,
	const struct lg_oauth_client *by, const struct lg_str_map *params, struct lg_oauth_device *ret);

/* A device that waits, as the page of its user finds it. */
struct lg_oauth_device_wait {
	const struct lg_pool *pool;
	const struct lg_client *client;
	lg_str user_code; /* as it is shown */
	lg_str scope;
	lg_time expires;
};

/*
 * By what somebody typed: letters of any case, with anything between them. LG_E_NOT_FOUND: none waits under
 * this code, or not any more. LG_E_LIMIT_EXCEEDED: too many wrong ones from this address within an hour.
 */
LG_MUST lg_status lg_oauth_device_find(struct lg_ctx *cx, struct lg_env *env, lg_str typed,
	const struct lg_caller *caller, struct lg_oauth_device_wait *ret);

/*
 * Its user has decided: he lets it in, or (NULL) does not. LG_E_NOT_FOUND: it waits no longer.
 */
LG_MUST lg_status lg_oauth_device_decide(struct lg_ctx *cx, struct lg_env *env,
	const struct lg_oauth_device_wait *wait, const struct lg_oauth_subject *subject);

/*
 * The device asks. LG_E_OAUTH_PENDING, _SLOW_DOWN, _ACCESS_DENIED, _EXPIRED_TOKEN, _INVALID_GRANT; tokens
 * once.
 */
LG_MUST lg_status lg_oauth_device_redeem(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	const struct lg_client *client, lg_str device_code, struct lg_oauth_granted *ret);

#endif
