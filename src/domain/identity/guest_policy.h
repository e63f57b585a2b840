/*
 * guest_policy.h - what guests' credentials are good for at most, whatever their role allows
 * (spec/identity-pools.md 8).
 */
#ifndef LG_DOMAIN_GUEST_POLICY_H
#define LG_DOMAIN_GUEST_POLICY_H

#include "domain/env.h"

/* A session policy: that of the settings, or the services that the service itself lets guests use. */
lg_str lg_guest_policy(const struct lg_settings *settings);

#endif
