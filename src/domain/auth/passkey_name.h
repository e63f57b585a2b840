/*
 * passkey_name.h - what a passkey is called in a list: after who keeps it, as far as its AAGUID tells.
 *
 * Nothing is decided by it: any authenticator may claim any AAGUID.
 */
#ifndef LG_DOMAIN_PASSKEY_NAME_H
#define LG_DOMAIN_PASSKEY_NAME_H

#include "base/str.h"

/* `aaguid` has 16 bytes; `attachment` is "platform", "cross-platform", or absent. A constant. */
lg_str lg_passkey_name(lg_str aaguid, lg_str attachment);

#endif
