#include "tests/lib/saml_idp.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libxml/parser.h>
#include <xmlsec/crypto.h>
#include <xmlsec/xmldsig.h>
#include <xmlsec/xmlsec.h>
#include <xmlsec/xmltree.h>

#include "codec/bytes.h"
#include "crypto/pkey.h"
#include "crypto/self_cert.h"

static void
must(lg_status s, const char *what)
{
	if (!lg_failed(s))
		return;
	fprintf(stderr, "saml_idp: %s: %s\n", what, lg_error_info(s.code)->name);
	abort();
}

static lg_str text(struct lg_ctx *cx, const char *fmt, ...) LG_PRINTF(2, 3);

static lg_str
text(struct lg_ctx *cx, const char *fmt, ...)
{
	char *buffer;
	va_list args;
	va_start(args, fmt);
	const int len = vasprintf(&buffer, fmt, args);
	va_end(args);
	if (len < 0)
		abort();
	lg_str ret;
	must(lg_str_dup(cx, lg_str_from_bytes(buffer, (size_t)len), &ret), "memory");
	free(buffer);
	return ret;
}

void
saml_idp_make(struct lg_ctx *cx, struct saml_idp *ret)
{
	struct lg_pkey *key;
	lg_str to_sign, signature, base64;
	struct lg_self_cert_about about = { .common_name = LG_STR("idp.example.com"),
		.from = cx->now,
		.until = lg_time_add_ms(cx->now, 365 * LG_DAY_MS) };
	must(lg_pkey_generate(cx, LG_ALG_RS256, &key), "key");
	must(lg_pkey_private_der(cx, key, &ret->private_der), "key");
	must(lg_pkey_public_der(cx, key, &about.public_der), "key");
	must(lg_self_cert_begin(cx, &about, &to_sign), "certificate");
	must(lg_pkey_sign(cx, key, to_sign, &signature), "certificate");
	must(lg_self_cert_finish(cx, to_sign, signature, &ret->certificate), "certificate");
	must(lg_base64_encode(cx, ret->certificate, &base64), "certificate");
	lg_pkey_free(key);
	ret->metadata = text(cx,
		"<md:EntityDescriptor xmlns:md=\"urn:oasis:names:tc:SAML:2.0:metadata\" "
		"entityID=\"" SAML_IDP_ENTITY
		"\"><md:IDPSSODescriptor "
		"protocolSupportEnumeration=\"urn:oasis:names:tc:SAML:2.0:protocol\">"
		"<md:KeyDescriptor use=\"signing\"><ds:KeyInfo "
		"xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\">"
		"<ds:X509Data><ds:X509Certificate>%.*s</ds:X509Certificate></ds:X509Data></ds:KeyInfo>"
		"</md:KeyDescriptor><md:SingleSignOnService "
		"Binding=\"urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect\" "
		"Location=\"https://idp.example.com/sso\"/></md:IDPSSODescriptor></md:EntityDescriptor>",
		LG_FMT(base64));
}

void
saml_say_init(lg_time now, struct saml_say *ret)
{
	*ret = (struct saml_say){
		.now = now,
		.sign = SAML_SIGN_ASSERTION,
		.issuer = SAML_IDP_ENTITY,
		.destination = "https://signin.aws.amazon.com/saml",
		.recipient = "https://signin.aws.amazon.com/saml",
		.audience = "urn:amazon:webservices",
		.name_id = "ada@example.com",
		.format = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent",
		.status = "urn:oasis:names:tc:SAML:2.0:status:Success",
		.assertion_id = "_assertion",
		.attributes = "",
		.conditions = "",
		.not_before_s = -30,
		.not_after_s = 300,
		.signature_method = SAML_RSA_SHA256,
		.digest_method = SAML_SHA256,
		.canonicalization = SAML_EXCLUSIVE,
		.transforms =
			"<ds:Transform Algorithm=\"http://www.w3.org/2000/09/xmldsig#enveloped-signature\"/>"
			"<ds:Transform Algorithm=\"" SAML_EXCLUSIVE "\"/>",
	};
}

lg_str
saml_attribute(struct lg_ctx *cx, const char *name, const char *value)
{
	return text(cx,
		"<saml:Attribute Name=\"%s\"><saml:AttributeValue>%s</saml:AttributeValue></saml:Attribute>",
		name, value);
}

lg_str
saml_idp_template(struct lg_ctx *cx, const struct saml_say *say, const char *id)
{
	return text(cx,
		"<ds:Signature xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\"><ds:SignedInfo>"
		"<ds:CanonicalizationMethod Algorithm=\"%s\"/><ds:SignatureMethod Algorithm=\"%s\"/>"
		"<ds:Reference URI=\"#%s\"><ds:Transforms>%s</ds:Transforms><ds:DigestMethod "
		"Algorithm=\"%s\"/>"
		"<ds:DigestValue/></ds:Reference></ds:SignedInfo><ds:SignatureValue/></ds:Signature>",
		say->canonicalization, say->signature_method, id, say->transforms, say->digest_method);
}

static xmlNode *
find_id(xmlNode *node, const char *id)
{
	for (xmlNode *at = node; at; at = at->next) {
		xmlAttr *attribute = at->type == XML_ELEMENT_NODE ? xmlHasProp(at, BAD_CAST "ID") : NULL;
		xmlChar *value = attribute ? xmlNodeGetContent((xmlNode *)attribute) : NULL;
		const bool same = value && !strcmp((const char *)value, id);
		xmlFree(value);
		if (same) {
			xmlAddID(NULL, at->doc, BAD_CAST id, attribute);
			return at;
		}
		xmlNode *below = find_id(at->children, id);
		if (below)
			return below;
	}
	return NULL;
}

lg_str
saml_idp_sign(struct lg_ctx *cx, const struct saml_idp *idp, lg_str message, const char *id)
{
	xmlDoc *doc = xmlReadMemory(message.ptr, (int)message.len, NULL, NULL, 0);
	xmlNode *element = doc ? find_id(xmlDocGetRootElement(doc), id) : NULL;
	xmlNode *signature = element ? xmlSecFindChild(element, xmlSecNodeSignature, xmlSecDSigNs) : NULL;
	xmlSecDSigCtx *context = xmlSecDSigCtxCreate(NULL);
	if (!signature || !context)
		must(LG_STATUS(LG_E_INTERNAL), "nothing to sign");
	context->signKey = xmlSecCryptoAppKeyLoadMemory((const xmlSecByte *)idp->private_der.ptr,
		(xmlSecSize)idp->private_der.len, xmlSecKeyDataFormatDer, NULL, NULL, NULL);
	if (!context->signKey || xmlSecDSigCtxSign(context, signature) < 0)
		must(LG_STATUS(LG_E_INTERNAL), "signing");
	xmlChar *out;
	int len;
	xmlDocDumpMemory(doc, &out, &len);
	lg_str ret;
	must(lg_str_dup(cx, lg_str_from_bytes(out, (size_t)len), &ret), "memory");
	xmlFree(out);
	xmlSecDSigCtxDestroy(context);
	xmlFreeDoc(doc);
	return ret;
}

static lg_str
time_text(struct lg_ctx *cx, lg_time now, int64_t seconds)
{
	char buffer[LG_TIME_RFC3339_SIZE];
	lg_time_rfc3339(lg_time_add_ms(now, seconds * LG_SECOND_MS), buffer);
	return text(cx, "%s", buffer);
}

/* name="value", or nothing. */
static lg_str
attribute_of(struct lg_ctx *cx, const char *name, const char *value)
{
	return value ? text(cx, " %s=\"%s\"", name, value) : LG_STR("");
}

static lg_str
assertion(struct lg_ctx *cx, const struct saml_say *say)
{
	const lg_str issued = time_text(cx, say->now, say->issued_s);
	const lg_str from = time_text(cx, say->now, say->not_before_s);
	const lg_str until = time_text(cx, say->now, say->not_after_s);
	const lg_str template =
		say->sign & SAML_SIGN_ASSERTION ? saml_idp_template(cx, say, say->assertion_id) : LG_STR("");
	return text(cx,
		"<saml:Assertion ID=\"%s\" Version=\"2.0\" "
		"IssueInstant=\"%.*s\"><saml:Issuer>%s</saml:Issuer>%.*s"
		"<saml:Subject><saml:NameID Format=\"%s\">%s</saml:NameID>"
		"<saml:SubjectConfirmation Method=\"urn:oasis:names:tc:SAML:2.0:cm:bearer\">"
		"<saml:SubjectConfirmationData NotOnOrAfter=\"%.*s\" Recipient=\"%s\"%.*s/>"
		"</saml:SubjectConfirmation></saml:Subject>"
		"<saml:Conditions NotBefore=\"%.*s\" NotOnOrAfter=\"%.*s\"><saml:AudienceRestriction>"
		"<saml:Audience>%s</saml:Audience></saml:AudienceRestriction>%s</saml:Conditions>"
		"<saml:AuthnStatement AuthnInstant=\"%.*s\" "
		"SessionIndex=\"_session\"%.*s><saml:AuthnContext>"
		"<saml:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:Password"
		"</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement>"
		"<saml:AttributeStatement>%s</saml:AttributeStatement></saml:Assertion>",
		say->assertion_id, LG_FMT(issued), say->issuer, LG_FMT(template), say->format, say->name_id,
		LG_FMT(until), say->recipient, LG_FMT(attribute_of(cx, "InResponseTo", say->in_response_to)),
		LG_FMT(from), LG_FMT(until), say->audience, say->conditions, LG_FMT(issued),
		LG_FMT(attribute_of(cx, "SessionNotOnOrAfter", say->session_until)), say->attributes);
}

lg_str
saml_idp_response(struct lg_ctx *cx, const struct saml_idp *idp, const struct saml_say *say)
{
	const lg_str issued = time_text(cx, say->now, say->issued_s);
	const lg_str template =
		say->sign & SAML_SIGN_RESPONSE ? saml_idp_template(cx, say, "_response") : LG_STR("");
	lg_str message = text(cx,
		"<samlp:Response xmlns:samlp=\"urn:oasis:names:tc:SAML:2.0:protocol\" "
		"xmlns:saml=\"urn:oasis:names:tc:SAML:2.0:assertion\" ID=\"_response\" Version=\"2.0\" "
		"IssueInstant=\"%.*s\" Destination=\"%s\"%.*s><saml:Issuer>%s</saml:Issuer>%.*s"
		"<samlp:Status><samlp:StatusCode Value=\"%s\"/></samlp:Status>%.*s</samlp:Response>",
		LG_FMT(issued), say->destination,
		LG_FMT(attribute_of(cx, "InResponseTo", say->in_response_to)), say->issuer, LG_FMT(template),
		say->status, LG_FMT(assertion(cx, say)));
	if (say->sign & SAML_SIGN_ASSERTION)
		message = saml_idp_sign(cx, idp, message, say->assertion_id);
	if (say->sign & SAML_SIGN_RESPONSE)
		message = saml_idp_sign(cx, idp, message, "_response");
	return message;
}
