/*
 * SAML responses: whatever is made of those that a provider signed, what is believed is what it said. Nobody
 * has its key any more (tests/saml/corpus.py), so nothing else can be true.
 */
#include "token/saml_response.h"

#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/saml_provider.h"
#include "token/saml_signature.h"

static lg_str recipients[] = { LG_STR_INIT("https://signin.aws.amazon.com/saml") };
static lg_str audiences[] = { LG_STR_INIT("urn:amazon:webservices") };

/* Said, and nothing beside it. */
static void
is_only(const struct lg_saml_assertion *said, lg_str name, lg_str first, size_t count)
{
	const struct lg_str_list values = lg_saml_attribute(said, name);
	MUST(values.count == count && lg_str_eq(values.items[0], first));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static bool ready;
	if (!ready)
		MUST_OK(lg_saml_global_init());
	ready = true;
	FUZZ_CONTEXT(cx);
	cx->now.ms = SIGNED_S * LG_SECOND_MS;
	struct lg_saml_metadata provider;
	struct lg_saml_assertion said;
	const struct lg_str_list places = { recipients, LG_LEN(recipients), true };
	const struct lg_str_list names = { audiences, LG_LEN(audiences), true };
	MUST_OK(lg_saml_metadata_read(cx, LG_STR(METADATA), &provider));
	const struct lg_saml_expect expect = { .provider = &provider,
		.recipients = &places,
		.audiences = &names,
		.request_id = LG_STR("id-request"),
		.max_age_ms = 5 * LG_MINUTE_MS };
	const lg_status s = lg_saml_response_verify(cx, &expect, lg_str_from_bytes(data, size), &said);
	if (lg_failed(s)) {
		MUST(s.code == LG_E_MALFORMED || s.code == LG_E_MISMATCH || s.code == LG_E_REFUSED ||
			s.code == LG_E_SPENT);
	} else {
		MUST(lg_str_eq(said.name_id, LG_STR("ada@example.com")));
		MUST(lg_str_eq(said.issuer, provider.entity_id));
		MUST(said.attribute_count == 2);
		is_only(&said, LG_STR("urn:oid:0.9.2342.19200300.100.1.3"), LG_STR("ada@example.com"), 1);
		is_only(&said, LG_STR("groups"), LG_STR("staff"), 2);
		MUST(cx->work.verifications > 0);
	}
	lg_ctx_done(cx);
	return 0;
}
