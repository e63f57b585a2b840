#include "token/webauthn.h"

#include "codec/json.h"
#include "codec/text.h"

#define LOCALHOST LG_STR("localhost")

static lg_status
unreadable(struct lg_ctx *cx)
{
	return lg_fail(cx, LG_E_INVALID_PARAMETER, "clientDataJSON is not valid.");
}

lg_status
lg_webauthn_client_read(struct lg_ctx *cx, lg_str json, struct lg_webauthn_client *ret)
{
	json_t *tree;
	if (lg_str_empty(json) || json.len > LG_WEBAUTHN_CLIENT_DATA_MAX)
		return unreadable(cx);
	const lg_status s = lg_json_parse(cx, json, &tree);
	if (s.code == LG_E_MALFORMED || (!lg_failed(s) && !json_is_object(tree)))
		return unreadable(cx);
	LG_TRY(s);

	/* 5.8.1: anything but false crosses; tokenBinding and members that are not known are nobody's. */
	const json_t *cross = lg_json_member(tree, LG_STR("crossOrigin"));
	struct lg_webauthn_client client = {
		.type = lg_json_member_text(tree, LG_STR("type")),
		.challenge = lg_json_member_text(tree, LG_STR("challenge")),
		.origin = lg_json_member_text(tree, LG_STR("origin")),
		.cross_origin = (cross && !json_is_false(cross)) || json_object_get(tree, "topOrigin"),
	};
	if (!lg_str_present(client.type) || !lg_str_present(client.challenge) ||
		!lg_str_present(client.origin))
		return unreadable(cx);
	lg_sha256(&json, 1, client.hash);
	*ret = client;
	return LG_OK;
}

/* Is `host` the domain, or below it? */
static bool
within(lg_str host, lg_str domain)
{
	if (lg_str_eq(host, domain))
		return true;
	return !lg_str_empty(domain) && host.len > domain.len + 1 && lg_str_ends(host, domain) &&
	       host.ptr[host.len - domain.len - 1] == '.';
}

/* Labels of letters, digits, '-' and '_' in lower case, as browsers write a host. */
static bool
is_host(lg_str host)
{
	bool label = false;
	for (size_t i = 0; i < host.len; i++) {
		const char c = host.ptr[i];
		if (c == '.' && !label)
			return false;
		if (c != '.' && !(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') && c != '-' && c != '_')
			return false;
		label = c != '.';
	}
	return label;
}

bool
lg_webauthn_origin_allowed(lg_str origin, lg_str rp_id, const struct lg_str_list *listed)
{
	if (listed->has)
		return lg_str_list_has(listed, origin);
	const lg_str https = LG_STR("https://"), http = LG_STR("http://");
	const bool secure = lg_str_starts(origin, https);
	if (!secure && !lg_str_starts(origin, http))
		return false;
	lg_str port = lg_str_slice(origin, (secure ? https : http).len, origin.len);
	const lg_str host = lg_str_cut(&port, ':');
	uint64_t number;
	if (!is_host(host) || !within(host, rp_id) ||
		(lg_str_present(port) && (!lg_str_to_uint(port, UINT16_MAX, &number) || number == 0)))
		return false;
	return within(host, LOCALHOST) || (secure && !lg_str_present(port));
}
