#include "domain/pool/branding_check.h"

#include "codec/json.h"
#include "gen/branding.h"

#define SETTINGS_MAX_BYTES ((size_t)2 << 20)

/* Objects merge; everything else of `over` takes the place of what stands there. */
static void
write_merged(struct lg_json *j, json_t *base, json_t *over)
{
	if (!json_is_object(base) || !json_is_object(over)) {
		lg_json_tree(j, over ? over : base);
		return;
	}
	const char *key;
	json_t *member;
	lg_json_open(j, '{');
	json_object_foreach(base, key, member) {
		lg_json_key(j, lg_str_from_c(key));
		write_merged(j, member, json_object_get(over, key));
	}
	json_object_foreach(over, key, member) {
		if (json_object_get(base, key))
			continue;
		lg_json_key(j, lg_str_from_c(key));
		lg_json_tree(j, member);
	}
	lg_json_close(j, '}');
}

lg_status
lg_branding_merge(struct lg_ctx *cx, lg_str settings, lg_str *ret)
{
	if (!lg_str_present(settings)) {
		*ret = lg_branding_own;
		return LG_OK;
	}
	json_t *base;
	json_t *over;
	LG_TRY(lg_json_parse(cx, lg_branding_own, &base));
	LG_TRY(lg_json_parse(cx, settings, &over));
	struct lg_json *j = lg_json_new(cx, SETTINGS_MAX_BYTES);
	write_merged(j, base, over);
	return lg_json_finish(cx, j, ret);
}
