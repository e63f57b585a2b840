#include "domain/grant/issuer.h"

#include <pthread.h>
#include <string.h>

#include "codec/json.h"

#define ISSUERS_MAX 256
#define KEYS_MAX 64
#define DOCUMENT_MAX ((size_t)256 << 10)
#define FETCH_MS 5000
#define ARENA_MAX ((size_t)1 << 20)
#define DISCOVERY LG_STR("/.well-known/openid-configuration")
#define JWKS LG_STR("jwks:") /* in front of what is no issuer but the address of keys */

/* A key, parsed when it is first used. */
struct jwk {
	lg_str kid;
	lg_str alg; /* absent = any of its kind */
	lg_str kty, crv;
	struct lg_jwk_public numbers;
	struct lg_pkey *parsed; /* under the lock */
	enum lg_alg parsed_alg;
};

/* What one fetch brought. Immutable but for `refs`, which the lock guards. */
struct key_set {
	struct lg_arena *arena;
	struct lg_issuers *owner;
	size_t refs;
	struct jwk keys[KEYS_MAX];
	size_t count;
	lg_time fetched;
	lg_time expires;
};

struct issuer {
	lg_str url; /* in `urls` */
	struct key_set *set;
	lg_time tried; /* the last fetch began */
	lg_time used;
	bool fetching;
};

struct lg_issuers {
	struct lg_arena *arena;
	pthread_mutex_t lock;
	pthread_cond_t fetched;
	struct issuer all[ISSUERS_MAX];
	size_t count;
	char urls[ISSUERS_MAX][LG_ISSUER_URL_MAX];
};

static void
free_set(struct key_set *set)
{
	for (size_t i = 0; i < set->count; i++)
		lg_pkey_free(set->keys[i].parsed);
	lg_arena_free(set->arena);
}

lg_status
lg_issuers_new(struct lg_issuers **ret)
{
	struct lg_arena *arena;
	LG_TRY(lg_arena_new(sizeof(struct lg_issuers) + 4096, &arena));
	struct lg_issuers *issuers = lg_arena_alloc(arena, sizeof(*issuers));
	if (!issuers) {
		lg_arena_free(arena);
		return LG_STATUS(LG_E_NO_MEMORY);
	}
	issuers->arena = arena;
	pthread_mutex_init(&issuers->lock, NULL);
	pthread_cond_init(&issuers->fetched, NULL);
	*ret = issuers;
	return LG_OK;
}

void
lg_issuers_free(struct lg_issuers *issuers)
{
	if (!issuers)
		return;
	for (size_t i = 0; i < issuers->count; i++) {
		if (issuers->all[i].set)
			free_set(issuers->all[i].set);
	}
	pthread_mutex_destroy(&issuers->lock);
	pthread_cond_destroy(&issuers->fetched);
	lg_arena_free(issuers->arena);
}

/* ---- reading documents ---- */

static lg_status
useless(struct lg_ctx *cx, lg_str url, const char *why)
{
	return lg_fail(cx, LG_E_UNAVAILABLE, "%.*s: %s", LG_FMT(url), why);
}

static lg_status
get_json(struct lg_ctx *cx, struct lg_env *env, lg_str url, struct lg_fetched *answer, json_t **ret)
{
	const struct lg_fetch_header accept = { LG_STR("Accept"), LG_STR("application/json") };
	const struct lg_fetch request = { .url = url, .headers = &accept, .header_count = 1,
		.max_bytes = DOCUMENT_MAX, .timeout_ms = FETCH_MS };
	if (!env->fetcher)
		return useless(cx, url, "requests to other servers are off");
	lg_status s = env->fetcher->fetch(env->fetcher, cx, &request, answer);
	if (s.code == LG_E_NO_MEMORY)
		return s;
	if (lg_failed(s)) {
		lg_str why = lg_failure_text(cx, s.code);
		return lg_fail(cx, LG_E_UNAVAILABLE, "%.*s: %.*s", LG_FMT(url), LG_FMT(why));
	}
	if (answer->status != 200)
		return useless(cx, url, "no answer with status 200");
	s = lg_json_parse(cx, answer->body, ret);
	if (s.code == LG_E_MALFORMED || (!lg_failed(s) && !json_is_object(*ret)))
		return useless(cx, url, "no JSON object");
	return s;
}

/* Where the issuer keeps its keys. It must be the issuer that it was asked for (Discovery 1.0, 4.3). */
static lg_status
find_jwks(struct lg_ctx *cx, struct lg_env *env, lg_str issuer, lg_str *ret)
{
	const bool slashed = lg_str_ends(issuer, LG_STR("/"));
	const lg_str base = lg_str_slice(issuer, 0, issuer.len - slashed);
	lg_str url;
	struct lg_fetched answer;
	json_t *document;
	LG_TRY(lg_str_concat(cx, (const lg_str[]){ base, DISCOVERY }, 2, &url));
	LG_TRY(get_json(cx, env, url, &answer, &document));
	if (!lg_str_eq(lg_json_member_text(document, LG_STR("issuer")), issuer))
		return useless(cx, url, "names another issuer");
	*ret = lg_json_member_text(document, LG_STR("jwks_uri"));
	return lg_str_empty(*ret) ? useless(cx, url, "has no jwks_uri") : LG_OK;
}

static lg_status
copy(struct lg_arena *arena, lg_str text, lg_str *ret)
{
	if (!lg_str_present(text)) {
		*ret = LG_STR_NONE;
		return LG_OK;
	}
	char *bytes = lg_arena_alloc(arena, text.len + 1);
	if (!bytes)
		return LG_STATUS(LG_E_NO_MEMORY);
	memcpy(bytes, text.ptr, text.len);
	*ret = lg_str_from_bytes(bytes, text.len);
	return LG_OK;
}

/* Keys for anything but signing are left out. */
static lg_status
add_key(struct key_set *set, const json_t *key)
{
	const lg_str use = lg_json_member_text(key, LG_STR("use"));
	struct jwk *jwk = &set->keys[set->count];
	const struct {
		lg_str name;
		lg_str *to;
	} members[] = {
		{ LG_STR("kid"), &jwk->kid }, { LG_STR("alg"), &jwk->alg }, { LG_STR("kty"), &jwk->kty },
		{ LG_STR("crv"), &jwk->crv }, { LG_STR("n"), &jwk->numbers.n },
		{ LG_STR("e"), &jwk->numbers.e }, { LG_STR("x"), &jwk->numbers.x },
		{ LG_STR("y"), &jwk->numbers.y },
	};
	if (!json_is_object(key) || (lg_str_present(use) && !lg_str_eq(use, LG_STR("sig"))))
		return LG_OK;
	for (size_t i = 0; i < LG_LEN(members); i++)
		LG_TRY(copy(set->arena, lg_json_member_text(key, members[i].name), members[i].to));
	set->count++;
	return LG_OK;
}

static lg_status
read_keys(struct lg_ctx *cx, lg_str url, const json_t *document, struct key_set *set)
{
	const json_t *keys = lg_json_member(document, LG_STR("keys"));
	if (!json_is_array(keys))
		return useless(cx, url, "has no keys");
	for (size_t i = 0; i < json_array_size(keys) && set->count < KEYS_MAX; i++) {
		if (lg_failed(add_key(set, json_array_get(keys, i))))
			return lg_fail_default(cx, LG_E_NO_MEMORY);
	}
	return LG_OK;
}

static lg_time
expiry_of(lg_time now, int64_t max_age_s)
{
	int64_t ms = max_age_s < 0 ? LG_ISSUER_MIN_AGE_MS : max_age_s * LG_SECOND_MS;
	if (ms < LG_ISSUER_MIN_AGE_MS)
		ms = LG_ISSUER_MIN_AGE_MS;
	if (ms > LG_ISSUER_MAX_AGE_MS)
		ms = LG_ISSUER_MAX_AGE_MS;
	return lg_time_add_ms(now, ms);
}

static lg_status
fetch_set(struct lg_ctx *cx, struct lg_env *env, lg_str issuer, struct key_set **ret)
{
	lg_str url;
	struct lg_fetched answer;
	json_t *document;
	if (lg_str_starts(issuer, JWKS))
		url = lg_str_slice(issuer, JWKS.len, issuer.len);
	else
		LG_TRY(find_jwks(cx, env, issuer, &url));
	LG_TRY(get_json(cx, env, url, &answer, &document));

	struct lg_arena *arena;
	if (lg_failed(lg_arena_new(ARENA_MAX, &arena)))
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	struct key_set *set = lg_arena_alloc(arena, sizeof(*set));
	if (!set) {
		lg_arena_free(arena);
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	}
	*set = (struct key_set){ .arena = arena, .owner = env->issuers, .refs = 1, .fetched = cx->now,
		.expires = expiry_of(cx->now, answer.max_age_s) };
	const lg_status s = read_keys(cx, url, document, set);
	if (lg_failed(s)) {
		lg_arena_free(arena);
		return s;
	}
	*ret = set;
	return LG_OK;
}

/* ---- the cache ---- */

static void
release_set(void *object)
{
	struct key_set *set = object;
	struct lg_issuers *issuers = set->owner;
	pthread_mutex_lock(&issuers->lock);
	const bool last = --set->refs == 0;
	pthread_mutex_unlock(&issuers->lock);
	if (last)
		free_set(set);
}

/* The lock is held. The place of this issuer; a new one takes that of the least recently used. */
static struct issuer *
place_of(struct lg_issuers *issuers, lg_str url)
{
	struct issuer *oldest = NULL;
	for (size_t i = 0; i < issuers->count; i++) {
		struct issuer *at = &issuers->all[i];
		if (lg_str_eq(at->url, url))
			return at;
		if (!at->fetching && (!oldest || lg_time_before(at->used, oldest->used)))
			oldest = at;
	}
	if (issuers->count < ISSUERS_MAX)
		oldest = &issuers->all[issuers->count++];
	if (!oldest)
		return NULL;
	struct key_set *gone = oldest->set;
	char *text = issuers->urls[oldest - issuers->all];
	memcpy(text, url.ptr, url.len);
	*oldest = (struct issuer){ .url = lg_str_from_bytes(text, url.len) };
	if (gone && --gone->refs == 0)
		free_set(gone);
	return oldest;
}

static struct jwk *
find_key(struct key_set *set, lg_str kid, enum lg_alg alg)
{
	const lg_str kty = lg_alg_is_rsa(alg) ? LG_STR("RSA") : LG_STR("EC");
	for (size_t i = 0; i < set->count; i++) {
		struct jwk *key = &set->keys[i];
		const bool named = !lg_str_present(kid) || lg_str_eq(key->kid, kid);
		if (named && lg_str_eq(key->kty, kty)
		    && (!lg_str_present(key->alg) || lg_str_eq(key->alg, lg_alg_name(alg)))
		    && (lg_alg_is_rsa(alg) || lg_str_eq(key->crv, lg_alg_curve(alg))))
			return key;
	}
	return NULL;
}

/* Is it time to fetch, for this key? */
static bool
is_due(const struct issuer *issuer, lg_str kid, enum lg_alg alg, lg_time now)
{
	const bool tried = issuer->tried.ms > 0
		&& lg_time_before(now, lg_time_add_ms(issuer->tried, LG_ISSUER_RETRY_MS));
	if (tried)
		return false;
	return !issuer->set || !lg_time_before(now, issuer->set->expires)
		|| !find_key(issuer->set, kid, alg);
}

/* Fetch without the lock, which is held before and after. `issuer` stays where it is meanwhile. */
static lg_status
refresh(struct lg_ctx *cx, struct lg_env *env, struct issuer *issuer)
{
	struct lg_issuers *issuers = env->issuers;
	lg_str url;
	LG_TRY(lg_str_dup(cx, issuer->url, &url));
	issuer->fetching = true;
	issuer->tried = cx->now;
	pthread_mutex_unlock(&issuers->lock);
	struct key_set *set = NULL;
	const lg_status s = fetch_set(cx, env, url, &set);
	pthread_mutex_lock(&issuers->lock);
	issuer->fetching = false;
	/* What failed here, not there, says nothing about the issuer. */
	if (lg_failed(s) && s.code != LG_E_UNAVAILABLE)
		issuer->tried = (lg_time){ 0 };
	struct key_set *gone = set ? issuer->set : NULL;
	if (set)
		issuer->set = set;
	if (gone && --gone->refs == 0)
		free_set(gone);
	pthread_cond_broadcast(&issuers->fetched);
	return s;
}

/* The newest set of the issuer, held for the caller. The lock is held. */
static lg_status
current_set(struct lg_ctx *cx, struct lg_env *env, lg_str url, lg_str kid, enum lg_alg alg,
	struct key_set **ret)
{
	struct lg_issuers *issuers = env->issuers;
	struct issuer *issuer = place_of(issuers, url);
	while (issuer && issuer->fetching) {
		pthread_cond_wait(&issuers->fetched, &issuers->lock);
		issuer = place_of(issuers, url);
	}
	if (!issuer)
		return lg_fail(cx, LG_E_UNAVAILABLE, "too many issuers are asked at once");
	lg_status s = LG_OK;
	if (is_due(issuer, kid, alg, cx->now))
		s = refresh(cx, env, issuer);
	struct key_set *set = issuer->set;
	if (!set || !lg_time_before(cx->now, lg_time_add_ms(set->fetched, LG_ISSUER_STALE_MS)))
		return lg_failed(s) ? s : useless(cx, url, "could not be had a moment ago");
	issuer->used = cx->now;
	set->refs++;
	*ret = set;
	return LG_OK;
}

static void
release_key(void *object)
{
	lg_pkey_free(object);
}

/* The set is held for the request, and its keys with it. */
static lg_status
parse_key(struct lg_ctx *cx, struct lg_issuers *issuers, struct jwk *key, enum lg_alg alg,
	struct lg_pkey **ret)
{
	pthread_mutex_lock(&issuers->lock);
	struct lg_pkey *known = key->parsed && key->parsed_alg == alg ? key->parsed : NULL;
	pthread_mutex_unlock(&issuers->lock);
	if (known) {
		*ret = known;
		return LG_OK;
	}
	struct lg_jwk_public numbers = key->numbers;
	numbers.alg = alg;
	struct lg_pkey *parsed;
	const lg_status s = lg_pkey_from_jwk(cx, &numbers, &parsed);
	if (s.code == LG_E_MALFORMED)
		return lg_fail(cx, LG_E_NOT_FOUND, "the key is no key of its algorithm");
	LG_TRY(s);
	*ret = parsed;
	pthread_mutex_lock(&issuers->lock);
	const bool first = !key->parsed;
	if (first) {
		key->parsed = parsed;
		key->parsed_alg = alg;
	}
	pthread_mutex_unlock(&issuers->lock);
	return first ? LG_OK : lg_ctx_hold(cx, release_key, parsed);
}

static lg_status
key_of_set(struct lg_ctx *cx, struct key_set *set, lg_str kid, enum lg_alg alg, struct lg_pkey **ret)
{
	LG_TRY(lg_ctx_hold(cx, release_set, set));
	struct jwk *key = find_key(set, kid, alg);
	if (!key)
		return lg_fail(cx, LG_E_NOT_FOUND, "No matching JWK found for kid");
	return parse_key(cx, set->owner, key, alg, ret);
}

bool
lg_issuer_key_cached(struct lg_ctx *cx, struct lg_env *env, lg_str url, lg_str kid, enum lg_alg alg,
	struct lg_pkey **ret)
{
	struct lg_issuers *issuers = env->issuers;
	struct key_set *set = NULL;
	pthread_mutex_lock(&issuers->lock);
	for (size_t i = 0; i < issuers->count; i++) {
		struct issuer *at = &issuers->all[i];
		if (!lg_str_eq(at->url, url) || !at->set || !lg_time_before(cx->now, at->set->expires)
			|| !find_key(at->set, kid, alg))
			continue;
		at->used = cx->now;
		set = at->set;
		set->refs++;
	}
	pthread_mutex_unlock(&issuers->lock);
	return set && !lg_failed(key_of_set(cx, set, kid, alg, ret));
}

lg_status
lg_issuer_key(struct lg_ctx *cx, struct lg_env *env, lg_str issuer, lg_str kid, enum lg_alg alg,
	struct lg_pkey **ret)
{
	if (issuer.len == 0 || issuer.len > LG_ISSUER_URL_MAX)
		return lg_fail(cx, LG_E_NOT_FOUND, "no issuer");
	struct key_set *set = NULL;
	pthread_mutex_lock(&env->issuers->lock);
	lg_status s = current_set(cx, env, issuer, kid, alg, &set);
	pthread_mutex_unlock(&env->issuers->lock);
	LG_TRY(s);
	return key_of_set(cx, set, kid, alg, ret);
}

lg_status
lg_jwks_key(struct lg_ctx *cx, struct lg_env *env, lg_str url, lg_str kid, enum lg_alg alg,
	struct lg_pkey **ret)
{
	lg_str name;
	LG_TRY(lg_str_concat(cx, (const lg_str[]){ JWKS, url }, 2, &name));
	return lg_issuer_key(cx, env, name, kid, alg, ret);
}
