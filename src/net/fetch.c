#include "net/fetch.h"

#include <curl/curl.h>
#include <ifaddrs.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"

/* Idle handles keep their connections for the next request to the same server. */
#define IDLE_MAX 16
#define CONNECT_MAX_MS 5000
#define MAX_HEADERS 32
#define AGENT "Lifeguard/" LG_VERSION

struct fetcher {
	struct lg_fetcher port;
	struct lg_arena *arena;
	struct lg_fetch_config config;
	const char *ca_file;
	pthread_mutex_t lock;
	CURL *idle[IDLE_MAX];
	size_t idle_count;
};

/* One request under way. */
struct transfer {
	const struct fetcher *fetcher;
	struct lg_buf body;
	bool plain;   /* http */
	bool refused; /* by the address guard */
	int64_t max_age_s;
	char error[CURL_ERROR_SIZE];
};

/* ---- which addresses ---- */

static bool
is_ours(const struct lg_address *address)
{
	/* The unspecified address leads to this machine, too. */
	static const char *const local[] = { "127.0.0.0/8", "::1", "0.0.0.0/8", "::" };
	for (size_t i = 0; i < LG_LEN(local); i++) {
		struct lg_network network;
		if (lg_network_parse(lg_str_from_c(local[i]), &network) && lg_network_has(&network, address))
			return true;
	}
	struct ifaddrs *all = NULL;
	if (getifaddrs(&all))
		return true; /* Nobody can tell: better not. */
	bool ours = false;
	for (struct ifaddrs *at = all; at && !ours; at = at->ifa_next) {
		struct lg_address mine;
		ours = at->ifa_addr && lg_address_of(at->ifa_addr, &mine)
			&& lg_bytes_eq(mine.bytes, address->bytes, sizeof(mine.bytes));
	}
	freeifaddrs(all);
	return ours;
}

static uint16_t
port_of(const struct sockaddr *address)
{
	const struct sockaddr_in *v4 = (const void *)address;
	const struct sockaddr_in6 *v6 = (const void *)address;
	return ntohs(address->sa_family == AF_INET6 ? v6->sin6_port : v4->sin_port);
}

static bool
is_allowed(const struct transfer *transfer, const struct sockaddr *to)
{
	const struct lg_fetch_config *config = &transfer->fetcher->config;
	struct lg_address address;
	if (!lg_address_of(to, &address) || (port_of(to) == config->port && is_ours(&address)))
		return false;
	for (size_t i = 0; i < config->allowed_count; i++) {
		if (lg_network_has(&config->allowed[i], &address))
			return true;
	}
	return !transfer->plain && lg_address_is_public(&address);
}

/*
 * The address is looked at here, where the socket is about to be connected to it, and not by name before:
 * a name may mean another address by then (DNS rebinding).
 */
static curl_socket_t
open_socket(void *arg, curlsocktype purpose, struct curl_sockaddr *address)
{
	(void)purpose;
	struct transfer *transfer = arg;
	if (!is_allowed(transfer, &address->addr)) {
		transfer->refused = true;
		return CURL_SOCKET_BAD;
	}
	return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

/* ---- what comes back ---- */

static size_t
take_body(char *bytes, size_t size, size_t count, void *arg)
{
	struct transfer *transfer = arg;
	lg_buf_put(&transfer->body, lg_str_from_bytes(bytes, size * count));
	return transfer->body.failed ? 0 : size * count;
}

/* The seconds of "max-age=" among the directives; -1 when there is none, or nothing may be kept. */
static int64_t
max_age(lg_str directives)
{
	int64_t ret = -1;
	while (lg_str_present(directives)) {
		lg_str directive = lg_str_trim(lg_str_cut(&directives, ','));
		if (lg_str_eq_nocase(directive, LG_STR("no-store"))
		    || lg_str_eq_nocase(directive, LG_STR("no-cache")))
			return 0;
		lg_str value = directive;
		if (!lg_str_eq_nocase(lg_str_cut(&value, '='), LG_STR("max-age")) || !lg_str_present(value))
			continue;
		uint64_t seconds;
		if (lg_str_to_uint(value, INT32_MAX, &seconds))
			ret = (int64_t)seconds;
	}
	return ret;
}

static size_t
take_header(char *bytes, size_t size, size_t count, void *arg)
{
	struct transfer *transfer = arg;
	lg_str value = lg_str_from_bytes(bytes, size * count);
	if (lg_str_eq_nocase(lg_str_cut(&value, ':'), LG_STR("Cache-Control")) && lg_str_present(value))
		transfer->max_age_s = max_age(value);
	return size * count;
}

/* ---- the request ---- */

static CURL *
take_handle(struct fetcher *fetcher)
{
	pthread_mutex_lock(&fetcher->lock);
	CURL *handle = fetcher->idle_count ? fetcher->idle[--fetcher->idle_count] : NULL;
	pthread_mutex_unlock(&fetcher->lock);
	return handle ? handle : curl_easy_init();
}

static void
give_handle(struct fetcher *fetcher, CURL *handle)
{
	curl_easy_reset(handle);
	pthread_mutex_lock(&fetcher->lock);
	const bool kept = fetcher->idle_count < IDLE_MAX;
	if (kept)
		fetcher->idle[fetcher->idle_count++] = handle;
	pthread_mutex_unlock(&fetcher->lock);
	if (!kept)
		curl_easy_cleanup(handle);
}

/* Absolute, http or https, a host, nobody's name and password, nothing that is no URL. */
static lg_status
check_url(struct lg_ctx *cx, lg_str url, struct transfer *transfer, const char **ret)
{
	for (size_t i = 0; i < url.len; i++) {
		if (url.ptr[i] <= ' ' || url.ptr[i] >= 0x7f)
			return lg_fail(cx, LG_E_REFUSED, "the URL has bytes that no URL has");
	}
	LG_TRY(lg_str_to_c(cx, url, ret));
	CURLU *parsed = curl_url();
	if (!parsed)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	char *scheme = NULL;
	const CURLUcode code = curl_url_set(parsed, CURLUPART_URL, *ret, CURLU_DISALLOW_USER);
	if (code == CURLUE_OK)
		curl_url_get(parsed, CURLUPART_SCHEME, &scheme, 0);
	const lg_str name = scheme ? lg_str_from_c(scheme) : LG_STR_NONE;
	transfer->plain = lg_str_eq(name, LG_STR("http"));
	const bool fine = transfer->plain || lg_str_eq(name, LG_STR("https"));
	curl_free(scheme);
	curl_url_cleanup(parsed);
	return fine ? LG_OK : lg_fail(cx, LG_E_REFUSED, "not a URL of http or https");
}

static lg_status
make_headers(struct lg_ctx *cx, const struct lg_fetch *request, struct curl_slist *cells)
{
	/* An empty "Expect:" keeps libcurl from waiting for leave to send a body. */
	cells[0] = (struct curl_slist){ .data = (char *)"Expect:" };
	if (request->header_count > MAX_HEADERS - 1)
		return lg_fail(cx, LG_E_INTERNAL, "too many headers");
	for (size_t i = 0; i < request->header_count; i++) {
		lg_str line;
		const char *text;
		LG_TRY(lg_str_fmt(cx, &line, "%.*s: %.*s", LG_FMT(request->headers[i].name),
			LG_FMT(request->headers[i].value)));
		if (lg_str_has_byte(line, '\r') || lg_str_has_byte(line, '\n')
		    || lg_str_has_byte(line, '\0'))
			return lg_fail(cx, LG_E_REFUSED, "a header has a line end");
		LG_TRY(lg_str_to_c(cx, line, &text));
		cells[i + 1] = (struct curl_slist){ .data = (char *)(uintptr_t)text };
		cells[i].next = &cells[i + 1];
	}
	return LG_OK;
}

static lg_status
set_up(struct lg_ctx *cx, CURL *handle, const struct lg_fetch *request, struct transfer *transfer,
	struct curl_slist *headers)
{
	const char *url, *method;
	LG_TRY(check_url(cx, request->url, transfer, &url));
	LG_TRY(make_headers(cx, request, headers));
	LG_TRY(lg_str_to_c(cx, lg_str_present(request->method) ? request->method : LG_STR("GET"), &method));

	curl_easy_setopt(handle, CURLOPT_URL, url);
	curl_easy_setopt(handle, CURLOPT_HTTPHEADER, headers);
	if (lg_str_present(request->body)) {
		curl_easy_setopt(handle, CURLOPT_POSTFIELDS, request->body.ptr);
		curl_easy_setopt(handle, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)request->body.len);
	}
	curl_easy_setopt(handle, CURLOPT_CUSTOMREQUEST, method);
	curl_easy_setopt(handle, CURLOPT_NOBODY, (long)(strcmp(method, "HEAD") == 0));
	curl_easy_setopt(handle, CURLOPT_TIMEOUT_MS, (long)request->timeout_ms);
	curl_easy_setopt(handle, CURLOPT_CONNECTTIMEOUT_MS,
		(long)(request->timeout_ms < CONNECT_MAX_MS ? request->timeout_ms : CONNECT_MAX_MS));
	curl_easy_setopt(handle, CURLOPT_USERAGENT, AGENT);
	curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(handle, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(handle, CURLOPT_PROXY, "");
	curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(handle, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	if (transfer->fetcher->ca_file)
		curl_easy_setopt(handle, CURLOPT_CAINFO, transfer->fetcher->ca_file);
	curl_easy_setopt(handle, CURLOPT_OPENSOCKETFUNCTION, open_socket);
	curl_easy_setopt(handle, CURLOPT_OPENSOCKETDATA, transfer);
	curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, take_body);
	curl_easy_setopt(handle, CURLOPT_WRITEDATA, transfer);
	curl_easy_setopt(handle, CURLOPT_HEADERFUNCTION, take_header);
	curl_easy_setopt(handle, CURLOPT_HEADERDATA, transfer);
	curl_easy_setopt(handle, CURLOPT_ERRORBUFFER, transfer->error);
	return LG_OK;
}

static lg_status
result_of(struct lg_ctx *cx, CURL *handle, CURLcode code, const struct transfer *transfer,
	struct lg_fetched *ret)
{
	if (transfer->refused)
		return lg_fail(cx, LG_E_REFUSED, "the address is not one that may be reached");
	if (transfer->body.failed)
		return lg_fail(cx, LG_E_TOO_LARGE, "the answer is too long");
	if (code != CURLE_OK)
		return lg_fail(cx, LG_E_UNAVAILABLE, "%s",
			transfer->error[0] ? transfer->error : curl_easy_strerror(code));
	long status = 0;
	const char *type = NULL;
	curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status);
	curl_easy_getinfo(handle, CURLINFO_CONTENT_TYPE, &type);
	*ret = (struct lg_fetched){ .status = (int)status, .max_age_s = transfer->max_age_s };
	if (type)
		LG_TRY(lg_str_dup(cx, lg_str_from_c(type), &ret->content_type));
	return lg_buf_finish(cx, &transfer->body, &ret->body);
}

static lg_status
fetch(struct lg_fetcher *self, struct lg_ctx *cx, const struct lg_fetch *request, struct lg_fetched *ret)
{
	struct fetcher *fetcher = (struct fetcher *)self;
	CURL *handle = take_handle(fetcher);
	if (!handle)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	struct curl_slist headers[MAX_HEADERS + 1];
	struct transfer transfer = {
		.fetcher = fetcher,
		.body = lg_buf_start(cx, request->max_bytes),
		.max_age_s = -1,
	};
	lg_status s = set_up(cx, handle, request, &transfer, headers);
	if (!lg_failed(s)) {
		const CURLcode code = curl_easy_perform(handle);
		s = result_of(cx, handle, code, &transfer, ret);
	}
	give_handle(fetcher, handle);
	return s;
}

lg_status
lg_fetcher_new(const struct lg_fetch_config *config, struct lg_fetcher **ret)
{
	struct lg_arena *arena;
	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		return LG_STATUS(LG_E_INTERNAL);
	LG_TRY(lg_arena_new((size_t)64 << 10, &arena));
	struct fetcher *fetcher = lg_arena_alloc(arena, sizeof(*fetcher));
	char *ca_file = lg_arena_alloc(arena, config->ca_file.len + 1);
	if (!fetcher || !ca_file) {
		lg_arena_free(arena);
		return LG_STATUS(LG_E_NO_MEMORY);
	}
	fetcher->port.fetch = fetch;
	fetcher->arena = arena;
	fetcher->config = *config;
	if (!lg_str_empty(config->ca_file)) {
		memcpy(ca_file, config->ca_file.ptr, config->ca_file.len);
		fetcher->ca_file = ca_file;
	}
	pthread_mutex_init(&fetcher->lock, NULL);
	*ret = &fetcher->port;
	return LG_OK;
}

void
lg_fetcher_free(struct lg_fetcher *self)
{
	struct fetcher *fetcher = (struct fetcher *)self;
	if (!fetcher)
		return;
	for (size_t i = 0; i < fetcher->idle_count; i++)
		curl_easy_cleanup(fetcher->idle[i]);
	pthread_mutex_destroy(&fetcher->lock);
	lg_arena_free(fetcher->arena);
}
