/*
 * banner.h - what a server says on standard output once it is ready.
 */
#ifndef LG_APP_BANNER_H
#define LG_APP_BANNER_H

#include "app/runtime.h"

/*
 * In development: where everything is, and a command to begin with. In production: where the root key was
 * written.
 */
void lg_banner(const struct lg_runtime *runtime);

#endif
