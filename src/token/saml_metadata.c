#include "token/saml_metadata.h"

#include "codec/bytes.h"
#include "codec/xml.h"
#include "crypto/cert.h"

#define METADATA LG_STR("urn:oasis:names:tc:SAML:2.0:metadata")
#define SIGNATURE LG_STR("http://www.w3.org/2000/09/xmldsig#")
#define PROTOCOL LG_STR("urn:oasis:names:tc:SAML:2.0:protocol")
#define REDIRECT LG_STR("urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect")
#define POST LG_STR("urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST")

/* The first element of the name space and name, from `at` on, beside it. */
static const struct lg_xml *
find(const struct lg_xml *at, lg_str space, lg_str name)
{
	while (at && !lg_xml_is(at, space, name))
		at = lg_xml_next(at);
	return at;
}

/* protocolSupportEnumeration is a list of URIs. */
static lg_status
speaks_saml2(struct lg_ctx *cx, const struct lg_xml *role, bool *ret)
{
	lg_str list;
	LG_TRY(lg_xml_attribute(cx, role, LG_STR("protocolSupportEnumeration"), &list));
	*ret = false;
	while (lg_str_present(list) && !*ret)
		*ret = lg_str_eq(lg_str_cut(&list, ' '), PROTOCOL);
	return LG_OK;
}

static lg_status
find_role(struct lg_ctx *cx, const struct lg_xml *entity, const struct lg_xml **ret)
{
	const lg_str name = LG_STR("IDPSSODescriptor");
	*ret = NULL;
	for (const struct lg_xml *at = find(lg_xml_first(entity), METADATA, name); at;
		at = find(lg_xml_next(at), METADATA, name)) {
		bool speaks;
		LG_TRY(speaks_saml2(cx, at, &speaks));
		if (speaks) {
			*ret = at;
			return LG_OK;
		}
	}
	return LG_OK;
}

/* ---- keys ---- */

/* Text without its white space. */
static lg_status
squeeze(struct lg_ctx *cx, lg_str text, lg_str *ret)
{
	char *kept = lg_new_array(cx, char, text.len + 1);
	if (!kept)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	size_t len = 0;
	for (size_t i = 0; i < text.len; i++)
		if ((unsigned char)text.ptr[i] > ' ')
			kept[len++] = text.ptr[i];
	*ret = lg_str_from_bytes(kept, len);
	return LG_OK;
}

/* Keep the certificate of a key when it is one. `*ret_there`: there is a text in its place. */
static lg_status
add_certificate(
	struct lg_ctx *cx, const struct lg_xml *key, struct lg_saml_metadata *metadata, bool *ret_there)
{
	const struct lg_xml *info = find(lg_xml_first(key), SIGNATURE, LG_STR("KeyInfo"));
	const struct lg_xml *data = info ? find(lg_xml_first(info), SIGNATURE, LG_STR("X509Data")) : NULL;
	const struct lg_xml *certificate =
		data ? find(lg_xml_first(data), SIGNATURE, LG_STR("X509Certificate")) : NULL;
	lg_str text, der;
	struct lg_cert read;
	*ret_there = false;
	if (!certificate)
		return LG_OK;
	LG_TRY(lg_xml_text(cx, certificate, &text));
	LG_TRY(squeeze(cx, text, &text));
	*ret_there = text.len > 0;
	if (metadata->certificate_count == LG_SAML_CERTIFICATES_MAX)
		return LG_OK;
	lg_status s = lg_base64_decode(cx, text, &der);
	if (!lg_failed(s))
		s = lg_cert_read(cx, der, &read);
	if (!lg_failed(s) && read.strong)
		metadata->certificates[metadata->certificate_count++] = der;
	return s.code == LG_E_MALFORMED ? LG_OK : s;
}

/* A key without `use` serves for both. */
static lg_status
read_keys(struct lg_ctx *cx, const struct lg_xml *role, struct lg_saml_metadata *metadata)
{
	const lg_str name = LG_STR("KeyDescriptor");
	bool any = false;
	for (const struct lg_xml *at = find(lg_xml_first(role), METADATA, name); at;
		at = find(lg_xml_next(at), METADATA, name)) {
		lg_str use;
		bool there;
		LG_TRY(lg_xml_attribute(cx, at, LG_STR("use"), &use));
		if (lg_str_present(use) && !lg_str_eq(use, LG_STR("signing")))
			continue;
		LG_TRY(add_certificate(cx, at, metadata, &there));
		any = any || there;
	}
	return any ? LG_OK : lg_fail(cx, LG_E_MALFORMED, "No certificate for signatures found in metadata.");
}

/* ---- places ---- */

static lg_status
check_place(struct lg_ctx *cx, lg_str url)
{
	const bool http = lg_str_starts(url, LG_STR("https://")) || lg_str_starts(url, LG_STR("http://"));
	bool plain = http;
	for (size_t i = 0; i < url.len && plain; i++)
		plain = url.ptr[i] > ' ' && url.ptr[i] != 0x7f;
	return plain ? LG_OK : lg_fail(cx, LG_E_MALFORMED, "A Location in the metadata is no http(s) URL.");
}

/* Where the service `name` is by this binding; absent when it is nowhere. */
static lg_status
find_place(struct lg_ctx *cx, const struct lg_xml *role, lg_str name, lg_str binding, lg_str *ret)
{
	*ret = LG_STR_NONE;
	for (const struct lg_xml *at = find(lg_xml_first(role), METADATA, name); at;
		at = find(lg_xml_next(at), METADATA, name)) {
		lg_str offered;
		LG_TRY(lg_xml_attribute(cx, at, LG_STR("Binding"), &offered));
		if (!lg_str_eq(offered, binding))
			continue;
		LG_TRY(lg_xml_attribute(cx, at, LG_STR("Location"), ret));
		return check_place(cx, *ret);
	}
	return LG_OK;
}

static lg_status
read_role(struct lg_ctx *cx, const struct lg_xml *role, struct lg_saml_metadata *metadata)
{
	const lg_str sso = LG_STR("SingleSignOnService");
	lg_str post;
	LG_TRY(read_keys(cx, role, metadata));
	LG_TRY(find_place(cx, role, sso, REDIRECT, &metadata->sso_redirect));
	LG_TRY(find_place(cx, role, sso, POST, &post));
	if (!lg_str_present(metadata->sso_redirect) && !lg_str_present(post))
		return lg_fail(cx, LG_E_MALFORMED,
			"No SingleSignOnService with HTTP-Redirect or HTTP-POST found in metadata.");
	return find_place(cx, role, LG_STR("SingleLogoutService"), REDIRECT, &metadata->slo_redirect);
}

lg_status
lg_saml_metadata_read(struct lg_ctx *cx, lg_str text, struct lg_saml_metadata *ret)
{
	const struct lg_xml *root;
	const lg_status s = lg_xml_parse(cx, text, &root);
	if (s.code == LG_E_MALFORMED || s.code == LG_E_TOO_LARGE)
		return lg_fail(cx, LG_E_MALFORMED, "The metadata is no XML that can be read.");
	LG_TRY(s);

	/* One entity, or a list of them. */
	const lg_str name = LG_STR("EntityDescriptor");
	const bool many = lg_xml_is(root, METADATA, LG_STR("EntitiesDescriptor"));
	struct lg_saml_metadata metadata = { .entity_id = LG_STR("") };
	for (const struct lg_xml *at = find(many ? lg_xml_first(root) : root, METADATA, name); at;
		at = many ? find(lg_xml_next(at), METADATA, name) : NULL) {
		const struct lg_xml *role;
		LG_TRY(lg_xml_attribute(cx, at, LG_STR("entityID"), &metadata.entity_id));
		LG_TRY(find_role(cx, at, &role));
		if (!role)
			continue;
		if (lg_str_empty(metadata.entity_id))
			return lg_fail(cx, LG_E_MALFORMED, "No entityID found in metadata.");
		LG_TRY(read_role(cx, role, &metadata));
		*ret = metadata;
		return LG_OK;
	}
	return lg_fail(cx, LG_E_MALFORMED,
		"No IDPSSODescriptor found in metadata for protocol %.*s and entity id %.*s",
		LG_FMT(PROTOCOL), LG_FMT(metadata.entity_id));
}
