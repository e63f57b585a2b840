#include "token/keyholder.h"

#include "base/secret.h"
#include "codec/shape_io.h"
#include "crypto/aead.h"
#include "token/keyholder_impl.h"

/* What a credential is bound to in its row, by kind; and in an archive, beside its user. */
static const struct {
	lg_status (*aad)(struct lg_ctx *cx, struct lg_owner owner, lg_str *ret); /* NULL = lg_key_aad */
	lg_str name;
} kinds[] = {
	[LG_MOVED_PASSWORD] = { lg_credential_aad, LG_STR_INIT("archive|password|") },
	[LG_MOVED_DEVICE] = { lg_credential_aad, LG_STR_INIT("archive|device|") },
	[LG_MOVED_TOTP] = { lg_totp_aad, LG_STR_INIT("archive|totp|") },
	[LG_MOVED_PASSKEY] = { lg_passkey_aad, LG_STR_INIT("archive|passkey|") },
	[LG_MOVED_KEY] = { NULL, LG_STR_INIT("archive|key|") },
};

static lg_status
row_aad(struct lg_ctx *cx, struct lg_owner owner, enum lg_moved kind, lg_str *ret)
{
	if (kinds[kind].aad)
		return kinds[kind].aad(cx, owner, ret);
	*ret = lg_key_aad;
	return LG_OK;
}

static lg_status
archive_aad(struct lg_ctx *cx, struct lg_owner owner, enum lg_moved kind, lg_str *ret)
{
	const lg_str parts[] = { kinds[kind].name, owner.uid };
	return lg_str_concat(cx, parts, LG_LEN(parts), ret);
}

static void
wipe(lg_str plain)
{
	lg_wipe((void *)(uintptr_t)plain.ptr, plain.len);
}

lg_status
lg_keyholder_archive_out(struct lg_keyholder *holder, struct lg_ctx *cx, struct lg_owner owner,
	enum lg_moved kind, lg_str sealed, struct lg_archive_key key, lg_str *ret)
{
	lg_str row, archive, plain;
	LG_TRY(row_aad(cx, owner, kind, &row));
	LG_TRY(archive_aad(cx, owner, kind, &archive));
	LG_TRY(lg_keyring_open(holder->ring, cx, owner.pool, LG_KEY_CREDENTIAL, row, sealed, &plain));
	const lg_status s = lg_aead_seal(cx, key.key, archive, plain, ret);
	wipe(plain);
	return s;
}

/* Write down which group a verifier is bound to, unless it is the one it comes to. */
static lg_status
bind_verifier(
	struct lg_ctx *cx, enum lg_moved kind, struct lg_srp_move groups, lg_str *plain, bool *ret_bound)
{
	struct lg_rec_keyed keyed = { 0 };
	LG_TRY(lg_shape_from_cbor(cx, &lg_shape_rec_keyed, *plain, &keyed));
	if (!lg_keyed_has_verifier(&keyed))
		return LG_OK;
	const lg_str group = lg_keyed_group(&keyed, groups.from);
	const bool same = lg_str_eq(group, groups.to);
	*ret_bound = !same && kind == LG_MOVED_PASSWORD;
	keyed.group = same ? LG_STR_NONE : group;
	return lg_shape_to_cbor(cx, &lg_shape_rec_keyed, &keyed, plain);
}

lg_status
lg_keyholder_archive_in(struct lg_keyholder *holder, struct lg_ctx *cx, struct lg_owner owner,
	enum lg_moved kind, lg_str archived, struct lg_archive_key key, struct lg_srp_move groups,
	lg_str *ret_sealed, bool *ret_bound)
{
	lg_str row, archive, plain;
	LG_TRY(row_aad(cx, owner, kind, &row));
	LG_TRY(archive_aad(cx, owner, kind, &archive));
	LG_TRY(lg_aead_open(cx, key.key, archive, archived, &plain));
	bool bound = false;
	if (kind == LG_MOVED_PASSWORD || kind == LG_MOVED_DEVICE)
		LG_TRY(bind_verifier(cx, kind, groups, &plain, &bound));
	const lg_status s =
		lg_keyring_seal(holder->ring, cx, owner.pool, LG_KEY_CREDENTIAL, row, plain, ret_sealed);
	wipe(plain);
	*ret_bound = bound;
	return s;
}
