#include "tests/lib/fixture.h"

#include "domain/pool/branding.h"
#include "page/look_cache.h"

#define PICTURE_BYTES ((size_t)200 << 10)

struct looks {
	struct fixture *f;
	struct lg_looks *looks;
};

static struct looks
looks_new(size_t max_bytes)
{
	struct looks l = { .f = fixture_new() };
	CHECK_OK(lg_looks_new(max_bytes, &l.looks));
	l.f->env.looks = l.looks;
	return l;
}

static void
looks_free(struct looks *l)
{
	fixture_request(l->f); /* lets go of what the last one held */
	lg_looks_free(l->looks);
	fixture_free(l->f);
}

/* A style with one large picture, for the client that there is. */
static lg_str
brand(struct fixture *f)
{
	struct lg_ctx *cx = fixture_request(f);
	char *bytes = lg_new_array(cx, char, PICTURE_BYTES);
	const lg_str start = LG_STR("\x89PNG\r\n\x1a\n");
	for (size_t i = 0; i < start.len; i++)
		bytes[i] = start.ptr[i];
	struct lg_idp_asset_type asset = { .category = LG_STR("PAGE_BACKGROUND"),
		.color_mode = LG_STR("LIGHT"), .extension = LG_STR("PNG"),
		.bytes = lg_str_from_bytes(bytes, PICTURE_BYTES) };
	const struct lg_idp_create_managed_login_branding_request in = {
		.client_id = f->client->id,
		.settings = LG_STR("{\"components\":{\"pageBackground\":{\"image\":{\"enabled\":true}}}}"),
		.assets = { .items = &asset, .count = 1, .has = true },
	};
	struct lg_idp_managed_login_branding_type *made;
	struct lg_ctx own = { .arena = f->messenger.arena };
	lg_str id;
	CHECK_OK(lg_branding_create(cx, &f->env, f->pool, &in, &made));
	CHECK_OK(lg_str_dup(&own, made->managed_login_branding_id, &id));
	return id;
}

static const struct lg_look_kit *
find(struct looks *l)
{
	struct lg_ctx *cx = fixture_request(l->f);
	const struct lg_look_of of = { l->f->pool, l->f->client->id };
	const struct lg_look_kit *kit;
	CHECK_OK(lg_looks_find(cx, &l->f->env, &of, &kit));
	return kit;
}

TEST(a_look_is_read_once_until_something_of_its_pool_is_written)
{
	struct looks l = looks_new(LG_LOOKS_MAX_BYTES);
	brand(l.f);
	const struct lg_look_kit *kit = find(&l);
	CHECK(kit->file_count == 2);
	CHECK(kit->files[0].bytes.len == PICTURE_BYTES);
	const size_t reads = l.f->db.reads;
	CHECK(find(&l) == kit);
	CHECK(l.f->db.reads == reads);
	lg_pools_drop(l.f->env.pools, l.f->pool->pool);
	find(&l);
	CHECK(l.f->db.reads > reads);
	looks_free(&l);
}

TEST(that_there_is_no_style_is_remembered_and_forgotten_when_there_is_one)
{
	struct looks l = looks_new(LG_LOOKS_MAX_BYTES);
	CHECK(!lg_str_present(find(&l)->look.style));
	const size_t reads = l.f->db.reads;
	CHECK(find(&l)->file_count == 0);
	CHECK(l.f->db.reads == reads);
	brand(l.f);
	CHECK(lg_str_present(find(&l)->look.style));
	looks_free(&l);
}

TEST(memory_has_a_limit_and_what_is_held_stays)
{
	struct looks l = looks_new(3 * PICTURE_BYTES / 2);
	const lg_str style = brand(l.f);
	struct lg_ctx *cx = fixture_request(l.f);
	const struct lg_look_kit *kit, *other;
	const struct lg_look_of of = { l.f->pool, l.f->client->id };
	struct lg_look_of preview;
	CHECK_OK(lg_looks_find(cx, &l.f->env, &of, &kit));
	const size_t bytes = lg_looks_bytes(l.looks);
	CHECK(bytes > PICTURE_BYTES);
	CHECK_OK(lg_look_of_preview(cx, l.f->pool, style, &preview));
	CHECK_OK(lg_looks_find(cx, &l.f->env, &preview, &other));
	CHECK(lg_looks_bytes(l.looks) < 3 * PICTURE_BYTES / 2);
	CHECK(kit->files[0].bytes.len == PICTURE_BYTES && kit->files[0].bytes.ptr[1] == 'P');
	CHECK(other->files[0].bytes.ptr != kit->files[0].bytes.ptr);
	looks_free(&l);
}

TEST(a_style_that_is_not_there_is_none)
{
	struct looks l = looks_new(LG_LOOKS_MAX_BYTES);
	struct lg_ctx *cx = fixture_request(l.f);
	const struct lg_look_kit *kit;
	struct lg_look_of of;
	CHECK_OK(lg_look_of_preview(cx, l.f->pool, LG_STR("x"), &of));
	CHECK_CODE(lg_looks_find(cx, &l.f->env, &of, &kit), LG_E_RESOURCE_NOT_FOUND);
	CHECK_CODE(lg_look_of_key(cx, &l.f->env, LG_STR("nobody"), &of), LG_E_RESOURCE_NOT_FOUND);
	looks_free(&l);
}
