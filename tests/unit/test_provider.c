/* Identity providers as those see them who use them, and what belongs to whom. */
#include "domain/pool/identity_provider.h"

#include <stdio.h>

#include "domain/pool/client_admin.h"
#include "domain/pool/client_secret.h"
#include "domain/pool/domain.h"
#include "domain/pool/provider_details.h"
#include "domain/user/provider_link.h"
#include "tests/lib/fixture.h"

#define PAIR(key, value)                             \
	{                                            \
		LG_STR_INIT(key), LG_STR_INIT(value) \
	}

static struct lg_str_pair apple_details[] = {
	PAIR("client_id", "com.example"),
	PAIR("team_id", "TEAM"),
	PAIR("key_id", "KEY"),
	PAIR("authorize_scopes", "email"),
	PAIR("private_key", "the private key"),
};

static void
make_apple(struct fixture *f)
{
	const struct lg_idp_create_identity_provider_request in = {
		.provider_name = LG_STR("SignInWithApple"),
		.provider_type = LG_STR("SignInWithApple"),
		.provider_details = { apple_details, LG_LEN(apple_details), true },
	};
	struct lg_idp_identity_provider_type *shown;
	CHECK_OK(lg_provider_create(fixture_request(f), &f->env, f->pool, &in, &shown));
	CHECK(!lg_str_present(lg_str_map_get(&shown->provider_details, LG_STR("private_key"))));
}

TEST(a_secret_that_nobody_is_shown_survives_an_update)
{
	struct fixture *f = fixture_new();
	make_apple(f);
	const struct lg_idp_update_identity_provider_request in = {
		.provider_name = LG_STR("SignInWithApple"),
		.provider_details = { apple_details, LG_LEN(apple_details) - 1, true },
	};
	struct lg_idp_identity_provider_type *shown;
	CHECK_OK(lg_provider_update(fixture_request(f), &f->env, f->pool, &in, &shown));
	CHECK(!lg_str_present(lg_str_map_get(&shown->provider_details, LG_STR("private_key"))));

	const struct lg_rec_identity_provider *stored;
	CHECK_OK(lg_provider_find(
		fixture_request(f), &f->env, f->pool, LG_STR("SignInWithApple"), &stored));
	CHECK_STR(lg_str_map_get(&stored->type->provider_details, LG_STR("private_key")),
		LG_STR("the private key"));
	CHECK_CODE(lg_provider_find(fixture_request(f), &f->env, f->pool, LG_STR("Google"), &stored),
		LG_E_NOT_FOUND);
	fixture_free(f);
}

TEST(texts_about_details_quote_no_value)
{
	static const struct lg_str_pair bad[] = {
		PAIR("token_url", "s3cret-value"),
		PAIR("oidc_issuer", "s3cret-value"),
		PAIR("attributes_request_method", "s3cret-value"),
		PAIR("IDPInit", "s3cret-value"),
		PAIR("api_version", "s3cret-value"),
	};
	struct fixture *f = fixture_new();
	struct lg_ctx *cx = fixture_request(f);
	for (size_t i = 0; i < LG_LEN(bad); i++) {
		struct lg_str_pair pairs[] = {
			PAIR("client_id", "c"),
			PAIR("client_secret", "s"),
			PAIR("authorize_scopes", "email"),
			bad[i],
		};
		const struct lg_str_map sent = { pairs, LG_LEN(pairs), true };
		struct lg_str_map made;
		lg_str entity_id;
		const struct lg_provider_type *google = lg_provider_type_of(LG_STR("Google"));
		CHECK_CODE(lg_provider_details_make(cx, &f->env, google, &sent, NULL, &made, &entity_id),
			LG_E_INVALID_PARAMETER);
		const lg_str text = lg_failure_text(cx, LG_E_INVALID_PARAMETER);
		for (size_t at = 0; at < text.len; at++)
			CHECK(!lg_str_starts(lg_str_slice(text, at, text.len), LG_STR("s3cret")));
	}
	fixture_free(f);
}

TEST(an_identity_has_one_name)
{
	static const lg_str names[][3] = {
		{ LG_STR_INIT("Corp"), LG_STR_INIT("Cognito_Subject"), LG_STR_INIT("ann") },
		{ LG_STR_INIT("Corp"), LG_STR_INIT("Cognito_Subject"), LG_STR_INIT("Ann") },
		{ LG_STR_INIT("Corp"), LG_STR_INIT("email"), LG_STR_INIT("ann") },
		{ LG_STR_INIT("CorpC"), LG_STR_INIT("ognito_Subject"), LG_STR_INIT("ann") },
		{ LG_STR_INIT("Corp"), LG_STR_INIT("Cognito_Subjecta"), LG_STR_INIT("nn") },
		{ LG_STR_INIT("Corp"), LG_STR_INIT("email"), LG_STR_INIT("a\0nn") },
	};
	struct fixture *f = fixture_new();
	struct lg_ctx *cx = fixture_request(f);
	unsigned char digests[LG_LEN(names)][16];
	for (size_t i = 0; i < LG_LEN(names); i++) {
		lg_str name;
		CHECK_OK(lg_link_name(cx, names[i][0], names[i][1], names[i][2], &name));
		CHECK_OK(lg_name_digest(cx, &f->env, f->pool, LG_KEY_PROVIDER, name, digests[i]));
		for (size_t k = 0; k < i; k++)
			CHECK(!lg_bytes_eq(digests[i], digests[k], 16));
	}
	fixture_free(f);
}

static lg_status
link_ann(struct fixture *f, lg_str subject)
{
	struct lg_idp_provider_user_identifier_type ann = {
		.provider_name = LG_STR("Cognito"), .provider_attribute_value = LG_STR("ann")
	};
	struct lg_idp_provider_user_identifier_type source = {
		.provider_name = LG_STR("SignInWithApple"),
		.provider_attribute_name = LG_LINK_SUBJECT,
		.provider_attribute_value = subject,
	};
	const struct lg_idp_admin_link_provider_for_user_request in = {
		.destination_user = &ann, .source_user = &source
	};
	return lg_provider_link(fixture_request(f), &f->env, f->pool, &in);
}

TEST(links_are_keys_of_their_user_and_go_with_him)
{
	struct fixture *f = fixture_new();
	make_apple(f);
	fixture_user(f, LG_STR("ann"), LG_STR_NONE);
	CHECK_OK(link_ann(f, LG_STR("1")));
	CHECK_OK(link_ann(f, LG_STR("2")));

	struct lg_ctx *cx = fixture_request(f);
	struct lg_user *ann;
	struct lg_user_names names;
	CHECK_OK(lg_user_find(cx, &f->env, f->pool, LG_STR("ann"), 0, &ann));
	CHECK_OK(lg_user_names(cx, &f->env, f->pool, ann, &names));
	CHECK(names.count == 3);
	size_t links = 0;
	for (size_t i = 0; i < names.count; i++) {
		enum lg_key_kind kind;
		unsigned char uid[LG_UID_SIZE];
		CHECK_OK(lg_store_key_find(
			f->env.store, cx, f->pool->pool, names.keys[i].digest, &kind, uid));
		CHECK(lg_bytes_eq(uid, ann->row.uid, LG_UID_SIZE));
		links += kind == LG_KEY_PROVIDER;
	}
	CHECK(links == 2);
	fixture_free(f);
}

/* ---- settings that other requests see at once ---- */

TEST(a_new_secret_counts_in_the_next_request)
{
	const struct lg_idp_create_user_pool_client_request with_secret = {
		.client_name = LG_STR("c"), .generate_secret = { true, true }
	};
	struct fixture *f = fixture_with(NULL, &with_secret);
	CHECK(f->client->settings->secrets.count == 1);
	const struct lg_idp_add_user_pool_client_secret_request in = { .client_id = f->client_id };
	struct lg_idp_client_secret_descriptor_type *added;
	CHECK_OK(lg_client_secret_add(&f->t.cx, &f->env, f->pool, &in, &added));
	char id[64];
	snprintf(id, sizeof(id), "%.*s", LG_FMT(added->client_secret_id));
	fixture_request(f);
	CHECK(f->client->settings->secrets.count == 2);
	CHECK_OK(lg_client_secret_delete(&f->t.cx, &f->env, f->pool, f->client_id, lg_str_from_c(id)));
	fixture_request(f);
	CHECK(f->client->settings->secrets.count == 1);
	fixture_free(f);
}

TEST(a_domain_is_named_by_its_pool_in_the_next_request)
{
	struct fixture *f = fixture_new();
	const struct lg_idp_create_user_pool_domain_request in = {
		.user_pool_id = f->pool_id, .domain = LG_STR("shop")
	};
	struct lg_idp_create_user_pool_domain_response made;
	CHECK_OK(lg_domain_create(&f->t.cx, &f->env, &in, &made));
	fixture_request(f);
	CHECK_STR(f->pool->type->domain, LG_STR("shop"));
	CHECK_OK(lg_domain_delete(&f->t.cx, &f->env, f->pool_id, LG_STR("shop")));
	fixture_request(f);
	CHECK(!lg_str_present(f->pool->type->domain));
	fixture_free(f);
}
