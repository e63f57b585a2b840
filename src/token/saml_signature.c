#include "token/saml_signature.h"

#include <ctype.h>
#include <string.h>

#include <xmlsec/crypto.h>
#include <xmlsec/errors.h>
#include <xmlsec/xmldsig.h>
#include <xmlsec/xmlsec.h>
#include <xmlsec/xmltree.h>

#include "codec/xml_node.h"

#define SPACE LG_STR("http://www.w3.org/2000/09/xmldsig#")
#define EXCLUSIVE LG_STR("http://www.w3.org/2001/10/xml-exc-c14n#")
#define ENVELOPED LG_STR("http://www.w3.org/2000/09/xmldsig#enveloped-signature")
#define ID_MAX 256
#define PREFIXES_MAX_BYTES 128

/* The algorithms that are taken; neither SHA-1 nor anything with a shared key is among them. */
static const lg_str signature_methods[] = {
	LG_STR_INIT("http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"),
	LG_STR_INIT("http://www.w3.org/2001/04/xmldsig-more#rsa-sha384"),
	LG_STR_INIT("http://www.w3.org/2001/04/xmldsig-more#rsa-sha512"),
	LG_STR_INIT("http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256"),
	LG_STR_INIT("http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha384"),
	LG_STR_INIT("http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha512"),
};
static const lg_str digest_methods[] = {
	LG_STR_INIT("http://www.w3.org/2001/04/xmlenc#sha256"),
	LG_STR_INIT("http://www.w3.org/2001/04/xmldsig-more#sha384"),
	LG_STR_INIT("http://www.w3.org/2001/04/xmlenc#sha512"),
};

static void
stay_silent(const char *file, int line, const char *func, const char *object, const char *subject,
	int reason, const char *msg)
{
	(void)file;
	(void)line;
	(void)func;
	(void)object;
	(void)subject;
	(void)reason;
	(void)msg;
}

lg_status
lg_saml_global_init(void)
{
	xmlInitParser();
	if (xmlSecInit() < 0)
		return LG_STATUS(LG_E_INTERNAL);
	if (xmlSecCheckVersion() != 1 || xmlSecCryptoAppInit(NULL) < 0 || xmlSecCryptoInit() < 0)
		return LG_STATUS(LG_E_INTERNAL);
	/* Last: what was called before has set its own. */
	xmlSecErrorsSetCallback(stay_silent);
	return LG_OK;
}

static lg_status
bad(struct lg_ctx *cx, const char *why)
{
	return lg_fail(cx, LG_E_MISMATCH, "XML signature: %s", why);
}

/* ---- form ---- */

/* The element is there and has this name; then the next one. */
static bool
take(const struct lg_xml **at, lg_str name, const struct lg_xml **ret)
{
	if (!*at || !lg_xml_is(*at, SPACE, name))
		return false;
	*ret = *at;
	*at = lg_xml_next(*at);
	return true;
}

static lg_status
algorithm_of(struct lg_ctx *cx, const struct lg_xml *element, lg_str *ret)
{
	return lg_xml_attribute(cx, element, LG_STR("Algorithm"), ret);
}

static lg_status
check_algorithm(struct lg_ctx *cx, const struct lg_xml *element, const lg_str *allowed, size_t count)
{
	lg_str algorithm;
	LG_TRY(algorithm_of(cx, element, &algorithm));
	for (size_t i = 0; i < count; i++)
		if (lg_str_eq(algorithm, allowed[i]))
			return LG_OK;
	return bad(cx, "an algorithm that is not taken");
}

/*
 * Exclusive canonicalization may keep some prefixes, by one list. The library looks up each of them for each
 * element: a long list would take hours.
 */
static lg_status
check_exclusive(struct lg_ctx *cx, const struct lg_xml *element)
{
	const lg_str exclusive = EXCLUSIVE;
	const struct lg_xml *list = lg_xml_first(element);
	lg_str prefixes;
	LG_TRY(check_algorithm(cx, element, &exclusive, 1));
	if (!list)
		return LG_OK;
	LG_TRY(lg_xml_attribute(cx, list, LG_STR("PrefixList"), &prefixes));
	if (!lg_xml_is(list, exclusive, LG_STR("InclusiveNamespaces")) || lg_xml_next(list) ||
		lg_xml_first(list) || prefixes.len > PREFIXES_MAX_BYTES)
		return bad(cx, "more prefixes than are taken");
	return LG_OK;
}

/* The enveloped signature, then exclusive canonicalization, each once. */
static lg_status
check_transforms(struct lg_ctx *cx, const struct lg_xml *transforms)
{
	const lg_str enveloped = ENVELOPED;
	const struct lg_xml *at = lg_xml_first(transforms), *first, *second;
	if (!take(&at, LG_STR("Transform"), &first) || !take(&at, LG_STR("Transform"), &second))
		return bad(cx, "a transform is missing");
	LG_TRY(check_algorithm(cx, first, &enveloped, 1));
	LG_TRY(check_exclusive(cx, second));
	if (lg_xml_first(first))
		return bad(cx, "a transform that is not taken");
	return at ? bad(cx, "a transform that is not taken") : LG_OK;
}

static lg_status
check_reference(struct lg_ctx *cx, const struct lg_xml *reference, lg_str id)
{
	const struct lg_xml *at = lg_xml_first(reference), *part;
	lg_str uri;
	LG_TRY(lg_xml_attribute(cx, reference, LG_STR("URI"), &uri));
	if (!lg_str_starts(uri, LG_STR("#")) || !lg_str_eq(lg_str_slice(uri, 1, uri.len), id))
		return bad(cx, "it is about another element");
	if (!take(&at, LG_STR("Transforms"), &part))
		return bad(cx, "no transforms");
	LG_TRY(check_transforms(cx, part));
	if (!take(&at, LG_STR("DigestMethod"), &part))
		return bad(cx, "no digest method");
	LG_TRY(check_algorithm(cx, part, digest_methods, LG_LEN(digest_methods)));
	return take(&at, LG_STR("DigestValue"), &part) && !at ? LG_OK
							      : bad(cx, "a reference of another form");
}

static lg_status
check_form(struct lg_ctx *cx, const struct lg_xml *signature, lg_str id)
{
	const struct lg_xml *at = lg_xml_first(signature), *info, *part;
	if (!take(&at, LG_STR("SignedInfo"), &info) || !take(&at, LG_STR("SignatureValue"), &part))
		return bad(cx, "neither signed nor a value");
	take(&at, LG_STR("KeyInfo"), &part); /* It may be there; nobody looks into it. */
	if (at)
		return bad(cx, "more than a signature");

	at = lg_xml_first(info);
	if (!take(&at, LG_STR("CanonicalizationMethod"), &part))
		return bad(cx, "no canonicalization");
	LG_TRY(check_exclusive(cx, part));
	if (!take(&at, LG_STR("SignatureMethod"), &part))
		return bad(cx, "no method");
	LG_TRY(check_algorithm(cx, part, signature_methods, LG_LEN(signature_methods)));
	if (!take(&at, LG_STR("Reference"), &part) || at)
		return bad(cx, "not one reference");
	return check_reference(cx, part, id);
}

/* ---- which element ---- */

/* An ID is a name: the library puts it into an XPath expression of its own. */
static bool
is_name(lg_str id)
{
	for (size_t i = 0; i < id.len; i++) {
		const unsigned char c = (unsigned char)id.ptr[i];
		if (c < 0x80 && !isalnum(c) && !strchr("_-.", c))
			return false;
	}
	return !lg_str_empty(id) && id.len <= ID_MAX;
}

/* How many elements, from `node` down, have an attribute that could be this ID, whatever its name's case. */
static size_t
count_ids(const xmlNode *node, lg_str id)
{
	size_t count = 0;
	for (const xmlNode *at = node; at; at = at->next) {
		if (at->type != XML_ELEMENT_NODE)
			continue;
		for (const xmlAttr *attribute = at->properties; attribute; attribute = attribute->next) {
			const lg_str name = lg_str_from_c((const char *)attribute->name);
			const xmlNode *text = attribute->children;
			if (lg_str_eq_nocase(name, LG_STR("ID")) && text && text->type == XML_TEXT_NODE &&
				!text->next && lg_str_eq(lg_str_from_c((const char *)text->content), id))
				count++;
		}
		count += count_ids(at->children, id);
	}
	return count;
}

/* Make the ID known to the document; it names this element alone. */
static lg_status
register_id(struct lg_ctx *cx, xmlNode *node, lg_str id)
{
	const char *value;
	if (lg_failed(lg_str_to_c(cx, id, &value)))
		return bad(cx, "no ID");
	xmlAttr *attribute = xmlHasNsProp(node, BAD_CAST "ID", NULL);
	if (!attribute || count_ids(xmlDocGetRootElement(node->doc), id) != 1)
		return bad(cx, "an ID that is not the element's alone");
	if (xmlGetID(node->doc, BAD_CAST value) == attribute)
		return LG_OK;
	if (!xmlAddID(NULL, node->doc, BAD_CAST value, attribute) ||
		xmlGetID(node->doc, BAD_CAST value) != attribute)
		return bad(cx, "an ID that is somebody else's");
	return LG_OK;
}

static lg_status
find_signature(struct lg_ctx *cx, const struct lg_xml *element, const struct lg_xml **ret)
{
	const lg_str name = LG_STR("Signature");
	*ret = NULL;
	for (const struct lg_xml *at = lg_xml_first(element); at; at = lg_xml_next(at)) {
		if (!lg_xml_is(at, SPACE, name))
			continue;
		if (*ret)
			return bad(cx, "two of them");
		*ret = at;
	}
	return *ret ? LG_OK : lg_fail(cx, LG_E_NOT_FOUND, "no XML signature");
}

/* ---- the library ---- */

static void
free_context(xmlSecDSigCtx **context)
{
	if (*context)
		xmlSecDSigCtxDestroy(*context);
}

static lg_status
set_up(struct lg_ctx *cx, xmlSecDSigCtx *context, lg_str certificate)
{
	context->flags |= XMLSEC_DSIG_FLAGS_STORE_SIGNEDINFO_REFERENCES;
	context->enabledReferenceUris = xmlSecTransformUriTypeSameDocument;
	const xmlSecTransformId transforms[] = { xmlSecTransformEnvelopedId, xmlSecTransformExclC14NId,
		xmlSecTransformSha256Id, xmlSecTransformSha384Id, xmlSecTransformSha512Id };
	for (size_t i = 0; i < LG_LEN(transforms); i++)
		if (xmlSecDSigCtxEnableReferenceTransform(context, transforms[i]) < 0)
			return lg_fail_default(cx, LG_E_NO_MEMORY);
	context->signKey = xmlSecCryptoAppKeyLoadMemory((const xmlSecByte *)certificate.ptr,
		(xmlSecSize)certificate.len, xmlSecKeyDataFormatCertDer, NULL, NULL, NULL);
	return context->signKey ? LG_OK : bad(cx, "a certificate that cannot be used");
}

/* The one reference, if it was verified and came out so; NULL when it did not. */
static xmlSecDSigReferenceCtx *
reference_that(xmlSecDSigCtx *context, xmlSecDSigStatus status)
{
	if (xmlSecPtrListGetSize(&context->signedInfoReferences) != 1)
		return NULL;
	xmlSecDSigReferenceCtx *reference = xmlSecPtrListGetItem(&context->signedInfoReferences, 0);
	return reference && reference->status == status ? reference : NULL;
}

/* What the one reference digested. */
static lg_status
digested(struct lg_ctx *cx, xmlSecDSigCtx *context, lg_str *ret)
{
	xmlSecDSigReferenceCtx *reference = reference_that(context, xmlSecDSigStatusSucceeded);
	xmlSecBuffer *buffer = reference ? xmlSecDSigReferenceCtxGetPreDigestBuffer(reference) : NULL;
	if (!buffer)
		return bad(cx, "nothing was digested");
	return lg_str_dup(
		cx, lg_str_from_bytes(xmlSecBufferGetData(buffer), xmlSecBufferGetSize(buffer)), ret);
}

/* `*ret_hope`: another certificate may do; a digest that is wrong is so with each. */
static lg_status
verify_with(struct lg_ctx *cx, xmlNode *signature, lg_str certificate, bool *ret_hope, lg_str *ret)
{
	*ret_hope = true;
	LG_CLEANUP(free_context) xmlSecDSigCtx *context = xmlSecDSigCtxCreate(NULL);
	if (!context)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	LG_TRY(set_up(cx, context, certificate));
	cx->work.verifications++;
	if (xmlSecDSigCtxVerify(context, signature) < 0 || context->status != xmlSecDSigStatusSucceeded) {
		*ret_hope = !reference_that(context, xmlSecDSigStatusInvalid);
		return bad(cx, "it does not verify");
	}
	return digested(cx, context, ret);
}

lg_status
lg_saml_signature_verify(struct lg_ctx *cx, const struct lg_xml *element, const lg_str *certificates,
	size_t count, lg_str *ret)
{
	const struct lg_xml *signature;
	lg_str id;
	LG_TRY(find_signature(cx, element, &signature));
	LG_TRY(lg_xml_attribute(cx, element, LG_STR("ID"), &id));
	if (!is_name(id))
		return bad(cx, "the element has no ID");
	LG_TRY(check_form(cx, signature, id));
	LG_TRY(register_id(cx, lg_xml_node(element), id));
	lg_status s = bad(cx, "no certificate to verify it with");
	bool hope = true;
	for (size_t i = 0; i < count && hope && s.code == LG_E_MISMATCH; i++)
		s = verify_with(cx, lg_xml_node(signature), certificates[i], &hope, ret);
	return s;
}
