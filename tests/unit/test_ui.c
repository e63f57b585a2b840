#include "domain/pool/ui.h"

#include <string.h>

#include "tests/lib/fixture.h"

#define PNG "\x89PNG\r\n\x1a\n"

static lg_status
set_image(struct fixture *f, size_t size)
{
	struct lg_ctx *cx = fixture_request(f);
	struct lg_pool pool = *f->pool;
	struct lg_idp_user_pool_type type = *pool.type;
	type.domain = LG_STR("pages");
	pool.type = &type;
	char *bytes = lg_new_array(cx, char, size);
	memcpy(bytes, PNG, sizeof(PNG) - 1);
	const struct lg_idp_set_ui_customization_request in = { .image_file = { bytes, size } };
	struct lg_idp_ui_customization_type *ui;
	return lg_ui_set(cx, &f->env, &pool, &in, &ui);
}

TEST(a_picture_has_at_most_100_kilobytes)
{
	struct fixture *f = fixture_new();
	CHECK_OK(set_image(f, 100 << 10));
	CHECK_CODE(set_image(f, (100 << 10) + 1), LG_E_INVALID_PARAMETER);
	fixture_free(f);
}
