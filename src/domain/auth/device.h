/*
 * device.h - remembered devices (spec/sign-in.md 7).
 *
 * A sign-in names its device, or gets a key for a new one; the key is in its tokens, and there is no row of
 * it until its owner confirms the device with a verifier, by which it proves itself at later sign-ins. To
 * forget a device ends its refresh tokens and the key for good.
 */
#ifndef LG_DOMAIN_DEVICE_H
#define LG_DOMAIN_DEVICE_H

#include "domain/grant/grant.h"
#include "store/user_item.h"

#define LG_DEVICE_KEY_MAX 55

struct lg_device {
	struct lg_user_item item; /* its name is the device key */
	struct lg_rec_device *record;
};

bool lg_pool_tracks_devices(const struct lg_pool *pool);
/* Does a remembered device stand for a second factor? */
bool lg_pool_device_is_factor(const struct lg_pool *pool);

/* Are users asked first whether a device shall be remembered? */
bool lg_pool_asks_to_remember(const struct lg_pool *pool);

/* "<region>_<uuid>", random */
LG_MUST lg_status lg_device_key_make(struct lg_ctx *cx, const struct lg_pool *pool, lg_str *ret);
/* What SRP calls the group: of the pool, and never another one, as verifiers are made with it. */
LG_MUST lg_status lg_device_group_key(struct lg_ctx *cx, const struct lg_pool *pool, lg_str *ret);

/* The failure LG_E_RESOURCE_NOT_FOUND "Device does not exist.", upon which clients drop the key. */
LG_MUST lg_status lg_device_unknown(struct lg_ctx *cx);
/* lg_device_unknown when he has none of this key, here and below. */
LG_MUST lg_status lg_device_find(struct lg_ctx *cx, struct lg_env *env, const struct lg_user *user,
	lg_str key, struct lg_device *ret);
/* A sign-in came from it: when and whence, written by the batch. */
void lg_device_used(struct lg_ctx *cx, struct lg_batch *batch, const struct lg_user *user,
	struct lg_device *device, lg_str ip);
/*
 * A browser that signed in at the pages is a remembered device from now on. It has no secret of its own:
 * a cookie that we made proves it, and it can't be proven by SRP.
 */
LG_MUST lg_status lg_device_remember_browser(struct lg_ctx *cx, struct lg_env *env,
	const struct lg_pool *pool, const struct lg_user *user, const struct lg_caller *caller,
	lg_str *ret_key);
/* Was a device of this key forgotten, whatever tokens still name it? */
LG_MUST lg_status lg_device_forgotten(struct lg_ctx *cx, struct lg_env *env, const struct lg_user *user,
	lg_str key, bool *ret);

/* ---- operations: LG_E_INVALID_USER_POOL_CONFIGURATION in a pool that does not track devices ---- */

/*
 * The device that the access token names; any other key is LG_E_INVALID_PARAMETER. LG_E_DEVICE_KEY_EXISTS.
 * `ret_prompt`: the user is to be asked whether it shall be remembered.
 */
LG_MUST lg_status lg_device_confirm(struct lg_ctx *cx, struct lg_env *env, const struct lg_access *access,
	const struct lg_idp_confirm_device_request *in, lg_str ip, bool *ret_prompt);
LG_MUST lg_status lg_device_read(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	const struct lg_user *user, lg_str key, struct lg_idp_device_type **ret);
LG_MUST lg_status lg_device_list(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	const struct lg_user *user, struct lg_opt_int limit, lg_str token,
	struct lg_idp_device_list_type *ret, lg_str *ret_token);
/* `status` is "remembered", "not_remembered", or absent, which leaves it. */
LG_MUST lg_status lg_device_set_status(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	const struct lg_user *user, lg_str key, lg_str status);
LG_MUST lg_status lg_device_forget(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	const struct lg_user *user, lg_str key);

#endif
