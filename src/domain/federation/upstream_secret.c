#include "domain/federation/upstream_impl.h"

#include <string.h>

#include "base/secret.h"
#include "codec/bytes.h"
#include "token/jws.h"

#define APPLE LG_STR("https://appleid.apple.com")
#define LIFE_S 300 /* it is used at once */
#define CLAIMS_MAX 2048

/* PKCS #8 as people copy it: with its armour, or the base64 alone. */
static lg_status
read_key(struct lg_ctx *cx, lg_str text, struct lg_pkey **ret)
{
	char *plain = lg_new_array(cx, char, text.len + 1);
	size_t len = 0;
	lg_str der;
	if (!plain)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	for (lg_str rest = text; lg_str_present(rest);) {
		const lg_str line = lg_str_trim(lg_str_cut(&rest, '\n'));
		if (lg_str_starts(line, LG_STR("-----")))
			continue;
		memcpy(plain + len, line.ptr, line.len);
		len += line.len;
	}
	lg_status s = lg_base64_decode(cx, lg_str_from_bytes(plain, len), &der);
	if (!lg_failed(s))
		s = lg_pkey_from_private_der(cx, der, LG_ALG_ES256, ret);
	lg_wipe(plain, len);
	return s;
}

static lg_status
write_claims(struct lg_ctx *cx, const struct lg_upstream *up, lg_str *ret)
{
	struct lg_json *j = lg_json_new(cx, CLAIMS_MAX);
	const int64_t now_s = lg_time_s(cx->now);
	lg_json_open(j, '{');
	lg_json_pair_str(j, LG_STR("iss"), lg_upstream_detail(up, "team_id"));
	lg_json_pair_int(j, LG_STR("iat"), now_s);
	lg_json_pair_int(j, LG_STR("exp"), now_s + LIFE_S);
	lg_json_pair_str(j, LG_STR("aud"), APPLE);
	lg_json_pair_str(j, LG_STR("sub"), up->client_id);
	lg_json_close(j, '}');
	return lg_json_finish(cx, j, ret);
}

/* Apple, "Creating a client secret". */
static lg_status
sign(struct lg_ctx *cx, const struct lg_upstream *up, struct lg_pkey *key, lg_str *ret)
{
	lg_str claims, input, signature;
	LG_TRY(write_claims(cx, up, &claims));
	LG_TRY(lg_jws_input(cx, lg_upstream_detail(up, "key_id"), LG_ALG_ES256, claims, &input));
	LG_TRY(lg_pkey_sign(cx, key, input, &signature));
	return lg_jws_join(cx, input, signature, ret);
}

lg_status
lg_upstream_secret(struct lg_ctx *cx, const struct lg_upstream *up, lg_str *ret)
{
	if (!up->kind->signed_secret) {
		*ret = lg_upstream_detail(up, "client_secret");
		return LG_OK;
	}
	LG_CLEANUP(lg_pkey_freep) struct lg_pkey *key = NULL;
	const lg_status s = read_key(cx, lg_upstream_detail(up, "private_key"), &key);
	if (s.code == LG_E_MALFORMED)
		return lg_upstream_error(cx, up, "private_key is no key for ES256");
	LG_TRY(s);
	return sign(cx, up, key, ret);
}
