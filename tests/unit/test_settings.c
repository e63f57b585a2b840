#include "tests/lib/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/command.h"
#include "app/runtime.h"
#include "app/settings.h"
#include "codec/json.h"

struct fixture {
	struct lg_test_ctx t;
	struct lg_cli cli;
	struct lg_settings_read settings;
	char path[32];
};

static void
prepare(struct fixture *f)
{
	memset(f, 0, sizeof(*f));
	lg_json_global_init();
	lg_test_ctx_init(&f->t);
}

static void
finish(struct fixture *f)
{
	if (f->path[0])
		unlink(f->path);
	lg_test_ctx_done(&f->t);
}

static lg_status
parse(struct fixture *f, char **argv)
{
	int argc = 0;
	while (argv[argc])
		argc++;
	return lg_cli_parse(&f->t.cx, argc, argv, &f->cli);
}

static lg_status
load(struct fixture *f, char **environment)
{
	char *none[] = { NULL };
	return lg_settings_load(&f->t.cx, &f->cli, environment ? environment : none, &f->settings);
}

static void
write_file(struct fixture *f, const char *text, size_t len)
{
	strcpy(f->path, "/tmp/lg-settings-XXXXXX");
	int fd = mkstemp(f->path);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, len), (ssize_t)len);
	close(fd);
	f->cli.config = lg_str_from_c(f->path);
}

static void
check_problem(struct fixture *f, const char *part)
{
	lg_buf_byte(&f->settings.problems, '\0');
	if (!strstr(f->settings.problems.ptr, part))
		fail_msg("no \"%s\" in \"%s\"", part, f->settings.problems.ptr);
}

#define ARGV(...)                                                                                           \
	(char *[])                                                                                          \
	{                                                                                                   \
		(char[]){ "lifeguard" }, __VA_ARGS__, NULL                                                  \
	}

TEST(flags_become_settings)
{
	struct fixture f;
	prepare(&f);
	CHECK_OK(parse(&f,
		ARGV("serve", "--dev", "--listen=localhost:1", "--set", "store.url=a=b", "--data", "/d")));
	CHECK_STR(f.cli.command, LG_STR("serve"));
	CHECK(f.cli.dev && f.cli.set_count == 3);
	CHECK_STR(f.cli.sets[1].name, LG_STR("store.url"));
	CHECK_STR(f.cli.sets[1].value, LG_STR("a=b"));
	CHECK_CODE(parse(&f, ARGV("serve", "--data")), LG_E_SETTINGS);
	CHECK_CODE(parse(&f, ARGV("serve", "--set", "x")), LG_E_SETTINGS);
	CHECK_CODE(parse(&f, ARGV("serve", "--lisen=1")), LG_E_SETTINGS);
	CHECK_STR(lg_failure_text(&f.t.cx, LG_E_SETTINGS),
		LG_STR("unknown flag --lisen; did you mean --listen?"));
	finish(&f);
}

TEST(version_is_a_command_and_a_flag)
{
	struct fixture f;
	prepare(&f);
	CHECK_OK(parse(&f, ARGV("--version")));
	CHECK_STR(f.cli.command, LG_STR("version"));
	finish(&f);
}

TEST(a_misspelt_command_is_told_the_nearest)
{
	struct fixture f;
	prepare(&f);
	CHECK_STR(
		lg_command_unknown(&f.t.cx, LG_STR("serv")), LG_STR("no command serv; did you mean serve?"));
	CHECK_STR(lg_command_unknown(&f.t.cx, LG_STR("zzzzzzzz")), LG_STR("no command zzzzzzzz"));
	finish(&f);
}

TEST(the_last_source_wins)
{
	struct fixture f;
	prepare(&f);
	static const char text[] =
		"[server]\nregion = eu-west-1\naccount = 111111111111 ; ours\n[log]\nlevel=warn\n";
	write_file(&f, text, sizeof(text) - 1);
	f.cli.dev = true;
	f.cli.sets[f.cli.set_count++] =
		(struct lg_cli_set){ LG_STR("log.level"), LG_STR("error"), LG_STR("--set") };
	CHECK_OK(load(&f, (char *[]){ "HOME=/", "LIFEGUARD_SERVER_REGION=eu-west-2",
				  "LIFEGUARD_LOG_LEVEL=debug", NULL }));
	CHECK_STR(f.settings.config.server.region, LG_STR("eu-west-2"));
	CHECK_STR(f.settings.config.server.account, LG_STR("111111111111"));
	CHECK(f.settings.config.log.level == LG_CONFIG_LOG_LEVEL_ERROR);
	CHECK(f.settings.config.dev.demo_pool);
	CHECK(f.settings.config.server.regions.count == 1);
	for (size_t i = 0; i < LG_SETTING_COUNT; i++) {
		if (lg_str_eq(lg_settings_table[i].name, LG_STR("server.region")))
			CHECK_STR(f.settings.origins[i], LG_STR("LIFEGUARD_SERVER_REGION"));
		if (lg_str_eq(lg_settings_table[i].name, LG_STR("server.account")))
			CHECK(lg_str_ends(f.settings.origins[i], LG_STR(" line 3")));
		if (lg_str_eq(lg_settings_table[i].name, LG_STR("server.regions")))
			CHECK_STR(f.settings.origins[i], LG_STR("default of --dev"));
	}
	finish(&f);
}

TEST(unknown_names_are_errors_wherever_they_stand)
{
	struct fixture f;
	prepare(&f);
	static const char text[] = "[server]\nlisten_on = x\n[nothing]\na=b\n";
	write_file(&f, text, sizeof(text) - 1);
	f.cli.dev = true;
	CHECK_CODE(load(&f, (char *[]){ "LIFEGUARD_SERVER_PUBLICURL=x", "LIFEGUARD_DEV=1", NULL }),
		LG_E_SETTINGS);
	check_problem(&f, "unknown setting server.listen_on (");
	check_problem(&f, "did you mean server.listen?");
	check_problem(&f, "unknown setting nothing.a");
	check_problem(&f, "unknown setting server.publicurl (LIFEGUARD_SERVER_PUBLICURL); did you mean "
			  "server.public_url?");
	check_problem(&f, "unknown setting dev. (LIFEGUARD_DEV)");
	finish(&f);
}

TEST(files_are_read_strictly)
{
	struct fixture f;
	prepare(&f);
	f.cli.dev = true;
	f.cli.config = LG_STR("/nowhere/at/all");
	CHECK_CODE(load(&f, NULL), LG_E_SETTINGS);
	check_problem(&f, "cannot read /nowhere/at/all");

	char text[600] = "[server]\nregion = a\nregion = b\nnonsense\ndata = ";
	memset(text + strlen(text), 'x', 300);
	strcat(text, "\n[log]\nlevel = loud\n");
	write_file(&f, text, strlen(text));
	CHECK_CODE(load(&f, NULL), LG_E_SETTINGS);
	check_problem(&f, "line 3) stands twice");
	check_problem(&f, "line 4 is neither");
	check_problem(&f, "line 5 is longer than");
	check_problem(&f, "\"loud\" is none of debug, info, warn, error");
	finish(&f);
}

TEST(production_says_what_it_needs)
{
	struct fixture f;
	prepare(&f);
	CHECK_CODE(load(&f, NULL), LG_E_SETTINGS);
	check_problem(&f, "server.public_url is needed");
	check_problem(&f, "keys.master is needed");
	CHECK_OK(load(&f, (char *[]){ "LIFEGUARD_SERVER_PUBLIC_URL=https://id.example.com",
				  "LIFEGUARD_KEYS_MASTER=file:/k", NULL }));
	finish(&f);
}

struct wrong {
	const char *variable;
	const char *problem;
};

TEST(values_are_checked)
{
	static const struct wrong cases[] = {
		{ "LIFEGUARD_SERVER_LISTEN=0.0.0.0:9500", "needs dev.allow_remote=true" },
		{ "LIFEGUARD_SERVER_LISTEN=[::]:9500", "needs dev.allow_remote=true" },
		{ "LIFEGUARD_SERVER_LISTEN=localhost", "is no HOST:PORT" },
		{ "LIFEGUARD_SERVER_LISTEN=localhost:70000", "is no HOST:PORT" },
		{ "LIFEGUARD_SERVER_LISTEN=::1:9500", "is neither localhost nor an IP address" },
		{ "LIFEGUARD_SERVER_LISTEN=example.com:9500", "is neither localhost nor an IP address" },
		{ "LIFEGUARD_SERVER_LISTEN=localhost:1, [::1]:2", "every address needs the same port" },
		{ "LIFEGUARD_SERVER_LISTEN=", "needs an address" },
		{ "LIFEGUARD_SERVER_PUBLIC_URL=https://a/b", "is not http(s)://HOST" },
		{ "LIFEGUARD_SERVER_PUBLIC_URL=ftp://a", "is not http(s)://HOST" },
		{ "LIFEGUARD_SERVER_ACCOUNT=12345678901", "is not 12 digits" },
		{ "LIFEGUARD_SERVER_REGION=a_b", "is no region" },
		{ "LIFEGUARD_STORE_ENGINE=postgres", "store.url must say how" },
		{ "LIFEGUARD_STORE_URL=postgres://h/d", "store.engine is sqlite" },
		{ "LIFEGUARD_KEYS_MASTER=/etc/key", "is none of file:PATH" },
		{ "LIFEGUARD_KEYS_MASTER=file:", "is none of file:PATH" },
		{ "LIFEGUARD_IDENTITY_GUEST_POLICY={}", "identity.guest_policy: " },
		{ "LIFEGUARD_IDENTITY_GOOGLE_ISSUER=accounts.google.com", "is no https:// address" },
		{ "LIFEGUARD_IDENTITY_TWITTER_API=https://api.twitter.com/", "is no https:// address" },
		{ "LIFEGUARD_DEV_FIXED_CODE=12345", "is not six digits" },
		{ "LIFEGUARD_DEV_DEMO_POOL=yes", "is neither true nor false" },
		{ "LIFEGUARD_LIMITS_BODY_BYTES=-1", "is no number from 1024 to" },
		{ "LIFEGUARD_LIMITS_BODY_BYTES=1", "is no number from 1024 to" },
	};
	for (size_t i = 0; i < LG_LEN(cases); i++) {
		struct fixture f;
		prepare(&f);
		f.cli.dev = true;
		char variable[128];
		strcpy(variable, cases[i].variable);
		CHECK_CODE(load(&f, (char *[]){ variable, NULL }), LG_E_SETTINGS);
		check_problem(&f, cases[i].problem);
		finish(&f);
	}
}

TEST(quotas_are_settings_with_the_usual_number_as_default)
{
	for (size_t i = 0; i < LG_QUOTA_COUNT; i++) {
		size_t at = 0;
		while (at < LG_SETTING_COUNT && !lg_str_eq(lg_settings_table[at].name, lg_quotas[i].setting))
			at++;
		CHECK(at < LG_SETTING_COUNT);
		uint64_t usual;
		CHECK(lg_str_to_uint(lg_settings_table[at].standard, INT64_MAX, &usual));
		CHECK((int64_t)usual == lg_quotas[i].usual);
	}

	struct fixture f;
	prepare(&f);
	f.cli.dev = true;
	char variable[] = "LIFEGUARD_QUOTAS_GROUPS=7";
	CHECK_OK(load(&f, (char *[]){ variable, NULL }));
	struct lg_runtime runtime = { 0 };
	CHECK_OK(lg_runtime_settings(&f.t.cx, &f.settings, 9500, &runtime));
	CHECK(runtime.settings.quotas[LG_QUOTA_GROUPS] == 7);
	CHECK(runtime.settings.quotas[LG_QUOTA_POOLS] == lg_quotas[LG_QUOTA_POOLS].usual);
	finish(&f);
}

TEST(localhost_is_both_loopback_addresses)
{
	struct fixture f;
	prepare(&f);
	lg_str items[] = { LG_STR("localhost:80"), LG_STR("[fe80::1]:80") };
	struct lg_listen listen;
	CHECK_OK(lg_listen_parse(&f.t.cx, &(struct lg_str_list){ items, 2, true }, &listen));
	CHECK(listen.count == 3 && listen.port == 80 && listen.remote);
	CHECK_STR(listen.addresses[0], LG_STR("127.0.0.1"));
	CHECK_STR(listen.addresses[1], LG_STR("::1"));
	CHECK_STR(listen.addresses[2], LG_STR("fe80::1"));
	finish(&f);
}

TEST(sections_have_names_and_stand_in_order)
{
	struct fixture f;
	prepare(&f);
	const char text[] = "[route b]\npath = /x\nauthorizer = a\nscopes = one,\n  two\nscopes = three\n"
			    "[authorizer a]\nleeway_s = 5\nissuer = https://a.example\naudience = x\n"
			    "[route a]\npreflight = true\nauthorizer = none\n[server]\n"
			    "public_url = https://id.example.com\n";
	write_file(&f, text, sizeof(text) - 1);
	f.cli.dev = true;
	CHECK_OK(load(&f, NULL));
	const struct lg_section *b = lg_settings_section(&f.settings, LG_SECTION_ROUTE, 0);
	const struct lg_section *a = lg_settings_section(&f.settings, LG_SECTION_ROUTE, 1);
	CHECK(b && a && !lg_settings_section(&f.settings, LG_SECTION_ROUTE, 2));
	CHECK_STR(b->name, LG_STR("b"));
	const struct lg_config_route *first = b->values, *second = a->values;
	CHECK_STR(first->path, LG_STR("/x"));
	CHECK_STR(second->path, LG_STR("*"));
	CHECK(second->preflight && !first->preflight);
	assert_int_equal(first->scopes.count, 3);
	CHECK_STR(first->scopes.items[2], LG_STR("three"));
	const struct lg_section *authorizer = lg_settings_section(&f.settings, LG_SECTION_AUTHORIZER, 0);
	assert_int_equal(((const struct lg_config_authorizer *)authorizer->values)->leeway_s, 5);
	CHECK(authorizer->given[LG_CONFIG_AT_AUTHORIZER_LEEWAY_S]);
	CHECK(!authorizer->given[LG_CONFIG_AT_AUTHORIZER_TTL_S]);
	finish(&f);
}

TEST(what_is_wrong_in_a_named_section_is_told)
{
	struct fixture f;
	prepare(&f);
	const char text[] = "[route a]\npath = /x\npath = /y\nhots = x\n[rout a]\n"
			    "path = /\n[route]\npath = /\n"
			    "[route a b]\npath = /\n[authorizer a]\nleeway_s = 400\nkind = magic\n";
	write_file(&f, text, sizeof(text) - 1);
	f.cli.dev = true;
	CHECK_CODE(load(&f, NULL), LG_E_SETTINGS);
	check_problem(&f, "[route a] path (");
	check_problem(&f, "stands twice");
	check_problem(&f, "unknown setting [route a] hots (");
	check_problem(&f, "did you mean host?");
	check_problem(&f, "unknown section [rout a]");
	check_problem(&f, "did you mean [route a]?");
	check_problem(&f, "[route] (");
	check_problem(&f, "[route a b] (");
	check_problem(&f, "[authorizer a] leeway_s");
	check_problem(&f, "\"magic\" is none of jwt, cognito, iam, callback");
	finish(&f);
}

TEST(authorizers_and_routes_have_to_make_sense)
{
	struct fixture f;
	prepare(&f);
	const char text[] = "[authorizer a]\nkind = jwt\npools = x_y\n[authorizer b]\nkind = cognito\n"
			    "pools = https://x\nsource = query.t\n[authorizer c]\naudience = x\n"
			    "issuer = https://foreign.example\n[route a]\nauthorizer = nobody\npath = /a*\n"
			    "[route b]\npath = /x\n[route c]\nauthorizer = none\nscopes = x\n"
			    "[route d]\nauthorizer = c\nrevoked = refuse\nhost = a:1\n"
			    "[gateway]\ntrusted_proxies = here\n";
	write_file(&f, text, sizeof(text) - 1);
	f.cli.dev = true;
	CHECK_CODE(load(&f, NULL), LG_E_SETTINGS);
	check_problem(&f, "[authorizer a] issuer");
	check_problem(&f, "[authorizer a] audience");
	check_problem(&f, "[authorizer a] pools");
	check_problem(&f, "means nothing to this kind");
	check_problem(&f, "[authorizer b] pools");
	check_problem(&f, "[authorizer b] source");
	check_problem(&f, "names neither an [authorizer NAME] nor none or deny");
	check_problem(&f, "[route a] path");
	check_problem(&f, "[route b] authorizer");
	check_problem(&f, "[route c] scopes");
	check_problem(&f, "[route d] revoked");
	check_problem(&f, "[route d] host");
	check_problem(&f, "gateway.trusted_proxies: \"here\"");
	finish(&f);
}
