/*
 * dev_demo.h - the demo pool: made at the first start in development, and again as it was by the kit's
 * reset.
 */
#ifndef LG_PROTO_DEV_DEMO_H
#define LG_PROTO_DEV_DEMO_H

#include "domain/env.h"

#define LG_DEMO_POOL LG_STR("us-east-1_Lifeguard")
#define LG_DEMO_CLIENT LG_STR("lifeguarddemo0000000000000")
#define LG_DEMO_USER LG_STR("demo")
#define LG_DEMO_PASSWORD LG_STR("Correct-horse-9")

/* Make it, unless the settings say otherwise or this store has had it before. */
LG_MUST lg_status lg_demo_make(struct lg_ctx *cx, struct lg_env *env);

/*
 * Empty the store, bring the demo pool back with its ids, times and keys, empty the inbox, set the clock
 * right.
 */
LG_MUST lg_status lg_demo_reset(struct lg_ctx *cx, struct lg_env *env);

#endif
