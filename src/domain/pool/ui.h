/*
 * ui.h - style and logo of the classic pages, for one app client or for all of a pool
 * (spec/oauth-endpoints.md 10.1).
 */
#ifndef LG_DOMAIN_UI_H
#define LG_DOMAIN_UI_H

#include "domain/pool/pool.h"

/*
 * Replaces style and logo: what is left out is gone, and with both the whole customization. An absent
 * client, or "ALL", is the pool. LG_E_INVALID_PARAMETER: no domain, a style sheet or picture that can't be
 * used. LG_E_RESOURCE_NOT_FOUND: no such client.
 */
LG_MUST lg_status lg_ui_set(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	const struct lg_idp_set_ui_customization_request *in, struct lg_idp_ui_customization_type **ret);

/* A client that has none of its own shows that of the pool; the ids alone when there is none either. */
LG_MUST lg_status lg_ui_get(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	lg_str client_id, struct lg_idp_ui_customization_type **ret);

/*
 * The picture behind an ImageUrl: its path without host. LG_E_NOT_FOUND also when the path is no such, or
 * of a former picture.
 */
LG_MUST lg_status lg_ui_image(
	struct lg_ctx *cx, struct lg_env *env, lg_str path, lg_str *ret_bytes, lg_str *ret_type);

#endif
