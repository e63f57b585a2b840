#include "domain/pool/client_items.h"

#include <stdio.h>

/* An item's name is the client's id, and what else tells it from others of its kind. */
static const struct {
	lg_str kind;
	lg_str suffix;
} kinds[] = {
	{ LG_STR_INIT("branding"), LG_STR_INIT("") },
	{ LG_STR_INIT("risk"), LG_STR_INIT("") },
	{ LG_STR_INIT("terms"), LG_STR_INIT(" privacy-policy") },
	{ LG_STR_INIT("terms"), LG_STR_INIT(" terms-of-use") },
	{ LG_STR_INIT("ui"), LG_STR_INIT("") },
};

void
lg_client_items_drop(struct lg_batch *batch, int64_t pool, lg_str client_id)
{
	char name[256];
	for (size_t i = 0; i < LG_LEN(kinds); i++) {
		snprintf(name, sizeof(name), "%.*s%.*s", LG_FMT(client_id), LG_FMT(kinds[i].suffix));
		lg_store_item_drop(batch, pool, kinds[i].kind, lg_str_from_c(name));
	}
}
