/* Requests to other servers: what may be reached (server-side request forgery), what an answer becomes. */
#include "net/fetch.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include "tests/lib/http_fixture.h"

/* ---- addresses ---- */

static bool
is_public(const char *text)
{
	struct lg_network network;
	CHECK(lg_network_parse(lg_str_from_c(text), &network));
	return lg_address_is_public(&network.address);
}

TEST(only_the_public_internet_is_public)
{
	static const char *const not_public[] = { "0.0.0.0", "10.1.2.3", "100.64.0.1", "127.0.0.1",
		"127.255.1.1",
		"169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.8", "192.0.2.1", "192.168.1.1",
		"198.18.0.1", "198.19.255.255", "198.51.100.7", "203.0.113.9", "224.0.0.1", "240.0.0.1",
		"255.255.255.255", "::", "::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::a00:1",
		"2002:7f00:1::", "2002:c0a8:101::1", "fc00::1", "fd12::1", "fe80::1", "ff02::1",
		"2001:db8::1",
		"2001::1", "3fff::1", "100::1" };
	static const char *const is[] = { "1.1.1.1", "9.255.255.255", "11.0.0.1", "100.63.255.255",
		"100.128.0.1",
		"172.15.255.255", "172.32.0.1", "192.0.1.1", "198.17.255.255", "198.20.0.1",
		"223.255.255.255",
		"::ffff:8.8.8.8", "64:ff9b::808:808", "2002:808:808::1", "2600::1", "2a00:1450::1" };
	for (size_t i = 0; i < LG_LEN(not_public); i++) {
		if (is_public(not_public[i]))
			fail_msg("%s is no public address", not_public[i]);
	}
	for (size_t i = 0; i < LG_LEN(is); i++) {
		if (!is_public(is[i]))
			fail_msg("%s is a public address", is[i]);
	}
}

TEST(networks_hold_what_their_bits_say)
{
	struct lg_network network, address;
	static const struct {
		const char *network, *address;
		bool has;
	} cases[] = {
		{ "10.0.0.0/8", "10.255.0.1", true }, { "10.0.0.0/8", "11.0.0.1", false },
		{ "10.128.0.0/9", "10.127.0.1", false }, { "10.128.0.0/9", "10.128.0.1", true },
		{ "10.0.0.1", "10.0.0.1", true }, { "10.0.0.1", "10.0.0.2", false }, { "fd00::/8",
			"fdff::1", true },
		{ "fd00::/8", "fc00::1", false }, { "*", "10.0.0.1", true }, { "*", "::1", true },
		{ "0.0.0.0/0", "8.8.8.8", true }, { "0.0.0.0/0", "2600::1", false },
	};
	for (size_t i = 0; i < LG_LEN(cases); i++) {
		CHECK(lg_network_parse(lg_str_from_c(cases[i].network), &network));
		CHECK(lg_network_parse(lg_str_from_c(cases[i].address), &address));
		CHECK(lg_network_has(&network, &address.address) == cases[i].has);
	}
	static const char *const wrong[] = { "", "/", "10.0.0.0/", "10.0.0.0/33", "::/129", "10.0.0",
		"10.0.0.0/-1",
		"10.0.0.0/8/8", "localhost", "10.0.0.0/a", "1:2:3", "** " };
	for (size_t i = 0; i < LG_LEN(wrong); i++)
		CHECK(!lg_network_parse(lg_str_from_c(wrong[i]), &network));
}

/* ---- requests, to a server of our own on another port ---- */

struct scene {
	struct http_fixture http;
	struct lg_fetcher *fetcher;
	struct lg_fetched got;
};

static struct lg_network everywhere;

static void
begin(struct scene *s, const struct lg_fetch_config *config)
{
	http_prepare(&s->http);
	http_start(&s->http);
	CHECK_OK(lg_fetcher_new(config, &s->fetcher));
}

static void
end(struct scene *s)
{
	lg_fetcher_free(s->fetcher);
	http_finish(&s->http);
}

static lg_status
ask(struct scene *s, const char *format, size_t max_bytes)
{
	struct lg_fetch request = { .max_bytes = max_bytes, .timeout_ms = 2000 };
	CHECK_OK(lg_str_fmt(&s->http.t.cx, &request.url, format, s->http.port));
	return s->fetcher->fetch(s->fetcher, &s->http.t.cx, &request, &s->got);
}

TEST(an_allowed_server_answers)
{
	struct scene s = { 0 };
	begin(&s, &(struct lg_fetch_config){ .allowed = &everywhere, .allowed_count = 1 });
	CHECK_OK(ask(&s, "http://127.0.0.1:%u/inline", 100));
	CHECK(s.got.status == 200 && s.got.max_age_s == -1);
	CHECK_STR(s.got.body, LG_STR("inline"));
	CHECK_STR(s.got.content_type, LG_STR("text/plain"));
	CHECK_OK(ask(&s, "http://[::1]:%u/inline", 100));
	CHECK_CODE(ask(&s, "http://127.0.0.1:%u/inline", 3), LG_E_TOO_LARGE);

	struct lg_fetch post = { .method = LG_STR("POST"), .body = LG_STR("hello"), .max_bytes = 1000,
		.timeout_ms = 2000, .headers = &(struct lg_fetch_header){ LG_STR("X-Test"), LG_STR("1") },
		.header_count = 1 };
	CHECK_OK(lg_str_fmt(&s.http.t.cx, &post.url, "http://127.0.0.1:%u/a", s.http.port));
	CHECK_OK(s.fetcher->fetch(s.fetcher, &s.http.t.cx, &post, &s.got));
	http_check_has(s.got.body.ptr, "POST /a ");
	post.headers = &(struct lg_fetch_header){ LG_STR("X-Test"), LG_STR("1\r\nEvil: 2") };
	CHECK_CODE(s.fetcher->fetch(s.fetcher, &s.http.t.cx, &post, &s.got), LG_E_REFUSED);
	end(&s);
}

TEST(addresses_that_nobody_allowed_are_not_reached)
{
	/* Every spelling of the loopback address that a resolver takes. */
	static const char *const urls[] = { "https://127.0.0.1:%u/", "https://localhost:%u/",
		"https://127.1:%u/",
		"https://2130706433:%u/", "https://0x7f.1:%u/", "https://0177.0.0.1:%u/",
		"https://[::1]:%u/",
		"https://[::ffff:127.0.0.1]:%u/", "https://0.0.0.0:%u/", "https://[::]:%u/",
		"http://127.0.0.1:%u/" };
	struct scene s = { 0 };
	begin(&s, &(struct lg_fetch_config){ 0 });
	for (size_t i = 0; i < LG_LEN(urls); i++)
		CHECK_CODE(ask(&s, urls[i], 100), LG_E_REFUSED);
	CHECK(s.http.service.inlined == 0 && s.http.service.answered == 0);
	end(&s);
}

TEST(our_own_port_is_never_reached)
{
	struct scene s = { 0 };
	http_prepare(&s.http);
	http_start(&s.http);
	CHECK_OK(lg_fetcher_new(&(struct lg_fetch_config){ .allowed = &everywhere, .allowed_count = 1,
		.port = s.http.port }, &s.fetcher));
	CHECK_CODE(ask(&s, "http://127.0.0.1:%u/inline", 100), LG_E_REFUSED);
	CHECK_CODE(ask(&s, "http://[::1]:%u/inline", 100), LG_E_REFUSED);
	CHECK_CODE(ask(&s, "http://127.9.9.9:%u/inline", 100), LG_E_REFUSED);
	CHECK_CODE(ask(&s, "http://0.0.0.0:%u/inline", 100), LG_E_REFUSED);
	CHECK_CODE(ask(&s, "http://[::]:%u/inline", 100), LG_E_REFUSED);
	CHECK_CODE(ask(&s, "http://[::ffff:127.0.0.1]:%u/inline", 100), LG_E_REFUSED);
	CHECK(s.http.service.inlined == 0);
	end(&s);
}

TEST(what_is_no_plain_url_is_refused)
{
	static const char *const urls[] = { "file:///etc/passwd?%u", "ftp://127.0.0.1:%u/",
		"gopher://127.0.0.1:%u/",
		"http://user:secret@127.0.0.1:%u/", "http://user@127.0.0.1:%u/", "//127.0.0.1:%u/",
		"127.0.0.1:%u",
		"http://127.0.0.1:%u/a b", "http://127.0.0.1:%u/\r\nX: y", "http://127.0.0.1:%u/\xc3\xa9",
		"http://:%u/" };
	struct scene s = { 0 };
	begin(&s, &(struct lg_fetch_config){ .allowed = &everywhere, .allowed_count = 1 });
	for (size_t i = 0; i < LG_LEN(urls); i++) {
		if (ask(&s, urls[i], 100).code != LG_E_REFUSED)
			fail_msg("%s was not refused", urls[i]);
	}
	CHECK(s.http.service.inlined == 0 && s.http.service.answered == 0);
	end(&s);
}

TEST(silence_ends_in_time_and_a_dead_port_at_once)
{
	struct scene s = { 0 };
	begin(&s, &(struct lg_fetch_config){ .allowed = &everywhere, .allowed_count = 1 });
	s.http.service.hold = true;
	struct lg_fetch slow = { .max_bytes = 100, .timeout_ms = 200 };
	CHECK_OK(lg_str_fmt(&s.http.t.cx, &slow.url, "http://127.0.0.1:%u/slow", s.http.port));
	CHECK_CODE(s.fetcher->fetch(s.fetcher, &s.http.t.cx, &slow, &s.got), LG_E_UNAVAILABLE);
	s.http.service.hold = false;
	CHECK_CODE(ask(&s, "http://127.0.0.1:1/%u", 100), LG_E_UNAVAILABLE);
	end(&s);
}
