#include "tests/lib/authenticator_json.h"

#include <stdlib.h>

#include "codec/bytes.h"
#include "codec/json.h"

static void
put(struct lg_ctx *cx, struct lg_json *j, const char *name, lg_str bytes)
{
	lg_str text;
	if (lg_failed(lg_base64url_encode(cx, bytes, &text)))
		abort();
	lg_json_pair_str(j, lg_str_from_c(name), text);
}

static struct lg_json *
begin(struct lg_ctx *cx, lg_str id)
{
	struct lg_json *j = lg_json_new(cx, (size_t)1 << 20);
	lg_json_open(j, '{');
	put(cx, j, "id", id);
	put(cx, j, "rawId", id);
	lg_json_pair_str(j, LG_STR("type"), LG_STR("public-key"));
	lg_json_key(j, LG_STR("clientExtensionResults"));
	lg_json_raw(j, LG_STR("{}"));
	return j;
}

static lg_str
finish(struct lg_ctx *cx, struct lg_json *j)
{
	lg_str text;
	lg_json_close(j, '}');
	lg_json_close(j, '}');
	if (lg_failed(lg_json_finish(cx, j, &text)))
		abort();
	return text;
}

lg_str
authenticator_json_created(
	struct lg_ctx *cx, const struct lg_webauthn_registration *made, lg_str attachment, lg_str transports)
{
	struct lg_json *j = begin(cx, made->raw_id);
	if (lg_str_present(attachment))
		lg_json_pair_str(j, LG_STR("authenticatorAttachment"), attachment);
	lg_json_key(j, LG_STR("response"));
	lg_json_open(j, '{');
	put(cx, j, "clientDataJSON", made->client_data);
	put(cx, j, "attestationObject", made->attestation);
	if (lg_str_present(transports)) {
		lg_json_key(j, LG_STR("transports"));
		lg_json_raw(j, transports);
	}
	return finish(cx, j);
}

lg_str
authenticator_json_got(struct lg_ctx *cx, const struct lg_webauthn_assertion *made)
{
	struct lg_json *j = begin(cx, made->raw_id);
	lg_json_key(j, LG_STR("response"));
	lg_json_open(j, '{');
	put(cx, j, "clientDataJSON", made->client_data);
	put(cx, j, "authenticatorData", made->data);
	put(cx, j, "signature", made->signature);
	if (lg_str_present(made->user_handle))
		put(cx, j, "userHandle", made->user_handle);
	return finish(cx, j);
}
