/*
 * client_items.h - items of a pool that belong to one of its app clients and go with it.
 */
#ifndef LG_DOMAIN_CLIENT_ITEMS_H
#define LG_DOMAIN_CLIENT_ITEMS_H

#include "store/config.h"

/* Into the batch that deletes the client. */
void lg_client_items_drop(struct lg_batch *batch, int64_t pool, lg_str client_id);

#endif
