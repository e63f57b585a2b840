/*
 * branding_check.h - what settings and pictures of a managed login style must be.
 */
#ifndef LG_DOMAIN_BRANDING_CHECK_H
#define LG_DOMAIN_BRANDING_CHECK_H

#include "base/ctx.h"
#include "gen/idp_types.h"

/*
 * LG_E_INVALID_PARAMETER unless it is an object of the known parts, in which every colour is one: what is
 * stored ends up in style sheets. An absent document is fine.
 */
LG_MUST lg_status lg_branding_check_settings(struct lg_ctx *cx, lg_str settings);

/*
 * LG_E_INVALID_PARAMETER for two of one place, a file that is not of its extension or can't be used there.
 * One without bytes gets those of the same place in `old`.
 */
LG_MUST lg_status lg_branding_check_assets(
	struct lg_ctx *cx, struct lg_idp_asset_list_type *assets, const struct lg_idp_asset_list_type *old);

/* Our own settings, overlaid with `settings` (absent = none): whole objects merge, all else replaces. */
LG_MUST lg_status lg_branding_merge(struct lg_ctx *cx, lg_str settings, lg_str *ret);

#endif
