#include "domain/transfer/archive_kinds.h"

#include "gen/rec_types.h"

static lg_str *
client_of_terms(void *record)
{
	return &((struct lg_rec_terms *)record)->type->client_id;
}

static lg_str *
sealed_of_saml_key(void *record)
{
	return &((struct lg_rec_saml_key *)record)->sealed;
}

static lg_str *
sealed_of_device(void *record)
{
	return &((struct lg_rec_device *)record)->sealed;
}

static lg_str *
sealed_of_passkey(void *record)
{
	return &((struct lg_rec_passkey *)record)->sealed;
}

static const struct lg_archive_kind pool_kinds[] = {
	{ .kind = LG_STR_INIT("group"), .shape = &lg_shape_rec_group },
	{ .kind = LG_STR_INIT("resource_server"), .shape = &lg_shape_rec_resource_server },
	{ .kind = LG_STR_INIT("identity_provider"), .shape = &lg_shape_rec_identity_provider },
	{ .kind = LG_STR_INIT("idp_identifier"), .shape = &lg_shape_rec_idp_identifier },
	{ .kind = LG_STR_INIT("saml_key"),
		.shape = &lg_shape_rec_saml_key,
		.sealed_of = sealed_of_saml_key,
		.moved = LG_MOVED_KEY },
	{ .kind = LG_STR_INIT("branding"), .shape = &lg_shape_rec_branding, .of_client = true },
	{ .kind = LG_STR_INIT("ui"), .shape = &lg_shape_rec_ui_customization, .of_client = true },
	{ .kind = LG_STR_INIT("terms"),
		.shape = &lg_shape_rec_terms,
		.of_client = true,
		.client_of = client_of_terms },
	{ .kind = LG_STR_INIT("risk"), .shape = &lg_shape_rec_risk, .of_client = true },
	{ .kind = LG_STR_INIT("log_delivery"), .shape = &lg_shape_rec_log_delivery },
	{ .kind = LG_STR_INIT("replica"), .shape = &lg_shape_rec_replica },
};

static const struct lg_archive_kind user_kinds[] = {
	{ .kind = LG_STR_INIT("device"),
		.shape = &lg_shape_rec_device,
		.sealed_of = sealed_of_device,
		.moved = LG_MOVED_DEVICE },
	{ .kind = LG_STR_INIT("passkey"),
		.shape = &lg_shape_rec_passkey,
		.sealed_of = sealed_of_passkey,
		.moved = LG_MOVED_PASSKEY },
};

static const struct lg_archive_kind *
find(const struct lg_archive_kind *kinds, size_t count, lg_str kind)
{
	for (size_t i = 0; i < count; i++)
		if (lg_str_eq(kinds[i].kind, kind))
			return &kinds[i];
	return NULL;
}

const struct lg_archive_kind *
lg_archive_pool_kinds(size_t *ret_count)
{
	*ret_count = LG_LEN(pool_kinds);
	return pool_kinds;
}

const struct lg_archive_kind *
lg_archive_pool_kind(lg_str kind)
{
	return find(pool_kinds, LG_LEN(pool_kinds), kind);
}

const struct lg_archive_kind *
lg_archive_user_kind(lg_str kind)
{
	return find(user_kinds, LG_LEN(user_kinds), kind);
}
