#include "domain/auth/first_factor.h"

#include "domain/auth/mfa.h"
#include "domain/auth/passkey.h"
#include "domain/message/code.h"
#include "domain/pool/mfa_config.h"
#include "domain/pool/pool_check.h"
#include "domain/pool/schema.h"

#define S LG_STR_INIT

/* In the order in which they are told. */
static const struct factor {
	lg_str name;      /* in AllowedFirstAuthFactors and ConfiguredUserAuthFactors */
	unsigned bit;
	lg_str attribute; /* where its code goes */
} factors[] = {
	{ S("PASSWORD"), LG_FIRST_PASSWORD, { NULL, 0 } },
	{ S("EMAIL_OTP"), LG_FIRST_EMAIL_OTP, S("email") },
	{ S("SMS_OTP"), LG_FIRST_SMS_OTP, S("phone_number") },
	{ S("WEB_AUTHN"), LG_FIRST_WEB_AUTHN, { NULL, 0 } },
};

static unsigned
allowed(const struct lg_pool *pool)
{
	unsigned bits = 0;
	for (size_t i = 0; i < LG_LEN(factors); i++) {
		if (lg_pool_allows_factor(pool->type, factors[i].name))
			bits |= factors[i].bit;
	}
	return bits;
}

/* Those whose code has an address to go to. */
static unsigned
reachable(const struct lg_user *user)
{
	unsigned bits = 0;
	for (size_t i = 0; i < LG_LEN(factors); i++) {
		if (lg_str_present(factors[i].attribute)
		    && !lg_str_empty(lg_user_attribute(user, factors[i].attribute)))
			bits |= factors[i].bit;
	}
	return bits;
}

lg_status
lg_first_factors(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	const struct lg_user *user, unsigned *ret)
{
	/* Read of decoys, too, where anybody could have one. */
	bool passkey = false;
	if (allowed(pool) & LG_FIRST_WEB_AUTHN)
		LG_TRY(lg_passkey_any(cx, env, pool, user, &passkey));
	if (user->decoy) {
		*ret = user->decoy_factors & allowed(pool);
		return LG_OK;
	}
	unsigned bits = reachable(user) | (passkey ? LG_FIRST_WEB_AUTHN : 0);
	if (!lg_str_empty(user->row.credential.sealed))
		bits |= LG_FIRST_PASSWORD;
	/* Who comes from elsewhere is known there. */
	if (user->row.status == LG_USER_EXTERNAL_PROVIDER)
		bits = 0;
	*ret = bits & allowed(pool);
	return LG_OK;
}

lg_status
lg_first_factor_names(struct lg_ctx *cx, unsigned set, struct lg_str_list *ret)
{
	lg_str *items = lg_new_array(cx, lg_str, LG_LEN(factors));
	if (!items)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	size_t count = 0;
	for (size_t i = 0; i < LG_LEN(factors); i++) {
		if (set & factors[i].bit)
			items[count++] = factors[i].name;
	}
	*ret = (struct lg_str_list){ .items = items, .count = count, .has = true };
	return LG_OK;
}

unsigned
lg_first_factors_offered(const struct lg_pool *pool, const struct lg_user *user, unsigned set)
{
	const lg_str mfa = pool->type->mfa_configuration;
	/* A temporary password is to be replaced first. */
	if (user->row.status == LG_USER_FORCE_CHANGE_PASSWORD)
		return set & LG_FIRST_PASSWORD;
	if (lg_str_empty(mfa) || lg_str_eq(mfa, LG_IDP_USER_POOL_MFA_TYPE_OFF))
		return set;
	if (!lg_mfa_held(pool, user) && !lg_str_eq(mfa, LG_IDP_USER_POOL_MFA_TYPE_ON))
		return set;
	const bool both = lg_mfa_config_passkeys_count(pool->settings);
	return set & (both ? LG_FIRST_PASSWORD | LG_FIRST_WEB_AUTHN : LG_FIRST_PASSWORD);
}

bool
lg_needs_no_password(const struct lg_pool *pool, const struct lg_user *user)
{
	return (allowed(pool) & reachable(user)) != 0;
}

/* ---- decoys ---- */

/* Of 256 decoys, so many have it. */
enum { SOME = 64, HALF = 128, MOST = 192 };

/*
 * Does a user of this name have this attribute? One that serves as his name, that the pool requires or
 * verifies at sign-up, is there.
 */
static bool
has_address(const struct lg_pool *pool, lg_str attribute, lg_str name, unsigned char chance)
{
	const bool email = lg_str_eq(attribute, LG_STR("email"));
	if (email ? lg_is_email(name) : lg_is_phone(name))
		return true;
	const struct lg_idp_schema_attribute_type *schema = lg_pool_attribute(pool, attribute);
	if ((schema && schema->required.v)
	    || lg_str_list_has(&pool->type->auto_verified_attributes, attribute))
		return true;
	return chance < HALF;
}

lg_status
lg_decoy_dress(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool, lg_str name,
	struct lg_user *decoy)
{
	lg_str canonical;
	LG_TRY(lg_name_canonical(cx, pool, LG_KEY_USERNAME, name, &canonical));
	unsigned char mac[32];
	LG_TRY(lg_keyring_mac(lg_store_keyring(env->store), cx, pool->pool, LG_KEY_DECOY,
		LG_STR("factors"), canonical, mac));

	unsigned bits = 0;
	for (size_t i = 0; i < LG_LEN(factors); i++) {
		const lg_str attribute = factors[i].attribute;
		if (!lg_str_present(attribute) || !has_address(pool, attribute, canonical, mac[i]))
			continue;
		struct lg_delivery address;
		LG_TRY(lg_delivery_simulate_to(cx, env, pool, name, attribute, &address));
		LG_TRY(lg_user_set_attribute(cx, decoy, attribute, address.to));
		bits |= factors[i].bit;
	}
	lg_str rp_id;
	LG_TRY(lg_passkey_rp_id(cx, env, pool, &rp_id));
	if (lg_str_present(rp_id) && mac[LG_LEN(factors) + 2] < SOME)
		bits |= LG_FIRST_WEB_AUTHN;
	bits &= allowed(pool);
	/* Most have a password though a code would do. */
	if (mac[LG_LEN(factors)] < MOST)
		bits |= LG_FIRST_PASSWORD;
	/* Some have a second factor, where there are any. */
	const bool optional = lg_str_eq(pool->type->mfa_configuration, LG_IDP_USER_POOL_MFA_TYPE_OPTIONAL);
	if ((bits & LG_FIRST_PASSWORD) && optional && mac[LG_LEN(factors) + 1] < HALF)
		bits = LG_FIRST_PASSWORD;
	/* Everybody has something that he can begin with. */
	if (!lg_first_factors_offered(pool, decoy, bits))
		bits |= LG_FIRST_PASSWORD;
	decoy->decoy_factors = bits;
	return LG_OK;
}
