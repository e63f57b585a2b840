#include "page/state.h"

#include "base/secret.h"
#include "codec/bytes.h"
#include "codec/cookie.h"
#include "crypto/hash.h"
#include "page/form.h"
#include "token/sealed.h"

#define COOKIE LG_STR("page-data")
#define PURPOSE LG_STR("page state")
#define SHAPE (&lg_shape_rec_page_state)
#define BOUND_SIZE 16
#define MARK_SIZE 9

static void
binding_of(const struct lg_page *pg, unsigned char ret[BOUND_SIZE])
{
	unsigned char digest[LG_SHA256_SIZE];
	lg_sha256(&pg->csrf, 1, digest);
	for (size_t i = 0; i < BOUND_SIZE; i++)
		ret[i] = digest[i];
}

static lg_status
mark(struct lg_page *pg, lg_str value)
{
	unsigned char digest[LG_SHA256_SIZE];
	lg_sha256(&value, 1, digest);
	return lg_base64url_encode(pg->cx, lg_str_from_bytes(digest, MARK_SIZE), &pg->state_mark);
}

static bool
is_ours(const struct lg_page *pg, const struct lg_rec_page_state *state)
{
	unsigned char bound[BOUND_SIZE];
	binding_of(pg, bound);
	return lg_str_eq(state->client_id, pg->request.client->id)
	       && lg_time_before(pg->cx->now, state->expires.v)
	       && lg_ct_eq(state->csrf, lg_str_from_bytes(bound, sizeof(bound)));
}

lg_status
lg_state_read(struct lg_page *pg)
{
	const lg_str value = lg_page_sent_cookie(pg, COOKIE);
	if (lg_str_empty(value))
		return LG_OK;
	struct lg_rec_page_state state = { 0 };
	const lg_status s = lg_sealed_open(pg->cx, lg_store_keyring(pg->env->store),
		pg->request.pool->pool, PURPOSE, value, SHAPE, &state);
	if (s.code == LG_E_MALFORMED)
		return LG_OK;
	LG_TRY(s);
	if (!is_ours(pg, &state))
		return LG_OK;
	pg->state = state;
	return mark(pg, value);
}

static lg_status
set(struct lg_page *pg, lg_str value)
{
	const struct lg_cookie cookie = {
		.name = COOKIE, .value = value, .secure = lg_browser_secure(pg->env) };
	lg_str header;
	LG_TRY(lg_cookie_make(pg->cx, &cookie, &header));
	lg_page_cookie(pg, header);
	return LG_OK;
}

lg_status
lg_state_keep(struct lg_page *pg, struct lg_rec_page_state *state)
{
	unsigned char bound[BOUND_SIZE];
	binding_of(pg, bound);
	LG_TRY(lg_str_dup(pg->cx, lg_str_from_bytes(bound, sizeof(bound)), &state->csrf));
	state->client_id = pg->request.client->id;
	if (!state->expires.has)
		state->expires = (struct lg_opt_time){ true,
			lg_time_add_ms(pg->cx->now, pg->request.client->session_ttl_s * LG_SECOND_MS) };
	lg_str value;
	LG_TRY(lg_sealed_make(pg->cx, lg_store_keyring(pg->env->store), pg->request.pool->pool, PURPOSE,
		SHAPE, state, &value));
	LG_TRY(set(pg, value));
	pg->state = *state;
	return mark(pg, value);
}

lg_status
lg_state_drop(struct lg_page *pg)
{
	const bool sent = lg_str_present(lg_page_sent_cookie(pg, COOKIE));
	pg->state = (struct lg_rec_page_state){ 0 };
	pg->state_mark = LG_STR_NONE;
	return sent ? set(pg, LG_STR("")) : LG_OK;
}

/* ---- in forms: "<state>.<whose>" ---- */

static void
read_marks(const struct lg_page *pg, lg_str *ret_state, lg_str *ret_whose)
{
	*ret_whose = lg_form_raw(pg, LG_STR("_state"));
	*ret_state = lg_str_cut(ret_whose, '.');
}

lg_status
lg_state_excuse(struct lg_page *pg, lg_str notice)
{
	struct lg_rec_page_state state = pg->state;
	if (lg_str_present(state.notice))
		return LG_OK;
	if (lg_str_empty(state.step))
		state.step = LG_STR("LOGIN");
	state.notice = notice;
	return lg_state_keep(pg, &state);
}

bool
lg_state_is_stale(const struct lg_page *pg)
{
	lg_str state, whose;
	read_marks(pg, &state, &whose);
	return !lg_str_eq(state, pg->state_mark);
}

lg_status
lg_state_whose(struct lg_page *pg)
{
	unsigned char digest[LG_SHA256_SIZE];
	pg->whose = LG_STR_NONE;
	if (!pg->signed_in)
		return LG_OK;
	lg_sha256((const lg_str[]){ pg->csrf, pg->browser.user->sub }, 2, digest);
	return lg_base64url_encode(pg->cx, lg_str_from_bytes(digest, MARK_SIZE), &pg->whose);
}

bool
lg_state_is_anothers(const struct lg_page *pg)
{
	lg_str state, whose;
	read_marks(pg, &state, &whose);
	return !lg_str_eq(whose, pg->whose);
}

lg_status
lg_state_write(const struct lg_page *pg, lg_str *ret)
{
	const lg_str parts[] = { pg->state_mark, LG_STR("."), pg->whose };
	return lg_str_concat(pg->cx, parts, LG_LEN(parts), ret);
}
