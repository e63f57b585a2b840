#include "token/saml_metadata.h"

#include <stdio.h>
#include <string.h>

#include "lib/test.h"

#define SPACES                                                                                              \
	" xmlns:md=\"urn:oasis:names:tc:SAML:2.0:metadata\" xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\""
#define ENTITY(id, inside)                                                                                  \
	"<md:EntityDescriptor" SPACES " entityID=\"" id "\">" inside "</md:EntityDescriptor>"
#define ROLE(inside)                                                                                        \
	"<md:IDPSSODescriptor protocolSupportEnumeration=\"urn:oasis:names:tc:SAML:1.1:protocol "           \
	"urn:oasis:names:tc:SAML:2.0:protocol\">" inside "</md:IDPSSODescriptor>"
#define KEY(use)                                                                                            \
	"<md:KeyDescriptor" use "><ds:KeyInfo><ds:X509Data><ds:X509Certificate>\nMIIC\n"                    \
	"</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>"
#define PLACE(service, binding, url)                                                                        \
	"<md:" service " Binding=\"urn:oasis:names:tc:SAML:2.0:bindings:" binding "\" Location=\"" url "\"/>"
#define SSO(binding, url) PLACE("SingleSignOnService", binding, url)

static lg_status
read_text(struct lg_test_ctx *t, const char *text, struct lg_saml_metadata *ret)
{
	return lg_saml_metadata_read(&t->cx, lg_str_from_c(text), ret);
}

TEST(entity_and_places_are_read)
{
	struct lg_test_ctx t;
	lg_test_ctx_init(&t);
	struct lg_saml_metadata m;
	CHECK_OK(read_text(&t,
		ENTITY("https://idp.example.com",
			ROLE(KEY(" use=\"encryption\"") KEY(" use=\"signing\"")
				PLACE("SingleLogoutService", "HTTP-Redirect", "https://idp.example.com/slo")
				SSO("SOAP", "https://idp.example.com/soap")
				SSO("HTTP-Redirect", "https://idp.example.com/sso?a=1&amp;b=2"))),
		&m));
	CHECK_STR(m.entity_id, LG_STR("https://idp.example.com"));
	CHECK_STR(m.sso_redirect, LG_STR("https://idp.example.com/sso?a=1&b=2"));
	CHECK_STR(m.slo_redirect, LG_STR("https://idp.example.com/slo"));

	CHECK_OK(read_text(&t, ENTITY("e", ROLE(KEY("") SSO("HTTP-POST", "http://i/sso"))), &m));
	CHECK(!lg_str_present(m.sso_redirect) && !lg_str_present(m.slo_redirect));
	lg_test_ctx_done(&t);
}

TEST(the_first_identity_provider_of_a_list_counts)
{
	struct lg_test_ctx t;
	lg_test_ctx_init(&t);
	struct lg_saml_metadata m;
	CHECK_OK(read_text(&t,
		"<md:EntitiesDescriptor" SPACES ">" ENTITY("sp", "<md:SPSSODescriptor/>") ENTITY("one",
			ROLE(KEY("") SSO("HTTP-Redirect", "https://one/sso"))) ENTITY("two",
			ROLE(KEY("") SSO("HTTP-Redirect", "https://two/sso"))) "</md:EntitiesDescriptor>",
		&m));
	CHECK_STR(m.entity_id, LG_STR("one"));
	CHECK_STR(m.sso_redirect, LG_STR("https://one/sso"));
	lg_test_ctx_done(&t);
}

TEST(metadata_that_cannot_be_used_says_why)
{
	static const struct {
		const char *text;
		const char *why;
	} bad[] = {
		{ "no XML", "no XML" },
		{ "<!DOCTYPE a><a/>", "no XML" },
		{ "<a/>", "No IDPSSODescriptor" },
		{ ENTITY("sp", "<md:SPSSODescriptor/>"), "and entity id sp" },
		{ ENTITY("e", "<md:IDPSSODescriptor protocolSupportEnumeration=\"urn:x\"/>"),
			"No IDPSSODescriptor" },
		{ ENTITY("e", "<IDPSSODescriptor/>"), "No IDPSSODescriptor" },
		{ ENTITY("", ROLE(KEY("") SSO("HTTP-Redirect", "https://i/"))), "No entityID" },
		{ ENTITY("e", ROLE(SSO("HTTP-Redirect", "https://i/"))), "No certificate" },
		{ ENTITY("e", ROLE(KEY(" use=\"encryption\"") SSO("HTTP-Redirect", "https://i/"))),
			"No certificate" },
		{ ENTITY("e", ROLE(KEY(""))), "No SingleSignOnService" },
		{ ENTITY("e", ROLE(KEY("") SSO("SOAP", "https://i/"))), "No SingleSignOnService" },
		{ ENTITY("e", ROLE(KEY("") SSO("HTTP-Redirect", "javascript:alert(1)"))), "no http(s) URL" },
		{ ENTITY("e", ROLE(KEY("") SSO("HTTP-Redirect", "https://i/ x"))), "no http(s) URL" },
		{ ENTITY("e", ROLE(KEY("") SSO("HTTP-POST", "ftp://i/"))), "no http(s) URL" },
	};
	struct lg_test_ctx t;
	lg_test_ctx_init(&t);
	struct lg_saml_metadata m;
	for (size_t i = 0; i < LG_LEN(bad); i++) {
		CHECK_CODE(read_text(&t, bad[i].text, &m), LG_E_MALFORMED);
		const lg_str text = lg_failure_text(&t.cx, LG_E_MALFORMED);
		if (!memmem(text.ptr, text.len, bad[i].why, strlen(bad[i].why)))
			fail_msg("no \"%s\" in \"%.*s\"", bad[i].why, LG_FMT(text));
	}
	lg_test_ctx_done(&t);
}
