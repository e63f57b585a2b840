/*
 * load.c - a load client: one thread, many keep-alive connections, bounded in time. It does the SRP
 * arithmetic itself.
 *
 *   load PORT SCENARIO CONNECTIONS SECONDS USERS [POOL CLIENT]
 *
 * USERS names bench000000 to bench<USERS-1> of the demo pool are there with the password below (sampled,
 * when there are more than SAMPLED of them). POOL and CLIENT are for the scenario `device`, with such a user
 * for each connection; `fixed` sends what a file has, which is named in the place of POOL. Prints one JSON
 * object: requests (whole operations: an SRP sign-in is one of two calls), rate, latencies in milliseconds,
 * failures and the first failed answer.
 */
#include "tests/bench/load.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define PASSWORD LOAD_PASSWORD
#define POOL "us-east-1_Lifeguard"
#define POOL_NAME "Lifeguard"
#define CLIENT "lifeguarddemo0000000000000"
#define SAMPLED 1000
#define MAX_CONNECTIONS 1024
#define MAX_SAMPLES 4000000

struct scenario;

/* domain/grant/access_cache.h remembers 2,048 tokens; used in turn, few of these are among them. */
#define FIRST_TOKENS 8192

struct scenario {
	const char *name;
	/* Write the request of this step into c->out. */
	void (*request)(struct conn *c);
	/* Take the answer; true when the operation is complete. */
	bool (*answered)(struct conn *c, const char *body, size_t len);
	/* Once for each connection, before the clock starts; NULL = nothing. */
	void (*prepare)(struct conn *c, unsigned number);
};

static unsigned users = 1;
static uint16_t port;
static char **tokens;      /* access tokens, for GetUser */
static size_t token_count;
static char refresh[8192];
static unsigned long failures;
static unsigned next_name;
static char first_failure[2048];

static double
now_s(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void
write_request(struct conn *c, const char *service, const char *operation, const char *body)
{
	c->out_len = (size_t)snprintf(c->out, sizeof(c->out),
		"POST / HTTP/1.1\r\nHost: localhost:%u\r\nContent-Type: application/x-amz-json-1.1\r\n"
		"X-Amz-Target: %s.%s\r\nContent-Length: %zu\r\n\r\n%s",
		port, service, operation, strlen(body), body);
	c->out_done = 0;
}

void
load_request(struct conn *c, const char *operation, const char *body)
{
	write_request(c, "AWSCognitoIdentityProviderService", operation, body);
}

void
load_identity_request(struct conn *c, const char *operation, const char *body)
{
	write_request(c, "AWSCognitoIdentityService", operation, body);
}

unsigned
load_port(void)
{
	return port;
}

unsigned
load_user(unsigned number)
{
	unsigned sampled = users < SAMPLED ? users : SAMPLED;
	return number % sampled * (users / sampled);
}

static unsigned
pick_user(void)
{
	static unsigned turn;
	return load_user(turn++);
}

static bool
complete(struct conn *c, const char *body, size_t len)
{
	(void)c, (void)body, (void)len;
	return true;
}

static void
request_jwks(struct conn *c)
{
	c->out_len = (size_t)snprintf(c->out, sizeof(c->out),
		"GET /" POOL "/.well-known/jwks.json HTTP/1.1\r\nHost: localhost:%u\r\n\r\n", port);
	c->out_done = 0;
}

static void
request_get_user(struct conn *c)
{
	char body[9000];
	static size_t turn;
	snprintf(body, sizeof(body), "{\"AccessToken\":\"%s\"}", tokens[turn++ % token_count]);
	load_request(c, "GetUser", body);
}

static void
request_refresh(struct conn *c)
{
	char body[9000];
	snprintf(body, sizeof(body),
		"{\"AuthFlow\":\"REFRESH_TOKEN_AUTH\",\"ClientId\":\"" CLIENT
		"\",\"AuthParameters\":{\"REFRESH_TOKEN\":\"%s\"}}",
		refresh);
	load_request(c, "InitiateAuth", body);
}

static void
request_password(struct conn *c)
{
	char body[512];
	snprintf(body, sizeof(body),
		"{\"AuthFlow\":\"USER_PASSWORD_AUTH\",\"ClientId\":\"" CLIENT
		"\",\"AuthParameters\":{\"USERNAME\":\"bench%06u\",\"PASSWORD\":\"" PASSWORD "\"}}",
		pick_user());
	load_request(c, "InitiateAuth", body);
}

static void
request_sign_up(struct conn *c)
{
	char body[512];
	unsigned n = next_name++;
	snprintf(body, sizeof(body),
		"{\"ClientId\":\"" CLIENT "\",\"Username\":\"new%d-%u\",\"Password\":\"" PASSWORD
		"\",\"UserAttributes\":[{\"Name\":\"email\",\"Value\":\"new%u@example.com\"}]}",
		(int)getpid(), n, n);
	load_request(c, "SignUp", body);
}

static void
request_srp(struct conn *c)
{
	char body[2048];
	if (c->step > 0)
		return; /* the answer of the first step wrote the second request */
	if (!c->srp) {
		c->srp = srp_client_new(NULL);
		c->user = pick_user();
	}
	snprintf(body, sizeof(body),
		"{\"AuthFlow\":\"USER_SRP_AUTH\",\"ClientId\":\"" CLIENT
		"\",\"AuthParameters\":{\"USERNAME\":\"bench%06u\",\"SRP_A\":\"%s\"}}",
		c->user, srp_client_A(c->srp));
	load_request(c, "InitiateAuth", body);
}

bool
load_prove(struct srp_client *srp, const json_t *challenge, const char *group, const char *identity,
	const char *password, struct load_proof *ret)
{
	const json_t *params = json_object_get(challenge, "ChallengeParameters");
	const char *block = json_string_value(json_object_get(params, "SECRET_BLOCK"));
	const char *salt = json_string_value(json_object_get(params, "SALT"));
	const char *B = json_string_value(json_object_get(params, "SRP_B"));
	if (!block || !salt || !B)
		return false;
	struct timespec wall;
	clock_gettime(CLOCK_REALTIME, &wall);
	srp_client_timestamp((lg_time){ (int64_t)wall.tv_sec * 1000 }, ret->when);
	snprintf(ret->block, sizeof(ret->block), "%s", block);
	const struct srp_client_challenge heard = { .pool_name = lg_str_from_c(group),
		.user_id = lg_str_from_c(identity),
		.password = lg_str_from_c(password),
		.salt_hex = lg_str_from_c(salt),
		.B_hex = lg_str_from_c(B),
		.secret_block = lg_str_from_c(block),
		.timestamp = lg_str_from_c(ret->when) };
	return srp_client_sign(srp, &heard, ret->signature);
}

static bool
answered_srp(struct conn *c, const char *text, size_t len)
{
	if (c->step == 1)
		return true;
	json_t *root = json_loadb(text, len, 0, NULL);
	const char *user = json_string_value(
		json_object_get(json_object_get(root, "ChallengeParameters"), "USER_ID_FOR_SRP"));
	struct load_proof proof;
	char body[12288];
	if (!user || !load_prove(c->srp, root, POOL_NAME, user, PASSWORD, &proof)) {
		json_decref(root);
		return true;
	}
	snprintf(body, sizeof(body),
		"{\"ChallengeName\":\"PASSWORD_VERIFIER\",\"ClientId\":\"" CLIENT
		"\",\"ChallengeResponses\":{\"USERNAME\":\"%s\",\"PASSWORD_CLAIM_SECRET_BLOCK\":\"%s\","
		"\"PASSWORD_CLAIM_SIGNATURE\":\"%s\",\"TIMESTAMP\":\"%s\"}}",
		user, proof.block, proof.signature, proof.when);
	json_decref(root);
	load_request(c, "RespondToAuthChallenge", body);
	return false;
}

static const struct scenario scenarios[] = {
	{ "jwks", request_jwks, complete, NULL },
	{ "get_user", request_get_user, complete, NULL },
	{ "get_user_first", request_get_user, complete, NULL },
	{ "refresh", request_refresh, complete, NULL },
	{ "password", request_password, complete, NULL },
	{ "srp", request_srp, answered_srp, NULL },
	{ "device", load_device_request, load_device_answered, load_device_prepare },
	{ "totp", load_totp_request, load_totp_answered, load_totp_prepare },
	{ "credentials", load_identity_credentials, complete, load_identity_prepare },
	{ "identity_token", load_identity_token, complete, load_identity_prepare },
	{ "sign_up", request_sign_up, complete, NULL },
	{ "fixed", load_fixed_request, complete, NULL },
};

static int
connect_to(void)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons(port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd = socket(AF_INET, SOCK_STREAM, 0), one = 1;
	if (fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof(address))) {
		perror("connect");
		exit(1);
	}
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	return fd;
}

/* A whole answer in c->in? Then its status, and where the body lies. */
static int
whole_answer(struct conn *c, const char **body, size_t *len, size_t *total)
{
	c->in[c->in_len] = '\0';
	const char *end = strstr(c->in, "\r\n\r\n");
	if (!end)
		return 0;
	const char *length = strcasestr(c->in, "\r\ncontent-length:");
	*len = length && length < end ? strtoul(length + 17, NULL, 10) : 0;
	*body = end + 4;
	*total = (size_t)(end + 4 - c->in) + *len;
	return c->in_len >= *total ? atoi(c->in + 9) : 0;
}

static void
note_failure(struct conn *c)
{
	if (failures++ == 0)
		snprintf(first_failure, sizeof(first_failure), "%.2000s", c->in);
}

json_t *
load_exchange(struct conn *c)
{
	const char *body;
	size_t len, total;
	if (write(c->fd, c->out, c->out_len) != (ssize_t)c->out_len)
		exit(1);
	int status;
	for (c->in_len = 0; !(status = whole_answer(c, &body, &len, &total));) {
		ssize_t got = read(c->fd, c->in + c->in_len, sizeof(c->in) - 1 - c->in_len);
		if (got <= 0)
			exit(1);
		c->in_len += (size_t)got;
	}
	c->in_len = 0;
	if (status != 200) {
		fprintf(stderr, "refused: %.500s\n", c->in);
		exit(1);
	}
	return json_loadb(body, len, 0, NULL);
}

/* The AccessToken of the request's answer; a RefreshToken is kept. */
static void
fetch_token(struct conn *c)
{
	json_t *root = load_exchange(c);
	json_t *result = json_object_get(root, "AuthenticationResult");
	const char *access = json_string_value(json_object_get(result, "AccessToken"));
	const char *renew = json_string_value(json_object_get(result, "RefreshToken"));
	if (!access) {
		fprintf(stderr, "no tokens\n");
		exit(1);
	}
	tokens[token_count++] = strdup(access);
	if (renew)
		snprintf(refresh, sizeof(refresh), "%s", renew);
	json_decref(root);
}

/* Sign the first user in over a connection of its own, and refresh until there are so many access tokens. */
static void
fetch_tokens(size_t count)
{
	struct conn *c = calloc(1, sizeof(*c));
	tokens = calloc(count, sizeof(*tokens));
	c->fd = connect_to();
	request_password(c);
	fetch_token(c);
	while (token_count < count) {
		request_refresh(c);
		fetch_token(c);
	}
	close(c->fd);
	free(c);
}

/* More tokens than the server remembers, so that in turn each is a first one; or one a connection. */
static size_t
tokens_for(const struct scenario *scenario, int connections)
{
	if (strcmp(scenario->name, "get_user_first") == 0)
		return FIRST_TOKENS;
	return scenario->request == request_get_user ? (size_t)connections : 1;
}

static int
by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return x < y ? -1 : x > y;
}

static void
send_more(struct conn *c)
{
	while (c->out_done < c->out_len) {
		ssize_t sent = write(c->fd, c->out + c->out_done, c->out_len - c->out_done);
		if (sent <= 0) {
			perror("write");
			exit(1);
		}
		c->out_done += (size_t)sent;
	}
}

static double *samples;
static size_t sample_count;

static void
take_answer(struct conn *c, const struct scenario *scenario)
{
	ssize_t got = read(c->fd, c->in + c->in_len, sizeof(c->in) - 1 - c->in_len);
	if (got <= 0) {
		note_failure(c);
		close(c->fd);
		fprintf(stderr, "connection ended\n");
		exit(1);
	}
	c->in_len += (size_t)got;
	const char *body;
	size_t len, total;
	int status = whole_answer(c, &body, &len, &total);
	if (!status)
		return;
	bool done = true;
	if (status == 200)
		done = scenario->answered(c, body, len);
	else
		note_failure(c);
	c->in_len = 0;
	c->step = done ? 0 : c->step + 1;
	if (done) {
		double now = now_s();
		if (status == 200 && sample_count < MAX_SAMPLES)
			samples[sample_count++] = now - c->started;
		c->started = now;
	}
	scenario->request(c);
	send_more(c);
}

static void
report(const struct scenario *scenario, int connections, double took)
{
	qsort(samples, sample_count, sizeof(*samples), by_value);
	double p50 = sample_count ? samples[sample_count / 2] * 1000 : 0;
	double p99 = sample_count ? samples[sample_count * 99 / 100] * 1000 : 0;
	json_t *out = json_pack("{s:s, s:i, s:i, s:f, s:f, s:f, s:i, s:s}", "scenario", scenario->name,
		"connections", connections, "requests", (int)sample_count, "rate",
		(double)sample_count / took, "p50_ms", p50, "p99_ms", p99, "failures", (int)failures,
		"first_failure", first_failure);
	json_dumpf(out, stdout, JSON_COMPACT | JSON_ENCODE_ANY);
	putchar('\n');
	json_decref(out);
}

int
main(int argc, char **argv)
{
	if (argc != 6 && argc != 8) {
		fprintf(stderr, "usage: load PORT SCENARIO CONNECTIONS SECONDS USERS [POOL CLIENT]\n");
		return 2;
	}
	port = (uint16_t)atoi(argv[1]);
	int connections = atoi(argv[3]);
	double seconds = atof(argv[4]);
	users = (unsigned)atoi(argv[5]);
	const struct scenario *scenario = NULL;
	for (size_t i = 0; i < LG_LEN(scenarios); i++)
		if (strcmp(argv[2], scenarios[i].name) == 0)
			scenario = &scenarios[i];
	if (!scenario || connections < 1 || connections > MAX_CONNECTIONS || users < 1)
		return 2;
	if (argc == 8 && scenario->request == load_fixed_request) {
		load_fixed_file(argv[6]);
	} else if (argc == 8) {
		load_device_pool(argv[6], argv[7]);
		load_totp_pool(argv[7], users);
		load_identity_pool(argv[6], argv[7]);
	} else if (scenario->prepare || scenario->request == load_fixed_request) {
		return 2;
	}
	if (scenario->request == request_get_user || scenario->request == request_refresh)
		fetch_tokens(tokens_for(scenario, connections));

	samples = calloc(MAX_SAMPLES, sizeof(*samples));
	struct conn *all = calloc((size_t)connections, sizeof(*all));
	int poll = epoll_create1(0);
	for (int i = 0; i < connections; i++) {
		all[i].fd = connect_to();
		if (scenario->prepare)
			scenario->prepare(&all[i], (unsigned)i);
	}
	double start = now_s();
	for (int i = 0; i < connections; i++) {
		struct conn *c = &all[i];
		c->started = now_s();
		struct epoll_event event = { .events = EPOLLIN, .data.ptr = c };
		epoll_ctl(poll, EPOLL_CTL_ADD, c->fd, &event);
		scenario->request(c);
		send_more(c);
	}
	double took;
	while ((took = now_s() - start) < seconds) {
		struct epoll_event events[64];
		int count = epoll_wait(poll, events, 64, 100);
		for (int i = 0; i < count; i++)
			take_answer(events[i].data.ptr, scenario);
	}
	report(scenario, connections, took);
	return 0;
}
