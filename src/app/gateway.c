#include "app/gateway.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "codec/text.h"
#include "policy/policy.h"

/* What sections become, and where they came from. */
struct builder {
	struct lg_ctx *cx;
	struct lg_settings_read *settings;
	const struct lg_section *section; /* that is worked on */
	const struct lg_authorizer *authorizers;
	size_t authorizer_count;
};

static void
problem(const struct builder *b, const char *key, lg_str text)
{
	const struct lg_section *section = b->section;
	lg_settings_problem(b->settings, "[%.*s %.*s] %s (%.*s): %.*s", LG_FMT(section->kind->name),
		LG_FMT(section->name), key, LG_FMT(section->origin), LG_FMT(text));
}

/* Failures of readers are problems; all others are ours. */
static lg_status
or_problem(const struct builder *b, const char *key, lg_status s)
{
	if (s.code != LG_E_REFUSED)
		return s;
	problem(b, key, lg_failure_text(b->cx, s.code));
	return LG_OK;
}

static size_t
count_sections(const struct lg_settings_read *settings, int kind)
{
	size_t count = 0;
	while (lg_settings_section(settings, kind, count))
		count++;
	return count;
}

/* ---- authorizers ---- */

static lg_status
read_sources(const struct builder *b, const struct lg_config_authorizer *config, struct lg_authorizer *ret)
{
	const size_t most = config->kind == LG_CONFIG_AUTHORIZER_KIND_CALLBACK ? LG_SOURCES_MAX : 1;
	if (config->source.count > most)
		problem(b, "source", most == 1 ? LG_STR("is one") : LG_STR("has at most 8"));
	for (size_t i = 0; i < config->source.count && i < most; i++) {
		struct lg_token_source *source = &ret->sources[ret->source_count++];
		LG_TRY(or_problem(
			b, "source", lg_token_source_read(b->cx, config->source.items[i], source)));
		if (config->kind == LG_CONFIG_AUTHORIZER_KIND_COGNITO && source->kind != LG_SOURCE_HEADER)
			problem(b, "source", LG_STR("cognito takes a header"));
		if (config->kind == LG_CONFIG_AUTHORIZER_KIND_JWT && source->kind == LG_SOURCE_ROUTE)
			problem(b, "source", LG_STR("route is for callback"));
	}
	if (!ret->source_count)
		ret->sources[ret->source_count++] =
			(struct lg_token_source){ LG_SOURCE_HEADER, LG_STR("Authorization") };
	return LG_OK;
}

static lg_status
read_issuers(const struct builder *b, const char *key, const lg_str *texts, size_t count,
	struct lg_authorizer *ret)
{
	ret->issuers = lg_new_array(b->cx, struct lg_token_issuer, count);
	if (!ret->issuers)
		return lg_fail_default(b->cx, LG_E_NO_MEMORY);
	for (size_t i = 0; i < count; i++)
		LG_TRY(or_problem(b, key,
			lg_token_issuer_read(b->cx, texts[i], b->settings->config.server.public_url,
				&ret->issuers[ret->issuer_count++])));
	return LG_OK;
}

static lg_status
read_jwt(const struct builder *b, const struct lg_config_authorizer *config, struct lg_authorizer *ret)
{
	if (!lg_str_present(config->issuer))
		problem(b, "issuer", LG_STR("is needed by kind = jwt"));
	else
		LG_TRY(read_issuers(b, "issuer", &config->issuer, 1, ret));
	if (config->audience.count == 0 || config->audience.count > LG_AUDIENCES_MAX)
		problem(b, "audience", LG_STR("has 1 to 50 items"));
	ret->audience = config->audience;
	ret->leeway_ms = config->leeway_s * LG_SECOND_MS;
	ret->use = (enum lg_token_use)config->token_use;
	return LG_OK;
}

static lg_status
read_cognito(const struct builder *b, const struct lg_config_authorizer *config, struct lg_authorizer *ret)
{
	if (!config->pools.count)
		problem(b, "pools", LG_STR("is needed by kind = cognito"));
	LG_TRY(read_issuers(b, "pools", config->pools.items, config->pools.count, ret));
	for (size_t i = 0; i < ret->issuer_count; i++)
		if (lg_str_present(ret->issuers[i].url))
			problem(b, "pools", LG_STR("takes ids or ARNs of user pools"));
	return LG_OK;
}

/* What API and callback are called in ARNs. */
static void
read_names(const struct builder *b, const struct lg_config_authorizer *config, struct lg_authorizer *ret)
{
	const lg_str region = b->settings->config.server.region;
	ret->api = config->api;
	ret->region = lg_str_present(config->region) ? config->region : region;
	if (lg_str_empty(ret->api) || lg_str_has_byte(ret->api, '/') || lg_str_has_byte(ret->api, ':'))
		problem(b, "api", LG_STR("is a name without slash and colon"));
}

/* "execute-api:/stage/GET/x", which API Gateway completes, as a whole ARN. */
static lg_status
complete_arns(const struct builder *b, const struct lg_authorizer *authorizer, lg_str text, lg_str *ret)
{
	const lg_str mark = LG_STR("\"execute-api:/");
	struct lg_buf buf = lg_buf_start(b->cx, LG_POLICY_MAX_BYTES * 2);
	for (size_t i = 0; i < text.len; i++) {
		if (!lg_str_eq(lg_str_slice(text, i, i + mark.len), mark)) {
			lg_buf_byte(&buf, (unsigned char)text.ptr[i]);
			continue;
		}
		lg_buf_fmt(&buf, "\"arn:aws:execute-api:%.*s:%.*s:%.*s/", LG_FMT(authorizer->region),
			LG_FMT(b->settings->config.server.account), LG_FMT(authorizer->api));
		i += mark.len - 1;
	}
	return lg_buf_finish(b->cx, &buf, ret);
}

static lg_status
read_policy(const struct builder *b, lg_str path, struct lg_authorizer *ret)
{
	const char *name;
	struct lg_policy *policy = NULL;
	lg_str text;
	LG_TRY(lg_str_to_c(b->cx, path, &name));
	char *bytes = lg_new_array(b->cx, char, LG_POLICY_MAX_BYTES);
	if (!bytes)
		return lg_fail_default(b->cx, LG_E_NO_MEMORY);
	FILE *file = fopen(name, "re");
	if (!file) {
		problem(b, "policy_file", lg_str_from_c(strerror(errno)));
		return LG_OK;
	}
	const size_t len = fread(bytes, 1, LG_POLICY_MAX_BYTES, file);
	fclose(file);
	LG_TRY(complete_arns(b, ret, lg_str_from_bytes(bytes, len), &text));
	const lg_status s = lg_policy_compile(b->cx, LG_POLICY_RESOURCE, text, &policy);
	lg_policy_free(policy);
	if (s.code == LG_E_MALFORMED_POLICY_DOCUMENT)
		problem(b, "policy_file", lg_failure_text(b->cx, s.code));
	else
		LG_TRY(s);
	ret->policy = text;
	return LG_OK;
}

static lg_status
read_iam(const struct builder *b, const struct lg_config_authorizer *config, struct lg_authorizer *ret)
{
	ret->s3 = config->service == LG_CONFIG_AUTHORIZER_SERVICE_S3;
	read_names(b, config, ret);
	if (lg_str_present(config->bucket_host))
		LG_TRY(lg_str_lower(b->cx, config->bucket_host, &ret->bucket_host));
	if (lg_str_present(config->bucket_host) && !ret->s3)
		problem(b, "bucket_host", LG_STR("is for service = s3"));
	if (lg_str_present(config->policy_file) && ret->s3)
		problem(b, "policy_file", LG_STR("is for service = execute-api"));
	return lg_str_present(config->policy_file) ? read_policy(b, config->policy_file, ret) : LG_OK;
}

static void
read_callback(const struct builder *b, const struct lg_config_authorizer *config, struct lg_authorizer *ret)
{
	const bool *given = b->section->given;
	const lg_str url = config->url;
	ret->event = (enum lg_callback_event)config->event;
	const bool http = ret->event == LG_EVENT_HTTP_1 || ret->event == LG_EVENT_HTTP_2;
	/* Only REST APIs keep answers without being told to. */
	ret->ttl_ms = http && !given[LG_CONFIG_AT_AUTHORIZER_TTL_S] ? 0 : config->ttl_s * LG_SECOND_MS;
	ret->timeout_ms = config->timeout_ms;
	ret->url = url;
	read_names(b, config, ret);
	if (!lg_str_starts(url, LG_STR("https://")) && !lg_str_starts(url, LG_STR("http://")) &&
		!lg_str_starts(url, LG_STR("arn:")))
		problem(b, "url", LG_STR("is an address, or the ARN of a function"));
	if (http != ret->http)
		problem(b, "event",
			LG_STR("http-1.0 and http-2.0 go with style = http, the others with rest"));
	if (ret->event == LG_EVENT_TOKEN && config->source.count > 1)
		problem(b, "source", LG_STR("is one with event = token"));
	if (lg_str_present(config->token_pattern) && ret->event != LG_EVENT_TOKEN)
		problem(b, "token_pattern", LG_STR("goes with event = token"));
	/* Only a token is needed anyway. */
	if (!config->source.count && ret->event != LG_EVENT_TOKEN) {
		ret->source_count = 0;
		if (given[LG_CONFIG_AT_AUTHORIZER_TTL_S] && ret->ttl_ms)
			problem(b, "ttl_s", LG_STR("needs a source to keep answers under"));
	}
}

/* Compiled once, here and for good. */
static lg_status
read_pattern(const struct builder *b, lg_str pattern, struct lg_authorizer *ret)
{
	if (!lg_str_present(pattern))
		return LG_OK;
	const char *text;
	bool matches;
	LG_TRY(lg_str_to_c(b->cx, pattern, &text));
	if (lg_text_matches(b->cx, LG_STR(""), text, &matches).code == LG_E_INTERNAL)
		problem(b, "token_pattern", LG_STR("is no regular expression"));
	ret->token_pattern = lg_str_from_c(text);
	return LG_OK;
}

/* Which kinds a key means something for: a bit each, in the order of kind's words. */
#define JWT 1u
#define COGNITO 2u
#define IAM 4u
#define CALLBACK 8u
static const struct {
	size_t at;
	unsigned kinds;
} means[] = {
	{ LG_CONFIG_AT_AUTHORIZER_ISSUER, JWT },
	{ LG_CONFIG_AT_AUTHORIZER_AUDIENCE, JWT },
	{ LG_CONFIG_AT_AUTHORIZER_LEEWAY_S, JWT },
	{ LG_CONFIG_AT_AUTHORIZER_TOKEN_USE, JWT },
	{ LG_CONFIG_AT_AUTHORIZER_POOLS, COGNITO },
	{ LG_CONFIG_AT_AUTHORIZER_TOKEN_PATTERN, COGNITO | CALLBACK },
	{ LG_CONFIG_AT_AUTHORIZER_SOURCE, JWT | COGNITO | CALLBACK },
	{ LG_CONFIG_AT_AUTHORIZER_STYLE, IAM | CALLBACK },
	{ LG_CONFIG_AT_AUTHORIZER_SERVICE, IAM },
	{ LG_CONFIG_AT_AUTHORIZER_API, IAM | CALLBACK },
	{ LG_CONFIG_AT_AUTHORIZER_REGION, IAM | CALLBACK },
	{ LG_CONFIG_AT_AUTHORIZER_BUCKET_HOST, IAM },
	{ LG_CONFIG_AT_AUTHORIZER_POLICY_FILE, IAM },
	{ LG_CONFIG_AT_AUTHORIZER_URL, CALLBACK },
	{ LG_CONFIG_AT_AUTHORIZER_EVENT, CALLBACK },
	{ LG_CONFIG_AT_AUTHORIZER_TTL_S, CALLBACK },
	{ LG_CONFIG_AT_AUTHORIZER_TIMEOUT_MS, CALLBACK },
};

static void
check_meaning(const struct builder *b, int kind)
{
	const struct lg_section *section = b->section;
	for (size_t i = 0; i < LG_LEN(means); i++) {
		const struct lg_setting *row = &section->kind->settings[means[i].at];
		if (section->given[means[i].at] && !(means[i].kinds & 1u << kind))
			lg_settings_problem(b->settings,
				"[%.*s %.*s] %.*s (%.*s) means nothing to this kind",
				LG_FMT(section->kind->name), LG_FMT(section->name), LG_FMT(row->name),
				LG_FMT(section->origins[means[i].at]));
	}
}

static lg_status
read_authorizer(const struct builder *b, struct lg_authorizer *ret)
{
	const struct lg_config_authorizer *config = b->section->values;
	*ret = (struct lg_authorizer){ .name = b->section->name,
		.kind = (enum lg_authorizer_kind)config->kind };
	ret->http = config->kind == LG_CONFIG_AUTHORIZER_KIND_JWT ||
		    config->style == LG_CONFIG_AUTHORIZER_STYLE_HTTP;
	check_meaning(b, config->kind);
	LG_TRY(read_sources(b, config, ret));
	LG_TRY(read_pattern(b, config->token_pattern, ret));
	switch (ret->kind) {
	case LG_AUTHORIZER_JWT:
		return read_jwt(b, config, ret);
	case LG_AUTHORIZER_COGNITO:
		return read_cognito(b, config, ret);
	case LG_AUTHORIZER_IAM:
		return read_iam(b, config, ret);
	case LG_AUTHORIZER_CALLBACK:
		read_callback(b, config, ret);
		break;
	}
	return LG_OK;
}

/* ---- routes ---- */

static void
find_authorizer(const struct builder *b, lg_str name, struct lg_route *ret)
{
	for (size_t i = 0; i < b->authorizer_count; i++)
		if (lg_str_eq(b->authorizers[i].name, name))
			ret->authorizer = &b->authorizers[i];
	ret->open = lg_str_eq(name, LG_STR("none"));
	if (ret->authorizer || ret->open || lg_str_eq(name, LG_STR("deny")))
		return;
	if (lg_str_empty(name))
		problem(b, "authorizer", LG_STR("is needed: the name of one, none, or deny"));
	else
		problem(b, "authorizer", LG_STR("names neither an [authorizer NAME] nor none or deny"));
}

static lg_status
read_host(const struct builder *b, lg_str host, struct lg_route *ret)
{
	ret->below = lg_str_starts(host, LG_STR("*."));
	if (ret->below)
		host = lg_str_slice(host, 2, host.len);
	if (lg_str_has_byte(host, ':') || lg_str_has_byte(host, '/') || lg_str_has_byte(host, '*'))
		problem(b, "host", LG_STR("is a name without port, or *. and a name"));
	return lg_str_present(host) ? lg_str_lower(b->cx, host, &ret->host) : LG_OK;
}

static void
check_route(const struct builder *b, const struct lg_route *route)
{
	const bool tokens = route->authorizer && (route->authorizer->kind == LG_AUTHORIZER_JWT ||
							 route->authorizer->kind == LG_AUTHORIZER_COGNITO);
	if (route->scopes.count && !tokens)
		problem(b, "scopes", LG_STR("means something for jwt and cognito only"));
	if (route->refuse_revoked && !tokens)
		problem(b, "revoked", LG_STR("means something for jwt and cognito only"));
	for (size_t i = 0; tokens && route->refuse_revoked && i < route->authorizer->issuer_count; i++)
		if (!lg_str_present(route->authorizer->issuers[i].pool_id))
			problem(b, "revoked", LG_STR("is known of user pools of this server only"));
	for (size_t i = 0; i < route->scopes.count; i++)
		if (lg_str_has_byte(route->scopes.items[i], '"') ||
			lg_str_has_byte(route->scopes.items[i], ' '))
			problem(b, "scopes", LG_STR("are separated by commas"));
	if (lg_str_present(route->base_path) && (!lg_str_starts(route->base_path, LG_STR("/")) ||
							lg_str_ends(route->base_path, LG_STR("/"))))
		problem(b, "base_path", LG_STR("begins with a slash and does not end with one"));
}

static lg_status
read_route(const struct builder *b, size_t index, struct lg_route *ret)
{
	const struct lg_config_route *config = b->section->values;
	*ret = (struct lg_route){
		.name = b->section->name,
		.index = index,
		.methods = config->methods,
		.scopes = config->scopes,
		.stage = config->stage,
		.base_path = config->base_path,
		.payload_body = config->payload == LG_CONFIG_ROUTE_PAYLOAD_BODY,
		.unsigned_payload = config->unsigned_payload,
		.body_ignored = config->body == LG_CONFIG_ROUTE_BODY_IGNORED,
		.preflight = config->preflight,
		.refuse_revoked = config->revoked == LG_CONFIG_ROUTE_REVOKED_REFUSE,
		.header_bytes = (size_t)config->header_bytes,
	};
	LG_TRY(read_host(b, config->host, ret));
	LG_TRY(or_problem(b, "path", lg_path_pattern_read(b->cx, config->path, &ret->path)));
	find_authorizer(b, config->authorizer, ret);
	check_route(b, ret);
	return LG_OK;
}

lg_status
lg_gateway_rules(struct lg_ctx *cx, struct lg_settings_read *settings, struct lg_rules *ret)
{
	const size_t authorizer_count = count_sections(settings, LG_SECTION_AUTHORIZER);
	const size_t route_count = count_sections(settings, LG_SECTION_ROUTE);
	struct lg_authorizer *authorizers = lg_new_array(cx, struct lg_authorizer, authorizer_count);
	struct lg_route *routes = lg_new_array(cx, struct lg_route, route_count);
	struct builder b = { .cx = cx, .settings = settings, .authorizers = authorizers };
	if (!authorizers || !routes)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	for (size_t i = 0; i < authorizer_count; i++) {
		b.section = lg_settings_section(settings, LG_SECTION_AUTHORIZER, i);
		LG_TRY(read_authorizer(&b, &authorizers[i]));
	}
	b.authorizer_count = authorizer_count;
	for (size_t i = 0; i < route_count; i++) {
		b.section = lg_settings_section(settings, LG_SECTION_ROUTE, i);
		LG_TRY(read_route(&b, i, &routes[i]));
	}
	*ret = (struct lg_rules){ authorizers, authorizer_count, routes, route_count };
	return LG_OK;
}
