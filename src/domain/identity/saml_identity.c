#include "domain/identity/saml_identity.h"

#include "base/log.h"
#include "codec/bytes.h"
#include "codec/text.h"
#include "crypto/hash.h"
#include "domain/iam/iam_provider.h"
#include "store/guard.h"

#define NAME "https://aws.amazon.com/SAML/Attributes/"
#define FORMAT_PREFIX LG_STR("urn:oasis:names:tc:SAML:2.0:nameid-format:")
#define CLAIMS_MAX 32
#define TAGS_MAX 50

/* Attributes that are condition keys, by their names in the wild (eduPerson, LDAP). */
static const struct {
	lg_str attribute;
	const char *key;
} keys[] = {
	{ LG_STR_INIT("urn:oid:1.3.6.1.4.1.5923.1.1.1.1"), "saml:edupersonaffiliation" },
	{ LG_STR_INIT("urn:oid:1.3.6.1.4.1.5923.1.1.1.2"), "saml:edupersonnickname" },
	{ LG_STR_INIT("urn:oid:1.3.6.1.4.1.5923.1.1.1.3"), "saml:edupersonorgdn" },
	{ LG_STR_INIT("urn:oid:1.3.6.1.4.1.5923.1.1.1.4"), "saml:edupersonorgunitdn" },
	{ LG_STR_INIT("urn:oid:1.3.6.1.4.1.5923.1.1.1.5"), "saml:edupersonprimaryaffiliation" },
	{ LG_STR_INIT("urn:oid:1.3.6.1.4.1.5923.1.1.1.6"), "saml:edupersonprincipalname" },
	{ LG_STR_INIT("urn:oid:1.3.6.1.4.1.5923.1.1.1.7"), "saml:edupersonentitlement" },
	{ LG_STR_INIT("urn:oid:1.3.6.1.4.1.5923.1.1.1.8"), "saml:edupersonprimaryorgunitdn" },
	{ LG_STR_INIT("urn:oid:1.3.6.1.4.1.5923.1.1.1.9"), "saml:edupersonscopedaffiliation" },
	{ LG_STR_INIT("urn:oid:1.3.6.1.4.1.5923.1.1.1.10"), "saml:edupersontargetedid" },
	{ LG_STR_INIT("urn:oid:1.3.6.1.4.1.5923.1.1.1.11"), "saml:edupersonassurance" },
	{ LG_STR_INIT("urn:oid:2.5.4.3"), "saml:cn" },
	{ LG_STR_INIT("urn:oid:2.5.4.4"), "saml:surname" },
	{ LG_STR_INIT("urn:oid:2.5.4.42"), "saml:givenName" },
	{ LG_STR_INIT("urn:oid:0.9.2342.19200300.100.1.1"), "saml:uid" },
	{ LG_STR_INIT("urn:oid:0.9.2342.19200300.100.1.3"), "saml:mail" },
};

static lg_status
invalid(struct lg_ctx *cx, const char *text)
{
	return lg_fail(cx, LG_E_INVALID_IDENTITY_TOKEN, "%s", text);
}

/* ---- the response ---- */

/* Where we are for such assertions: what AWS is, and the server itself. */
static lg_status
recipients_of(struct lg_ctx *cx, const struct lg_settings *settings, struct lg_str_list *ret)
{
	const struct lg_str_list *set = &settings->saml_recipients;
	ret->items = lg_new_array(cx, lg_str, set->count + 1);
	if (!ret->items)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	for (size_t i = 0; i < set->count; i++)
		ret->items[ret->count++] = set->items[i];
	return lg_str_fmt(cx, &ret->items[ret->count++], "%.*s/saml", LG_FMT(settings->public_url));
}

lg_status
lg_saml_provider_says(struct lg_ctx *cx, struct lg_env *env, lg_str provider_arn, lg_str response,
	int64_t max_age_s, struct lg_saml_assertion *ret)
{
	const struct lg_rec_iam_saml *provider;
	struct lg_saml_metadata metadata;
	struct lg_str_list recipients = { .has = true };
	lg_str text;
	LG_TRY(lg_iam_saml_by_arn(cx, env, provider_arn, &provider));
	LG_TRY(lg_saml_metadata_read(cx, provider->metadata, &metadata));
	LG_TRY(recipients_of(cx, env->settings, &recipients));
	const struct lg_saml_expect expect = {
		.provider = &metadata,
		.recipients = &recipients,
		.audiences = &env->settings->saml_audiences,
		.any_request = true,
		.max_age_ms = max_age_s * LG_SECOND_MS,
	};
	lg_status s = lg_base64_decode_lenient(cx, response, &text);
	if (!lg_failed(s))
		s = lg_saml_response_verify(cx, &expect, text, ret);
	/* The caller is told less than the log. */
	if (s.code == LG_E_MISMATCH || s.code == LG_E_REFUSED || s.code == LG_E_SPENT)
		lg_log(LG_LOG_INFO, "SAML assertion refused", LG_KV_STR("provider", provider_arn),
			LG_KV_STR("why", lg_failure_text(cx, s.code)));
	return s;
}

static lg_status
read_response(struct lg_ctx *cx, struct lg_env *env, const struct lg_saml_claim *claim,
	struct lg_saml_assertion *ret)
{
	const lg_status s = lg_saml_provider_says(
		cx, env, claim->provider_arn, claim->assertion, LG_SAML_IDENTITY_AGE_S, ret);
	switch (s.code) {
	case LG_E_NOT_FOUND:
		return invalid(cx, "There is no such SAML provider.");
	case LG_E_MALFORMED:
		return invalid(cx, "Invalid base64 SAMLResponse, or no response of SAML 2.0.");
	case LG_E_MISMATCH:
		return invalid(cx, "Response signature invalid, or not meant for this service.");
	case LG_E_REFUSED:
		return lg_fail(cx, LG_E_IDP_REJECTED_CLAIM, "The identity provider rejected the sign-in.");
	case LG_E_SPENT:
		return lg_fail(cx, LG_E_EXPIRED_IDENTITY_TOKEN,
			"Token must be redeemed within 5 minutes of issuance");
	default:
		return s;
	}
}

/* ---- attributes ---- */

/* The only value; absent when there is none, or more. */
static lg_str
value_of(const struct lg_saml_assertion *assertion, const char *name)
{
	const struct lg_str_list values = lg_saml_attribute(assertion, lg_str_from_c(name));
	return values.count == 1 ? values.items[0] : LG_STR_NONE;
}

bool
lg_saml_role_of(lg_str value, lg_str provider_arn, lg_str *ret)
{
	const lg_str first = lg_str_trim(lg_str_cut(&value, ','));
	const lg_str second = lg_str_trim(value);
	if (lg_str_eq(second, provider_arn))
		*ret = first;
	else if (lg_str_eq(first, provider_arn))
		*ret = second;
	else
		return false;
	return true;
}

static lg_status
check_role(struct lg_ctx *cx, const struct lg_saml_assertion *assertion, const struct lg_saml_claim *claim)
{
	const struct lg_str_list roles = lg_saml_attribute(assertion, LG_SAML_ROLES);
	for (size_t i = 0; i < roles.count; i++) {
		lg_str role;
		if (lg_saml_role_of(roles.items[i], claim->provider_arn, &role) &&
			lg_str_eq(role, claim->role_arn))
			return LG_OK;
	}
	return invalid(cx, "The assertion does not name this role and provider.");
}

static lg_status
read_session(struct lg_ctx *cx, const struct lg_saml_assertion *assertion, struct lg_saml_identity *ret)
{
	bool fits;
	ret->session_name = value_of(assertion, NAME "RoleSessionName");
	LG_TRY(lg_text_matches(cx, ret->session_name, LG_STS_NAME_PATTERN, &fits));
	if (!fits)
		return invalid(cx, "RoleSessionName is required in the assertion, with 2 to 64 characters "
				   "of [\\w+=,.@-].");
	ret->source_identity = value_of(assertion, NAME "SourceIdentity");
	if (lg_str_present(ret->source_identity)) {
		LG_TRY(lg_text_matches(cx, ret->source_identity, LG_STS_NAME_PATTERN, &fits));
		if (!fits)
			return invalid(cx, "SourceIdentity has 2 to 64 characters of [\\w+=,.@-].");
	}
	return LG_OK;
}

static lg_status
read_longest(struct lg_ctx *cx, const struct lg_saml_assertion *assertion, struct lg_saml_identity *ret)
{
	uint64_t seconds;
	const lg_str told = value_of(assertion, NAME "SessionDuration");
	ret->longest_s = INT64_MAX;
	if (assertion->session_ends)
		ret->longest_s = (assertion->session_until.ms - cx->now.ms) / LG_SECOND_MS;
	if (!lg_str_present(told))
		return LG_OK;
	if (!lg_str_to_uint(told, 43200, &seconds) || seconds < 900)
		return invalid(cx, "SessionDuration is a number from 900 to 43200.");
	if ((int64_t)seconds < ret->longest_s)
		ret->longest_s = (int64_t)seconds;
	return LG_OK;
}

static lg_status
read_tags(struct lg_ctx *cx, const struct lg_saml_assertion *assertion, struct lg_saml_identity *ret)
{
	const lg_str prefix = LG_STR(NAME "PrincipalTag:");
	ret->tags.items = lg_new_array(cx, struct lg_str_pair, TAGS_MAX);
	if (!ret->tags.items)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	for (size_t i = 0; i < assertion->attribute_count; i++) {
		const struct lg_saml_attribute *attribute = &assertion->attributes[i];
		if (!lg_str_starts(attribute->name, prefix))
			continue;
		if (attribute->values.count != 1 || ret->tags.count == TAGS_MAX)
			return invalid(
				cx, "A tag of the assertion has no single value, or there are too many.");
		ret->tags.items[ret->tags.count++] =
			(struct lg_str_pair){ lg_str_slice(attribute->name, prefix.len, attribute->name.len),
				attribute->values.items[0] };
	}
	ret->transitive = lg_saml_attribute(assertion, LG_STR(NAME "TransitiveTagKeys"));
	return LG_OK;
}

/* ---- condition keys ---- */

static lg_status
add_key(struct lg_ctx *cx, struct lg_saml_identity *identity, const char *name,
	const struct lg_str_list *values, bool multi)
{
	if (!values->count)
		return LG_OK;
	if (identity->who.claim_count == CLAIMS_MAX)
		return lg_fail_default(cx, LG_E_INTERNAL);
	struct lg_rec_aws_claim *claims = (struct lg_rec_aws_claim *)(uintptr_t)identity->who.claims;
	claims[identity->who.claim_count++] = (struct lg_rec_aws_claim){ .key = lg_str_from_c(name),
		.values = { .items = values->items, .count = values->count, .has = true },
		.multi = { multi, multi } };
	return LG_OK;
}

static lg_status
add_text(struct lg_ctx *cx, struct lg_saml_identity *identity, const char *name, lg_str value)
{
	lg_str *kept = lg_new(cx, lg_str);
	if (!kept)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	*kept = value;
	return add_key(cx, identity, name,
		&(struct lg_str_list){ .items = kept, .count = lg_str_present(value) }, false);
}

static lg_status
name_qualifier(
	struct lg_ctx *cx, const struct lg_settings *settings, lg_str issuer, lg_str provider, lg_str *ret)
{
	unsigned char digest[LG_SHA1_SIZE];
	const lg_str parts[] = { issuer, settings->account, LG_STR("/"), provider };
	LG_TRY(lg_sha1(cx, parts, LG_LEN(parts), digest));
	return lg_base64_encode(cx, lg_str_from_bytes(digest, sizeof(digest)), ret);
}

static lg_status
add_keys(struct lg_ctx *cx, struct lg_env *env, const struct lg_saml_claim *claim,
	const struct lg_saml_assertion *assertion, struct lg_saml_identity *ret)
{
	lg_str path, provider, doc;
	if (!lg_iam_arn_read(env->settings, LG_STR("saml-provider"), claim->provider_arn, &path, &provider))
		return lg_fail_default(cx, LG_E_INTERNAL);
	LG_TRY(name_qualifier(cx, env->settings, assertion->issuer, provider, &ret->name_qualifier));
	LG_TRY(lg_str_fmt(cx, &doc, "%.*s/%.*s", LG_FMT(env->settings->account), LG_FMT(provider)));
	ret->who.claims = lg_new_array(cx, struct lg_rec_aws_claim, CLAIMS_MAX);
	if (!ret->who.claims)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	LG_TRY(add_text(cx, ret, "saml:aud", ret->audience));
	LG_TRY(add_text(cx, ret, "saml:iss", ret->issuer));
	LG_TRY(add_text(cx, ret, "saml:sub", ret->subject));
	LG_TRY(add_text(cx, ret, "saml:sub_type", ret->subject_type));
	LG_TRY(add_text(cx, ret, "saml:doc", doc));
	LG_TRY(add_text(cx, ret, "saml:namequalifier", ret->name_qualifier));
	for (size_t i = 0; i < LG_LEN(keys); i++) {
		const struct lg_str_list values = lg_saml_attribute(assertion, keys[i].attribute);
		LG_TRY(add_key(cx, ret, keys[i].key, &values, true));
	}
	return LG_OK;
}

lg_status
lg_saml_identity_verify(struct lg_ctx *cx, struct lg_env *env, const struct lg_saml_claim *claim,
	struct lg_saml_identity *ret)
{
	struct lg_saml_assertion assertion;
	LG_TRY(read_response(cx, env, claim, &assertion));
	LG_TRY(check_role(cx, &assertion, claim));
	struct lg_saml_identity identity = {
		.who = { .saml = true, .provider = claim->provider_arn },
		.subject = assertion.name_id,
		.subject_type = assertion.name_id_format,
		.issuer = assertion.issuer,
		.audience = assertion.recipient,
		.assertion_id = assertion.id,
		.issued = assertion.issued,
	};
	if (lg_str_starts(identity.subject_type, FORMAT_PREFIX))
		identity.subject_type =
			lg_str_slice(identity.subject_type, FORMAT_PREFIX.len, identity.subject_type.len);
	LG_TRY(read_session(cx, &assertion, &identity));
	LG_TRY(read_longest(cx, &assertion, &identity));
	LG_TRY(read_tags(cx, &assertion, &identity));
	LG_TRY(add_keys(cx, env, claim, &assertion, &identity));
	*ret = identity;
	return LG_OK;
}

lg_status
lg_saml_identity_spend(struct lg_ctx *cx, struct lg_env *env, const struct lg_saml_claim *claim,
	const struct lg_saml_identity *identity)
{
	unsigned char whose[LG_SHA256_SIZE], which[LG_SHA256_SIZE];
	const lg_str pair[] = { claim->provider_arn, LG_STR("|"), claim->role_arn };
	lg_sha256(pair, LG_LEN(pair), whose);
	lg_sha256(&identity->assertion_id, 1, which);
	/* It is refused by its age afterwards. */
	const lg_time until = lg_time_add_ms(
		identity->issued, 2 * LG_SAML_IDENTITY_AGE_S * LG_SECOND_MS + LG_SAML_SKEW_MS);
	const lg_status s = lg_store_spend(
		env->store, cx, LG_IAM_POOL, whose, lg_str_from_bytes(which, sizeof(which)), 1, until);
	return s.code == LG_E_SPENT ? invalid(cx, "The assertion was redeemed before.") : s;
}
