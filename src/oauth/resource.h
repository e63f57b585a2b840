/*
 * resource.h - the addresses that an access token may be for (RFC 8707): its "aud".
 */
#ifndef LG_OAUTH_RESOURCE_H
#define LG_OAUTH_RESOURCE_H

#include "base/str.h"

/* https, the own machine, or a scheme of an application's own; without fragment (RFC 8707, 2). */
bool lg_oauth_resource_fits(lg_str resource);

#endif
