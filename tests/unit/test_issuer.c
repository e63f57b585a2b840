/* Keys of foreign issuers: discovery, age, unknown key ids, outages, and one fetch for many who want it. */
#include "domain/grant/issuer.h"

#include <pthread.h>

#include "codec/json.h"
#include "tests/lib/test.h"

#define ISSUER LG_STR("https://idp.example.com/realms/a")

/* A world with one issuer in it. */
struct world {
	struct lg_fetcher port;
	struct lg_test_ctx t;
	struct lg_env env;
	struct lg_pkey *key;
	const char *kid; /* that the key set says */
	const char *issuer; /* that discovery says */
	lg_str jwks; /* instead of the key set; absent = the true one */
	int64_t max_age_s;
	_Atomic int fetches;
	bool away;
	bool slow;
};

static lg_status
fetch(struct lg_fetcher *self, struct lg_ctx *cx, const struct lg_fetch *request, struct lg_fetched *ret)
{
	struct world *w = (struct world *)self;
	w->fetches++;
	if (w->slow)
		nanosleep(&(struct timespec){ .tv_nsec = 30 * 1000 * 1000 }, NULL);
	if (w->away)
		return lg_fail(cx, LG_E_UNAVAILABLE, "nobody there");
	*ret = (struct lg_fetched){ .status = 200, .max_age_s = w->max_age_s };
	if (lg_str_ends(request->url, LG_STR("/.well-known/openid-configuration")))
		return lg_str_fmt(cx, &ret->body, "{\"issuer\":\"%s\",\"jwks_uri\":\"https://keys.example/\"}",
			w->issuer);
	if (lg_str_present(w->jwks)) {
		ret->body = w->jwks;
		return LG_OK;
	}
	struct lg_jwk_public jwk;
	LG_TRY(lg_pkey_jwk(cx, w->key, &jwk));
	return lg_str_fmt(cx, &ret->body, "{\"keys\":[{\"kty\":\"EC\",\"use\":\"enc\",\"kid\":\"%s\"},"
		"{\"kty\":\"EC\",\"crv\":\"P-256\",\"kid\":\"%s\",\"x\":\"%.*s\",\"y\":\"%.*s\"}]}", w->kid,
		w->kid, LG_FMT(jwk.x), LG_FMT(jwk.y));
}

static void
begin(struct world *w)
{
	*w = (struct world){ .port = { fetch }, .kid = "k1", .issuer = "https://idp.example.com/realms/a",
		.max_age_s = -1 };
	lg_json_global_init();
	lg_test_ctx_init(&w->t);
	CHECK_OK(lg_pkey_generate(&w->t.cx, LG_ALG_ES256, &w->key));
	CHECK_OK(lg_issuers_new(&w->env.issuers));
	w->env.fetcher = &w->port;
}

static void
end(struct world *w)
{
	lg_ctx_done(&w->t.cx);
	lg_issuers_free(w->env.issuers);
	lg_pkey_free(w->key);
	lg_test_ctx_done(&w->t);
}

static int
ask(struct world *w, lg_str kid, enum lg_alg alg)
{
	struct lg_pkey *key;
	return lg_issuer_key(&w->t.cx, &w->env, ISSUER, kid, alg, &key).code;
}

static void
wait_ms(struct world *w, int64_t ms)
{
	w->t.cx.now = lg_time_add_ms(w->t.cx.now, ms);
}

TEST(a_key_is_found_by_discovery_and_kept)
{
	struct world w;
	begin(&w);
	struct lg_pkey *key;
	lg_str signature;
	CHECK_OK(lg_issuer_key(&w.t.cx, &w.env, ISSUER, LG_STR("k1"), LG_ALG_ES256, &key));
	CHECK_OK(lg_pkey_sign(&w.t.cx, w.key, LG_STR("text"), &signature));
	CHECK_OK(lg_pkey_verify(&w.t.cx, key, LG_STR("text"), signature));
	CHECK(w.fetches == 2);
	CHECK(ask(&w, LG_STR("k1"), LG_ALG_ES256) == LG_E_OK && w.fetches == 2);
	/* The kind of the key is the key set's to say, not the token's. */
	wait_ms(&w, LG_ISSUER_RETRY_MS);
	CHECK(ask(&w, LG_STR("k1"), LG_ALG_RS256) == LG_E_NOT_FOUND);
	CHECK(ask(&w, LG_STR("k1"), LG_ALG_ES384) == LG_E_NOT_FOUND);
	end(&w);
}

TEST(age_is_what_the_issuer_says_within_bounds)
{
	static const struct {
		int64_t max_age_s, kept_ms;
	} cases[] = { { -1, LG_ISSUER_MIN_AGE_MS }, { 0, LG_ISSUER_MIN_AGE_MS }, { 600, 600 * LG_SECOND_MS },
		{ 1000000, LG_ISSUER_MAX_AGE_MS } };
	for (size_t i = 0; i < LG_LEN(cases); i++) {
		struct world w;
		begin(&w);
		w.max_age_s = cases[i].max_age_s;
		CHECK(ask(&w, LG_STR("k1"), LG_ALG_ES256) == LG_E_OK && w.fetches == 2);
		wait_ms(&w, cases[i].kept_ms - 1);
		CHECK(ask(&w, LG_STR("k1"), LG_ALG_ES256) == LG_E_OK && w.fetches == 2);
		wait_ms(&w, 1);
		CHECK(ask(&w, LG_STR("k1"), LG_ALG_ES256) == LG_E_OK && w.fetches == 4);
		end(&w);
	}
}

TEST(an_unknown_key_id_is_looked_for_once_in_a_while)
{
	struct world w;
	begin(&w);
	CHECK(ask(&w, LG_STR("k1"), LG_ALG_ES256) == LG_E_OK);
	w.kid = "k2";
	for (int i = 0; i < 10; i++)
		CHECK(ask(&w, LG_STR("k2"), LG_ALG_ES256) == LG_E_NOT_FOUND && w.fetches == 2);
	wait_ms(&w, LG_ISSUER_RETRY_MS);
	CHECK(ask(&w, LG_STR("k2"), LG_ALG_ES256) == LG_E_OK && w.fetches == 4);
	CHECK(ask(&w, LG_STR("k1"), LG_ALG_ES256) == LG_E_NOT_FOUND && w.fetches == 4);
	end(&w);
}

TEST(an_issuer_that_is_away_is_believed_for_a_day)
{
	struct world w;
	begin(&w);
	CHECK(ask(&w, LG_STR("k1"), LG_ALG_ES256) == LG_E_OK);
	w.away = true;
	wait_ms(&w, LG_ISSUER_STALE_MS - 1);
	CHECK(ask(&w, LG_STR("k1"), LG_ALG_ES256) == LG_E_OK);
	wait_ms(&w, LG_ISSUER_RETRY_MS);
	CHECK(ask(&w, LG_STR("k1"), LG_ALG_ES256) == LG_E_UNAVAILABLE);
	w.away = false;
	CHECK(ask(&w, LG_STR("k1"), LG_ALG_ES256) == LG_E_UNAVAILABLE);
	wait_ms(&w, LG_ISSUER_RETRY_MS);
	CHECK(ask(&w, LG_STR("k1"), LG_ALG_ES256) == LG_E_OK);
	end(&w);
}

TEST(documents_that_make_no_sense_are_no_documents)
{
	static const char *const sets[] = { "", "x", "[]", "{}", "{\"keys\":{}}", "{\"keys\":[" };
	struct world w;
	for (size_t i = 0; i < LG_LEN(sets); i++) {
		begin(&w);
		w.jwks = lg_str_from_c(sets[i]);
		CHECK(ask(&w, LG_STR("k1"), LG_ALG_ES256) == LG_E_UNAVAILABLE);
		end(&w);
	}
	static const char *const keys[] = { "{\"keys\":[]}", "{\"keys\":[1,null,\"k1\",{}]}",
		"{\"keys\":[{\"kid\":\"k1\",\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"AA\",\"y\":\"AA\"}]}",
		"{\"keys\":[{\"kid\":\"k1\",\"kty\":\"oct\",\"k\":\"AAAA\"}]}",
		"{\"keys\":[{\"kid\":1,\"kty\":\"EC\"}]}" };
	for (size_t i = 0; i < LG_LEN(keys); i++) {
		begin(&w);
		w.jwks = lg_str_from_c(keys[i]);
		CHECK(ask(&w, LG_STR("k1"), LG_ALG_ES256) == LG_E_NOT_FOUND);
		end(&w);
	}
	static const char *const issuers[] = { "https://idp.example.com/realms/a/", "https://idp.example.com",
		"http://idp.example.com/realms/a", "" };
	for (size_t i = 0; i < LG_LEN(issuers); i++) {
		begin(&w);
		w.issuer = issuers[i];
		CHECK(ask(&w, LG_STR("k1"), LG_ALG_ES256) == LG_E_UNAVAILABLE);
		end(&w);
	}
}

static void *
ask_once(void *arg)
{
	struct world *w = arg;
	struct lg_test_ctx t;
	lg_test_ctx_init(&t);
	struct lg_pkey *key;
	const int code = lg_issuer_key(&t.cx, &w->env, ISSUER, LG_STR("k1"), LG_ALG_ES256, &key).code;
	lg_ctx_done(&t.cx);
	lg_test_ctx_done(&t);
	return code == LG_E_OK ? w : NULL;
}

TEST(many_who_want_an_issuer_at_once_fetch_it_once)
{
	struct world w;
	begin(&w);
	w.slow = true;
	pthread_t threads[32];
	for (size_t i = 0; i < LG_LEN(threads); i++)
		CHECK(pthread_create(&threads[i], NULL, ask_once, &w) == 0);
	for (size_t i = 0; i < LG_LEN(threads); i++) {
		void *done;
		pthread_join(threads[i], &done);
		CHECK(done == &w);
	}
	CHECK(w.fetches == 2);
	end(&w);
}

TEST(more_issuers_than_there_is_room_for_push_the_oldest_out)
{
	struct world w;
	begin(&w);
	w.away = true;
	struct lg_pkey *key;
	for (int i = 0; i < 600; i++) {
		lg_str url;
		CHECK_OK(lg_str_fmt(&w.t.cx, &url, "https://%d.example/", i));
		CHECK_CODE(lg_issuer_key(&w.t.cx, &w.env, url, LG_STR("k"), LG_ALG_ES256, &key),
			LG_E_UNAVAILABLE);
	}
	w.away = false;
	CHECK(ask(&w, LG_STR("k1"), LG_ALG_ES256) == LG_E_OK);
	end(&w);
}
