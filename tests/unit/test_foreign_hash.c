#include "crypto/foreign_hash.h"

#include <string.h>

#include "crypto/pwhash.h"
#include "tests/lib/test.h"

#define SCRYPT                                                          \
	"1024$8$1$73616c7473616c7473616c7473616c74$"                    \
	"f34db91e223634e7d1a7d3e1e1136330893803a5751dfd147bf67d0b9685540f"
#define PBKDF2 "$pbkdf2-sha256$1000$c2FsdHNhbHRzYWx0c2FsdA$1gLD2mTX2iUCTKal4Zc+eP2//iQu63ALDvdzLMnIWHQ"
#define PBKDF2_DOT "$pbkdf2-sha256$1000$c2FsdHNhbHRzYWx0c2FsdA$1gLD2mTX2iUCTKal4Zc.eP2//iQu63ALDvdzLMnIWHQ"
/* Test vectors of crypt_blowfish and of the Argon2 reference code. */
#define BCRYPT_TAIL "CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOe"
#define BCRYPT "$2a$05$" BCRYPT_TAIL "W"
#define ARGON2_TAIL "$c29tZXNhbHQ$nf65EOgLrQMR"
#define ARGON2 "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4"

static struct lg_test_ctx t;

static struct lg_ctx *
begin(void)
{
	lg_test_ctx_init(&t);
	CHECK_OK(lg_crypto_global_init());
	return &t.cx;
}

TEST(a_hash_knows_its_password_and_no_other)
{
	static const struct {
		enum lg_foreign_hash form;
		lg_str text;
		lg_str password;
	} cases[] = {
		{ LG_FOREIGN_BCRYPT, LG_STR_INIT(BCRYPT), LG_STR_INIT("U*U") },
		{ LG_FOREIGN_SCRYPT, LG_STR_INIT(SCRYPT), LG_STR_INIT("Correct-horse-9") },
		{ LG_FOREIGN_ARGON2ID, LG_STR_INIT(ARGON2), LG_STR_INIT("password") },
		{ LG_FOREIGN_PBKDF2_SHA256, LG_STR_INIT(PBKDF2), LG_STR_INIT("Correct-horse-9") },
		{ LG_FOREIGN_PBKDF2_SHA256, LG_STR_INIT(PBKDF2_DOT), LG_STR_INIT("Correct-horse-9") },
	};
	struct lg_ctx *cx = begin();
	for (size_t i = 0; i < LG_LEN(cases); i++) {
		CHECK_OK(lg_foreign_hash_verify(cx, cases[i].form, cases[i].text, cases[i].password));
		CHECK_CODE(lg_foreign_hash_verify(cx, cases[i].form, cases[i].text, LG_STR("other")),
			LG_E_MISMATCH);
		CHECK_CODE(lg_foreign_hash_verify(cx, cases[i].form, cases[i].text, LG_STR("")),
			LG_E_MISMATCH);
		CHECK_CODE(lg_foreign_hash_verify(cx, cases[i].form, cases[i].text, LG_STR_NONE),
			LG_E_MISMATCH);
	}
	CHECK(cx->work.hashes == 4 * LG_LEN(cases));
	lg_test_ctx_done(&t);
}

TEST(forms_are_named_as_in_the_api)
{
	enum lg_foreign_hash form;
	CHECK_OK(lg_foreign_hash_from_name(LG_STR("PBKDF2_SHA256"), &form));
	CHECK(form == LG_FOREIGN_PBKDF2_SHA256);
	CHECK_OK(lg_foreign_hash_from_name(LG_STR("BCRYPT"), &form));
	CHECK(form == LG_FOREIGN_BCRYPT);
	CHECK_CODE(lg_foreign_hash_from_name(LG_STR("MD5"), &form), LG_E_NOT_FOUND);
	CHECK_CODE(lg_foreign_hash_from_name(LG_STR(""), &form), LG_E_NOT_FOUND);
}

TEST(a_password_with_a_nul_is_not_its_beginning)
{
	struct lg_ctx *cx = begin();
	CHECK_CODE(lg_foreign_hash_verify(cx, LG_FOREIGN_BCRYPT, LG_STR(BCRYPT), LG_STR("U*U\0x")),
		LG_E_MISMATCH);
	lg_test_ctx_done(&t);
}

TEST(texts_of_another_form_or_over_their_limits_are_refused)
{
	static const struct {
		enum lg_foreign_hash form;
		lg_str text;
	} cases[] = {
		{ LG_FOREIGN_BCRYPT, LG_STR_INIT("") },
		{ LG_FOREIGN_BCRYPT, LG_STR_INIT(SCRYPT) },
		{ LG_FOREIGN_BCRYPT, LG_STR_INIT("$2a$13$" BCRYPT_TAIL "W") },
		{ LG_FOREIGN_BCRYPT, LG_STR_INIT("$2a$03$" BCRYPT_TAIL "W") },
		{ LG_FOREIGN_BCRYPT, LG_STR_INIT("$2c$05$" BCRYPT_TAIL "W") },
		{ LG_FOREIGN_BCRYPT, LG_STR_INIT("$2a$05$" BCRYPT_TAIL "!") },
		{ LG_FOREIGN_BCRYPT, LG_STR_INIT("$2a$05$" BCRYPT_TAIL) },
		{ LG_FOREIGN_SCRYPT, LG_STR_INIT("131072$8$1$73616c74$00112233445566778899aabbccddeeff") },
		{ LG_FOREIGN_SCRYPT, LG_STR_INIT("1000$8$1$73616c74$00112233445566778899aabbccddeeff") },
		{ LG_FOREIGN_SCRYPT, LG_STR_INIT("1024$9$1$73616c74$00112233445566778899aabbccddeeff") },
		{ LG_FOREIGN_SCRYPT, LG_STR_INIT("1024$8$2$73616c74$00112233445566778899aabbccddeeff") },
		{ LG_FOREIGN_SCRYPT, LG_STR_INIT("1024$0$1$73616c74$00112233445566778899aabbccddeeff") },
		{ LG_FOREIGN_SCRYPT, LG_STR_INIT("1024$8$1$73616c7$00112233445566778899aabbccddeeff") },
		{ LG_FOREIGN_SCRYPT, LG_STR_INIT("1024$8$1$73616c74$0011") },
		{ LG_FOREIGN_SCRYPT, LG_STR_INIT("1024$8$1$73616c74") },
		{ LG_FOREIGN_ARGON2ID, LG_STR_INIT("$argon2i$v=19$m=256,t=2,p=1" ARGON2_TAIL) },
		{ LG_FOREIGN_ARGON2ID, LG_STR_INIT("$argon2id$v=19$m=19457,t=2,p=1" ARGON2_TAIL) },
		{ LG_FOREIGN_ARGON2ID, LG_STR_INIT("$argon2id$v=19$m=256,t=3,p=1" ARGON2_TAIL) },
		{ LG_FOREIGN_ARGON2ID, LG_STR_INIT("$argon2id$v=19$m=256,t=2,p=2" ARGON2_TAIL) },
		{ LG_FOREIGN_ARGON2ID, LG_STR_INIT("$argon2id$v=16$m=256,t=2,p=1" ARGON2_TAIL) },
		{ LG_FOREIGN_PBKDF2_SHA256,
			LG_STR_INIT("$pbkdf2-sha256$600001$c2FsdA$1gLD2mTX2iUCTKal4Zc.eP") },
		{ LG_FOREIGN_PBKDF2_SHA256, LG_STR_INIT("$pbkdf2-sha256$0$c2FsdA$1gLD2mTX2iUCTKal4Zc.eP") },
		{ LG_FOREIGN_PBKDF2_SHA256,
			LG_STR_INIT("$pbkdf2-sha512$1000$c2FsdA$1gLD2mTX2iUCTKal4Zc.eP") },
		{ LG_FOREIGN_PBKDF2_SHA256, LG_STR_INIT("$pbkdf2-sha256$1000$c2FsdA$") },
	};
	struct lg_ctx *cx = begin();
	for (size_t i = 0; i < LG_LEN(cases); i++) {
		CHECK_CODE(lg_foreign_hash_check_form(cx, cases[i].form, cases[i].text), LG_E_MALFORMED);
		CHECK_CODE(lg_foreign_hash_verify(cx, cases[i].form, cases[i].text, LG_STR("x")),
			LG_E_MALFORMED);
	}
	CHECK(cx->work.hashes == 0);
	lg_test_ctx_done(&t);
}
