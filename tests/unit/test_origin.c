#include "proto/origin.h"

#include "lib/test.h"

static const struct lg_settings settings = { .dev = true,
	.public_url = LG_STR_INIT("http://auth.example:9500") };

static bool
host_ok(const char *host)
{
	return lg_origin_host_ok(&settings, &(struct lg_http_req){ .host = lg_str_from_c(host) });
}

static bool
foreign(const char *host, const char *origin)
{
	struct lg_str_pair header = { LG_STR("Origin"), lg_str_from_c(origin) };
	const struct lg_http_req req = { .host = lg_str_from_c(host),
		.headers = { .items = &header, .count = 1 } };
	return lg_origin_foreign(&settings, &req);
}

TEST(loopback_and_the_public_name_are_served)
{
	static const char *const good[] = { "localhost", "localhost:9500", "LOCALHOST:1", "127.0.0.1",
		"127.255.0.9:9500", "[::1]", "[::1]:9500", "app.localhost:9500", "auth.example",
		"auth.example:9500" };
	for (size_t i = 0; i < LG_LEN(good); i++)
		if (!host_ok(good[i]))
			fail_msg("%s", good[i]);
	CHECK(host_ok(NULL));
}

TEST(any_other_host_is_refused)
{
	static const char *const bad[] = { "", "evil.example", "localhost.evil.example",
		"127.0.0.1.evil.example", "127.1", "127.0.0.1.", "127.0.0.256", "0127.0.0.1", "128.0.0.1",
		"0.0.0.0", "[::2]", "[::1", "notlocalhost", ".localhost", "xauth.example",
		"auth.example.evil" };
	for (size_t i = 0; i < LG_LEN(bad); i++)
		if (host_ok(bad[i]))
			fail_msg("%s", bad[i]);
}

TEST(an_origin_is_ours_when_it_is_the_public_url_or_the_host)
{
	CHECK(!foreign("localhost:9500", "http://localhost:9500"));
	CHECK(!foreign("localhost:9500", "http://auth.example:9500"));
	CHECK(!foreign("127.0.0.1:9500", "http://127.0.0.1:9500"));
	CHECK(!foreign("localhost", "https://localhost"));
	const struct lg_http_req none = { .host = LG_STR("localhost") };
	CHECK(!lg_origin_foreign(&settings, &none));
}

static bool
fetched(const char *site, const char *mode)
{
	struct lg_str_pair headers[] = { { LG_STR("Sec-Fetch-Site"), lg_str_from_c(site) },
		{ LG_STR("Sec-Fetch-Mode"), lg_str_from_c(mode) } };
	const struct lg_http_req req = { .host = LG_STR("localhost:9500"),
		.headers = { .items = headers, .count = LG_LEN(headers) } };
	return lg_origin_foreign(&settings, &req);
}

TEST(what_another_site_embeds_is_foreign_and_a_link_is_not)
{
	CHECK(fetched("cross-site", "no-cors"));
	CHECK(!fetched("cross-site", "navigate"));
	CHECK(!fetched("same-origin", "no-cors"));
	CHECK(!fetched("none", "navigate"));
}

TEST(any_other_origin_is_foreign)
{
	CHECK(foreign("localhost:9500", "http://localhost:3000"));
	CHECK(foreign("localhost:9500", "http://localhost"));
	CHECK(foreign("localhost:9500", "null"));
	CHECK(foreign("localhost:9500", ""));
	CHECK(foreign("localhost:9500", "https://evil.example"));
	CHECK(foreign("localhost:9500", "http://localhost:9500.evil.example"));
	CHECK(foreign("localhost:9500", "file://localhost:9500"));
	CHECK(foreign("localhost:9500", "http:localhost:9500"));
	CHECK(foreign(NULL, "http://localhost:9500"));
}
