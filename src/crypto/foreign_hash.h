/*
 * foreign_hash.h - password hashes that other services made, as they are written down in import files
 * (spec/user-pools.md 13). Only checked, never made.
 *
 *   BCRYPT          $2b$12$<salt and hash>                        cost up to 12
 *   SCRYPT          <N>$<r>$<p>$<salt, hex>$<hash, hex>           N up to 65,536, r up to 8, p 1
 *   ARGON2ID        $argon2id$v=19$m=..,t=..,p=..$<salt>$<hash>   m up to 19,456, t up to 2, p 1
 *   PBKDF2_SHA256   $pbkdf2-sha256$<rounds>$<salt>$<hash>    up to 600,000 rounds; base64 with "." or "+"
 */
#ifndef LG_CRYPTO_FOREIGN_HASH_H
#define LG_CRYPTO_FOREIGN_HASH_H

#include "base/ctx.h"

enum lg_foreign_hash { /* the numbers are stored */
	LG_FOREIGN_BCRYPT = 1,
	LG_FOREIGN_SCRYPT = 2,
	LG_FOREIGN_ARGON2ID = 3,
	LG_FOREIGN_PBKDF2_SHA256 = 4,
};

/* "BCRYPT", ...; LG_E_NOT_FOUND. */
LG_MUST lg_status lg_foreign_hash_from_name(lg_str name, enum lg_foreign_hash *ret);

/* Is the text a hash of this form, within its limits? */
LG_MUST lg_status lg_foreign_hash_check_form(struct lg_ctx *cx, enum lg_foreign_hash form, lg_str text);

/*
 * LG_E_MISMATCH when the password is another; LG_E_MALFORMED when the text is no hash of this form. Counts
 * cx->work.hashes.
 */
LG_MUST lg_status lg_foreign_hash_verify(
	struct lg_ctx *cx, enum lg_foreign_hash form, lg_str text, lg_str password);

#endif
