#include "domain/auth/password.h"

#include "codec/text.h"

#define GENERATED_CHARS 12
#define PASSWORD_MAX_CHARS 99 /* the longest that a policy can ask for */

/* The characters that count as symbols (spec/user-pools.md 9); a blank inside counts, too. */
#define SYMBOLS "^$*.[]{}()?\"!@#%&/\\,><':;|_~=+-`"

static bool
has_between(lg_str s, char low, char high)
{
	for (size_t i = 0; i < s.len; i++)
		if (s.ptr[i] >= low && s.ptr[i] <= high)
			return true;
	return false;
}

static bool
has_symbol(lg_str s)
{
	for (size_t i = 0; i < s.len; i++) {
		if (lg_str_has_byte(LG_STR(SYMBOLS), s.ptr[i]))
			return true;
		if (s.ptr[i] == ' ' && i > 0 && i + 1 < s.len)
			return true;
	}
	return false;
}

struct lg_password_gaps
lg_password_gaps(const struct lg_pool *pool, lg_str password)
{
	const struct lg_idp_password_policy_type *policy = pool->type->policies->password_policy;
	return (struct lg_password_gaps){
		.length = (int64_t)lg_text_utf16_len(password) < policy->minimum_length.v,
		.lower = policy->require_lowercase.v && !has_between(password, 'a', 'z'),
		.upper = policy->require_uppercase.v && !has_between(password, 'A', 'Z'),
		.digit = policy->require_numbers.v && !has_between(password, '0', '9'),
		.symbol = policy->require_symbols.v && !has_symbol(password),
	};
}

lg_status
lg_password_policy_check(struct lg_ctx *cx, const struct lg_pool *pool, lg_str password, bool admin)
{
	const struct lg_password_gaps gaps = lg_password_gaps(pool, password);
	const struct {
		bool broken;
		const char *text;
	} rules[] = {
		{ gaps.length, "Password not long enough" },
		{ gaps.upper, "Password must have uppercase characters" },
		{ gaps.lower, "Password must have lowercase characters" },
		{ gaps.digit, "Password must have numeric characters" },
		{ gaps.symbol, "Password must have symbol characters" },
	};
	for (size_t i = 0; i < LG_LEN(rules); i++)
		if (rules[i].broken)
			return lg_fail(cx, LG_E_INVALID_PASSWORD,
				"Password did not conform with %spolicy: %s", admin ? "password " : "",
				rules[i].text);
	return LG_OK;
}

lg_status
lg_password_generate(struct lg_ctx *cx, const struct lg_pool *pool, lg_str *ret)
{
	/* People type it from a message: nothing that looks like another, or that HTML would change. */
	static const lg_str classes[] = {
		LG_STR_INIT("ABCDEFGHJKLMNPQRSTUVWXYZ"),
		LG_STR_INIT("abcdefghijkmnopqrstuvwxyz"),
		LG_STR_INIT("23456789"),
		LG_STR_INIT("!#%*+-=?@_"),
	};
	const int64_t minimum = pool->type->policies->password_policy->minimum_length.v;
	size_t len = GENERATED_CHARS;
	if (minimum > (int64_t)len)
		len = minimum < PASSWORD_MAX_CHARS ? (size_t)minimum : PASSWORD_MAX_CHARS;

	char *text = lg_new_array(cx, char, len);
	if (!text)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	for (size_t i = 0; i < len; i++) {
		/* One of each class, then any. */
		const size_t class = i < LG_LEN(classes) ? i : lg_rand_below(cx, LG_LEN(classes) - 1);
		text[i] = classes[class].ptr[lg_rand_below(cx, (uint32_t)classes[class].len)];
	}
	for (size_t i = len; i > 1; i--) {
		const size_t other = lg_rand_below(cx, (uint32_t)i);
		const char c = text[i - 1];
		text[i - 1] = text[other];
		text[other] = c;
	}
	*ret = lg_str_from_bytes(text, len);
	return LG_OK;
}

/* LG_E_MISMATCH is what we hope for. */
static lg_status
refuse_same(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool, const struct lg_user *user,
	lg_str password, lg_str sealed)
{
	if (!lg_str_present(sealed))
		return LG_OK;
	const lg_status s = lg_keyholder_password_check(env->keys, cx, lg_user_owner(user),
		pool->password_scheme, lg_user_srp_name(pool, user), password, sealed);
	if (s.code == LG_E_MISMATCH)
		return LG_OK;
	LG_TRY(s);
	return lg_fail_default(cx, LG_E_PASSWORD_HISTORY_POLICY_VIOLATION);
}

/* The current credential becomes the newest of `size` former ones. */
static lg_status
remember(struct lg_ctx *cx, struct lg_user *user, size_t size)
{
	const struct lg_str_list *former = &user->row.history.sealed;
	const lg_str current = user->row.credential.sealed;
	lg_str *items = lg_new_array(cx, lg_str, size);
	if (!items)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	size_t count = 0;
	if (size && lg_str_present(current))
		items[count++] = current;
	for (size_t i = 0; i < former->count && count < size; i++)
		items[count++] = former->items[i];
	user->row.history.sealed = (struct lg_str_list){ .items = items, .count = count, .has = true };
	return LG_OK;
}

lg_status
lg_password_set(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool, struct lg_user *user,
	lg_str password, lg_time temporary_until, unsigned *ret_parts)
{
	const size_t size = (size_t)pool->type->policies->password_policy->password_history_size.v;
	struct lg_rec_credential *credential = &user->row.credential;
	struct lg_str_list *former = &user->row.history.sealed;
	unsigned parts = LG_PART_CREDENTIAL;
	if (size) {
		LG_TRY(refuse_same(cx, env, pool, user, password, credential->sealed));
		for (size_t i = 0; i < former->count && i < size; i++)
			LG_TRY(refuse_same(cx, env, pool, user, password, former->items[i]));
	}
	lg_str sealed;
	LG_TRY(lg_keyholder_password_make(env->keys, cx, lg_user_owner(user), pool->password_scheme,
		lg_user_srp_name(pool, user), password, &sealed));

	if (size || former->count) {
		LG_TRY(remember(cx, user, size));
		parts |= LG_PART_HISTORY;
	}
	credential->sealed = sealed;
	credential->set = (struct lg_opt_time){ .has = true, .v = cx->now };
	credential->temporary_until =
		(struct lg_opt_time){ .has = temporary_until.ms != 0, .v = temporary_until };
	credential->imported = (struct lg_opt_bool){ 0 };
	user->row.parts |= parts;
	*ret_parts = parts;
	return LG_OK;
}

lg_status
lg_password_renew(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool, struct lg_user *user,
	lg_str password)
{
	struct lg_rec_credential *credential = &user->row.credential;
	if (!credential->imported.v)
		return LG_OK;
	LG_TRY(lg_keyholder_password_make(env->keys, cx, lg_user_owner(user), pool->password_scheme,
		lg_user_srp_name(pool, user), password, &credential->sealed));
	credential->imported = (struct lg_opt_bool){ 0 };
	struct lg_batch *batch;
	LG_TRY(lg_store_batch(env->store, cx, &batch));
	lg_store_user_update(batch, &user->row, LG_PART_CREDENTIAL);
	const lg_status s = lg_store_commit(batch);
	if (s.code == LG_E_CONFLICT)
		return LG_OK;
	LG_TRY(s);
	user->row.version++;
	return LG_OK;
}

lg_time
lg_password_temporary_until(const struct lg_pool *pool, lg_time now)
{
	const int64_t days = pool->type->policies->password_policy->temporary_password_validity_days.v;
	return lg_time_add_ms(now, days * LG_DAY_MS);
}
