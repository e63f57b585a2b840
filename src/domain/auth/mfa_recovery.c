#include "domain/auth/mfa_recovery.h"

#include "base/buf.h"
#include "base/secret.h"
#include "domain/auth/lockout.h"

#define ATTRIBUTE LG_STR("lifeguard:recovery_codes")
#define PURPOSE LG_STR("recovery")
/* Without letters that look like others: 32 of them make 50 bits a code. */
#define ALPHABET LG_STR("0123456789abcdefghjkmnpqrstvwxyz")
#define CODES 10
#define LENGTH 10
#define HALF (LENGTH / 2)
#define MAC_SIZE 32

bool
lg_recovery_codes_asked(const struct lg_pool *pool, lg_str attribute)
{
	return pool->recovery_codes && lg_str_eq(attribute, ATTRIBUTE);
}

static lg_status
draw(struct lg_ctx *cx, struct lg_env *env, const struct lg_user *user, lg_str *ret_mac, struct lg_buf *text)
{
	lg_str code;
	unsigned char *mac = lg_new_array(cx, unsigned char, MAC_SIZE);
	if (!mac)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	LG_TRY(lg_rand_text(cx, ALPHABET, LENGTH, &code));
	LG_TRY(lg_keyholder_code_mac(env->keys, cx, lg_user_owner(user), PURPOSE, code, mac));
	*ret_mac = lg_str_from_bytes(mac, MAC_SIZE);
	lg_buf_fmt(text, "%s%.*s-%.*s", text->len ? " " : "", LG_FMT(lg_str_slice(code, 0, HALF)),
		LG_FMT(lg_str_slice(code, HALF, LENGTH)));
	return LG_OK;
}

lg_status
lg_recovery_codes_make(struct lg_ctx *cx, struct lg_env *env, struct lg_user *user, lg_str *ret)
{
	struct lg_rec_mfa *mfa = &user->row.mfa;
	if (mfa->enabled.count == 0)
		return lg_fail(cx, LG_E_INVALID_PARAMETER,
			"Recovery codes are for users with a second factor.");
	LG_TRY(lg_budget_take(cx, env, user, LG_THROTTLE_ATTRIBUTE_CODE));
	lg_str *macs = lg_new_array(cx, lg_str, CODES);
	if (!macs)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	struct lg_buf text = lg_buf_start(cx, CODES * (LENGTH + 2));
	for (size_t i = 0; i < CODES; i++)
		LG_TRY(draw(cx, env, user, &macs[i], &text));
	lg_str codes;
	LG_TRY(lg_buf_finish(cx, &text, &codes));

	mfa->recovery.items = macs;
	mfa->recovery.count = CODES;
	mfa->recovery.has = true;
	struct lg_batch *batch;
	LG_TRY(lg_store_batch(env->store, cx, &batch));
	lg_store_user_update(batch, &user->row, LG_PART_MFA);
	LG_TRY(lg_store_commit(batch));
	*ret = codes;
	return LG_OK;
}

/* As people copy it: in capitals, with blanks, with or without the dash. False: it is none. */
static bool
normal(lg_str typed, char ret[LENGTH])
{
	size_t len = 0;
	for (size_t i = 0; i < typed.len; i++) {
		char c = typed.ptr[i];
		if (c == '-' || c == ' ')
			continue;
		if (c >= 'A' && c <= 'Z')
			c = (char)(c - 'A' + 'a');
		if (len == LENGTH || !lg_str_has_byte(ALPHABET, c))
			return false;
		ret[len++] = c;
	}
	return len == LENGTH;
}

lg_status
lg_recovery_code_find(struct lg_ctx *cx, struct lg_env *env, const struct lg_user *user, lg_str typed,
	size_t *ret)
{
	char code[LENGTH];
	if (!normal(typed, code))
		return LG_STATUS(LG_E_NOT_FOUND);
	unsigned char mac[MAC_SIZE];
	LG_TRY(lg_keyholder_code_mac(env->keys, cx, lg_user_owner(user), PURPOSE,
		lg_str_from_bytes(code, sizeof(code)), mac));
	const size_t count = user->row.mfa.recovery.count;
	size_t found = count;
	for (size_t i = 0; i < count; i++)
		if (lg_ct_eq(lg_str_from_bytes(mac, sizeof(mac)), user->row.mfa.recovery.items[i]))
			found = i;
	lg_wipe(code, sizeof(code));
	lg_wipe(mac, sizeof(mac));
	if (found == count)
		return LG_STATUS(LG_E_MISMATCH);
	*ret = found;
	return LG_OK;
}

void
lg_recovery_code_drop(struct lg_user *user, size_t at)
{
	struct lg_rec_mfa *mfa = &user->row.mfa;
	mfa->recovery.count--;
	mfa->recovery.items[at] = mfa->recovery.items[mfa->recovery.count];
}
