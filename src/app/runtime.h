/*
 * runtime.h - everything that a running server is made of: opened in order, closed in reverse.
 */
#ifndef LG_APP_RUNTIME_H
#define LG_APP_RUNTIME_H

#include "app/root_key.h"
#include "app/settings.h"
#include "proto/inbox.h"
#include "proto/route.h"

struct lg_runtime {
	struct lg_folder folder;
	struct lg_secret master;
	struct lg_clock clock;
	struct lg_settings settings;
	struct lg_root_key_home root;
	struct lg_inbox *inbox; /* development only */
	struct lg_network *outbound; /* outbound.private */
	struct lg_rules rules; /* authorizers and routes */
	struct lg_gateway gateway;
	struct lg_env env;
	struct lg_front front;
};

/*
 * The settings as the domain reads them. `port` is what a development server without public URL names.
 */
LG_MUST lg_status lg_runtime_settings(struct lg_ctx *cx, const struct lg_settings_read *read, uint16_t port,
	struct lg_runtime *runtime);

/*
 * Folder, key, database, keys, pools, demo pool or root key. Fails with a text; lg_runtime_close cleans up.
 */
LG_MUST lg_status lg_runtime_open(struct lg_ctx *cx, const struct lg_settings_read *read, uint16_t port,
	struct lg_runtime *runtime);
void lg_runtime_close(struct lg_runtime *runtime);

#endif
