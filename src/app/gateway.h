/*
 * gateway.h - the settings' authorizers and routes become rules, or problems.
 */
#ifndef LG_APP_GATEWAY_H
#define LG_APP_GATEWAY_H

#include "app/settings.h"
#include "authorizer/rules.h"

/*
 * What is wrong goes to the settings' problems; then `ret` is of no use. Rules live as long as `cx`.
 */
LG_MUST lg_status lg_gateway_rules(
	struct lg_ctx *cx, struct lg_settings_read *settings, struct lg_rules *ret);

#endif
