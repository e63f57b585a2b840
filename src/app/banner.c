#include "app/banner.h"

#include "app/term.h"
#include "proto/dev_demo.h"

#define NAME_COLUMNS 12

static void
row(const struct lg_term *term, lg_str name, lg_str value, lg_str more)
{
	fputs("  ", term->out);
	lg_term_column(term, LG_TERM_DIM, name, NAME_COLUMNS);
	lg_term_put(term, LG_TERM_ACCENT, value);
	lg_term_put(term, LG_TERM_ACCENT, more);
	lg_term_line(term);
}

static void
long_row(const struct lg_term *term, lg_str name, const lg_str *parts, size_t count)
{
	fputs("  ", term->out);
	lg_term_column(term, LG_TERM_DIM, name, NAME_COLUMNS);
	for (size_t i = 0; i < count; i++)
		lg_term_put(term, LG_TERM_ACCENT, parts[i]);
	lg_term_line(term);
}

static void
print_demo(const struct lg_term *term, lg_str url)
{
	row(term, LG_STR("User pool"), LG_DEMO_POOL, LG_STR(""));
	row(term, LG_STR("App client"), LG_DEMO_CLIENT, LG_STR(""));
	row(term, LG_STR("User"), LG_DEMO_USER, LG_STR(""));
	row(term, LG_STR("Password"), LG_DEMO_PASSWORD, LG_STR(""));
	const lg_str key_set[] = { url, LG_STR("/"), LG_DEMO_POOL, LG_STR("/.well-known/jwks.json") };
	const lg_str account[] = { url, LG_STR("/account?client_id="), LG_DEMO_CLIENT };
	long_row(term, LG_STR("Key set"), key_set, LG_LEN(key_set));
	long_row(term, LG_STR("Sign in"), account, LG_LEN(account));
}

static void
print_command(const struct lg_term *term, lg_str url)
{
	fprintf(term->out,
		"\n  aws cognito-idp initiate-auth --endpoint-url %.*s \\\n"
		"    --region us-east-1 --no-sign-request \\\n"
		"    --client-id %.*s --auth-flow USER_PASSWORD_AUTH \\\n"
		"    --auth-parameters USERNAME=%.*s,PASSWORD=%.*s\n\n",
		LG_FMT(url), LG_FMT(LG_DEMO_CLIENT), LG_FMT(LG_DEMO_USER), LG_FMT(LG_DEMO_PASSWORD));
}

void
lg_banner(const struct lg_runtime *runtime)
{
	struct lg_term term = lg_term_on(stdout);
	lg_str url = runtime->settings.public_url;
	if (runtime->settings.dev) {
		lg_term_put(&term, LG_TERM_BOLD, LG_STR("Lifeguard " LG_VERSION ", development server\n\n"));
		row(&term, LG_STR("Endpoint"), url, LG_STR(""));
		if (runtime->settings.demo_pool)
			print_demo(&term, url);
		row(&term, LG_STR("Inbox"), url, LG_STR("/_lifeguard/inbox"));
		row(&term, LG_STR("Data"),
			runtime->folder.temporary ? LG_STR("none kept; --data DIR keeps it")
						  : runtime->folder.path,
			LG_STR(""));
		if (runtime->settings.demo_pool)
			print_command(&term, url);
	} else if (runtime->root.made) {
		fprintf(stdout, "The account's root key was written to %s. Move it to a safe place.\n",
			runtime->root.made);
	}
	fflush(stdout);
}
