/*
 * Requests as JSON: any object is a request, a refusal, or a message about it. The first byte of the input
 * chooses the operation.
 */
#include "codec/shape_io.h"

#include "codec/text.h"
#include "gen/identity_types.h"
#include "gen/idp_types.h"
#include "gen/sts_types.h"
#include "tests/fuzz/fuzz.h"

static const struct lg_shape *const shapes[] = {
	&lg_shape_idp_sign_up_request,
	&lg_shape_idp_initiate_auth_request,
	&lg_shape_idp_create_user_pool_request,
	&lg_shape_idp_create_user_pool_client_request,
	&lg_shape_idp_set_risk_configuration_request,
	&lg_shape_idp_create_managed_login_branding_request,
	&lg_shape_idp_user_pool_type,
	&lg_shape_idp_create_terms_request,
	&lg_shape_ci_set_identity_pool_roles_input,
	&lg_shape_sts_assume_role_request,
};

static lg_str
written(struct lg_ctx *cx, const struct lg_shape *shape, const void *value)
{
	struct lg_json *j = lg_json_new(cx, (size_t)8 << 20);
	lg_shape_write_json(j, shape, value);
	lg_str text;
	MUST_OK(lg_json_finish(cx, j, &text));
	return text;
}

static void *
read_back(struct lg_ctx *cx, const struct lg_shape *shape, lg_str text)
{
	void *value = lg_arena_alloc(cx->arena, shape->size);
	json_t *tree;
	MUST(value);
	MUST_OK(lg_json_parse(cx, text, &tree));
	MUST_OK(lg_shape_read_json(cx, shape, tree, value));
	return value;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size == 0)
		return 0;
	lg_json_global_init();
	FUZZ_CONTEXT(cx);
	const struct lg_shape *shape = shapes[data[0] % LG_LEN(shapes)];
	void *value = lg_arena_alloc(cx->arena, shape->size);
	json_t *tree;
	MUST(value);
	if (lg_failed(lg_json_parse(cx, lg_str_from_bytes(data + 1, size - 1), &tree)))
		return 0;
	const lg_status s = lg_shape_read_json(cx, shape, tree, value);
	if (lg_failed(s)) {
		MUST(s.code == LG_E_SERIALIZATION || s.code == LG_E_NO_MEMORY);
		return 0;
	}
	lg_str message;
	MUST_OK(lg_shape_check(cx, shape, value, &message));
	if (lg_str_present(message)) {
		MUST(lg_text_is_utf8(message));
		return 0; /* It may hold null in a list, which is not written. */
	}
	const lg_str text = written(cx, shape, value);
	MUST(lg_str_eq(written(cx, shape, read_back(cx, shape, text)), text));
	return 0;
}
