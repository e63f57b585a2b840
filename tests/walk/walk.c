#include "tests/walk/walk.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SEQUENCES_AN_EPISODE 12
#define HOUR_MS ((int64_t)3600 * 1000)

const char *const challenge_names[CHALLENGES] = {
	"PASSWORD_VERIFIER", "NEW_PASSWORD_REQUIRED", "SMS_MFA", "SOFTWARE_TOKEN_MFA", "EMAIL_OTP",
	"SMS_OTP", "SELECT_MFA_TYPE", "MFA_SETUP", "SELECT_CHALLENGE", "PASSWORD", "PASSWORD_SRP",
	"WEB_AUTHN",
	"CUSTOM_CHALLENGE", "DEVICE_SRP_AUTH", "DEVICE_PASSWORD_VERIFIER",
};
const char *const flow_names[FLOWS] = {
	"USER_PASSWORD_AUTH", "ADMIN_USER_PASSWORD_AUTH", "USER_SRP_AUTH", "USER_AUTH", "CUSTOM_AUTH",
};
const char *const method_names[METHODS] = { "SMS_MFA", "SOFTWARE_TOKEN_MFA", "EMAIL_OTP" };

/* ---- chance, time, the story ---- */

uint64_t
draw(struct walk *w, uint64_t below)
{
	/* splitmix64 */
	uint64_t z = (w->random += UINT64_C(0x9e3779b97f4a7c15));
	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return (z ^ (z >> 31)) % below;
}

bool
chance(struct walk *w, unsigned percent)
{
	return draw(w, 100) < percent;
}

int64_t
now_ms(const struct walk *w)
{
	struct lg_clock clock = w->world.clock;
	return lg_clock_now(&clock).ms;
}

void
advance_ms(struct walk *w, int64_t ms)
{
	tell(w, "%lld.%03lld s pass", (long long)(ms / 1000), (long long)(ms % 1000));
	w->world.clock.offset_ms += ms;
}

void
tell(struct walk *w, const char *fmt, ...)
{
	if (w->trace_len >= TRACE_MAX - 512)
		return;
	va_list args;
	va_start(args, fmt);
	const int n = vsnprintf(w->trace + w->trace_len, 500, fmt, args);
	va_end(args);
	w->trace_len += n < 500 ? (size_t)n : 499;
	w->trace[w->trace_len++] = '\n';
}

void
fail(struct walk *w, const char *fmt, ...)
{
	char text[1024];
	va_list args;
	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	if (!w->failed)
		tell(w, "FAILED: %s", text);
	w->failed = true;
}

void
put(struct walk *w, char *to, size_t size, lg_str s)
{
	if (s.len >= size) {
		fail(w, "%zu bytes are too many", s.len);
		s.len = 0;
	}
	if (s.len)
		memcpy(to, s.ptr, s.len);
	to[s.len] = '\0';
}

/* ---- moves ---- */

/* One that waits, mostly a late one; -1 = none. With `dead`, those that are used up, too. */
static int
draw_pending(struct walk *w, bool dead)
{
	for (int i = 0; i < 20 && w->pending_count; i++) {
		const size_t window = chance(w, 70) && w->pending_count > 6 ? 6 : w->pending_count;
		const size_t at = w->pending_count - 1 - draw(w, window);
		const struct pending *p = &w->pending[at];
		if (!p->unsure && (dead || !p->spent) && (!p->hopeless || chance(w, 20)))
			return (int)at;
	}
	return -1;
}

/* Guesses, with pauses, until somebody has to stop him; and then the right answer. */
static void
insist(struct walk *w, int at)
{
	for (size_t i = 4 + draw(w, 8); i > 0 && !w->pending[at].unsure; i--) {
		if (chance(w, 20))
			advance_ms(w, 1000 * (1 + (int64_t)draw(w, 9)));
		answer(w, at, WRONG);
	}
	if (chance(w, 50))
		advance_ms(w, 1000 * (1 + (int64_t)draw(w, 60)));
	if (!w->pending[at].unsure)
		answer(w, at, RIGHT);
}

static void
answer_random(struct walk *w)
{
	const int at = draw_pending(w, chance(w, 8));
	if (at < 0)
		return;
	const struct pending *p = &w->pending[at];
	if (p->challenge == MFA_SETUP && !(p->proofs & BY_SECOND) && chance(w, 50)) {
		set_up_app(w, at, chance(w, 80));
		return;
	}
	if (p->user != NOBODY && chance(w, 12)) {
		/* Between question and answer. */
		live_random(w, p->user);
		answer(w, at, RIGHT);
		return;
	}
	if (chance(w, 6)) {
		insist(w, at);
		return;
	}
	enum how how = RIGHT;
	if (chance(w, 35))
		how = chance(w, 45) ? WRONG : (enum how)(FOREIGN_USER + draw(w, HOWS - FOREIGN_USER));
	answer(w, at, how);
}

static void
pass_time(struct walk *w)
{
	advance_ms(w,
		chance(w, 80) ? 1000 + (int64_t)draw(w, 40000) : (int64_t)draw(w, 16 * 60 * 1000));
}

static void
begin_episode(struct walk *w, uint64_t seed)
{
	w->random = seed;
	w->trace_len = 0;
	w->failed = false;
	w->pending_count = 0;
	w->world.messenger.count = 0;
	w->names = 0;
	functions_reset(&w->world.functions);
	/* Each begins at the same moment of an hour, so that it runs alone as it does among others. */
	w->world.clock.offset_ms += HOUR_MS - now_ms(w) % HOUR_MS;
	tell(w, "episode %llu", (unsigned long long)seed);
	make_pool(w);
	make_users(w);
}

static bool
episode(struct walk *w, uint64_t seed)
{
	begin_episode(w, seed);
	const unsigned long until = w->stats.begun + SEQUENCES_AN_EPISODE;
	while (w->stats.begun < until && !w->failed && w->pending_count < PENDING_MAX - 40) {
		const uint64_t move = draw(w, 100);
		if (move < 22)
			begin_random(w);
		else if (move < 76)
			answer_random(w);
		else if (move < 92)
			live_random(w, (int)draw(w, NOBODY));
		else
			pass_time(w);
	}
	for (int i = 0; i < NOBODY && !w->failed; i++)
		rescue(w, i);
	if (w->failed)
		printf("%.*s\n", (int)w->trace_len, w->trace);
	return !w->failed;
}

static void
report(const struct walk *w, unsigned long failed)
{
	const struct stats *s = &w->stats;
	printf("sign-ins begun %lu, answers right %lu, wrong %lu, illegal %lu; tokens %lu; calls %lu\n",
		s->begun, s->right, s->wrong, s->illegal, s->tokens, s->moves);
	printf("answered:");
	for (int i = 0; i < CHALLENGES; i++)
		printf(" %s %lu", challenge_names[i], s->answered[i]);
	printf(" recovery codes %lu", s->papers);
	printf("\nusers who got in at the end %lu, of them with an administrator's help %lu\n", s->rescued,
		s->by_admin);
	printf("%lu passed, %lu failed\n", s->begun - failed, failed);
}

/* run_walk [FIRST_EPISODE [SIGN_INS]]; SIGN_INS 0 is one episode, with its story. */
int
main(int argc, char **argv)
{
	static struct walk w;
	const uint64_t first = argc > 1 ? strtoull(argv[1], NULL, 10) : 1;
	const unsigned long count = argc > 2 ? strtoul(argv[2], NULL, 10) : 10000;
	world_open(&w.world);
	w.world.env.functions = &w.world.functions.port;
	w.srp = srp_client_new(NULL);
	w.trace = lg_arena_alloc(w.world.arena, TRACE_MAX);
	w.pending = lg_arena_array(w.world.arena, PENDING_MAX, sizeof(*w.pending));
	if (!w.trace || !w.pending)
		return 2;

	unsigned long failed = 0;
	for (uint64_t seed = first; (seed == first || w.stats.begun < count) && failed < 3; seed++)
		failed += !episode(&w, seed);
	if (!count && !failed)
		printf("%.*s\n", (int)w.trace_len, w.trace);
	report(&w, failed);
	srp_client_free(w.srp);
	world_close(&w.world);
	return failed ? 1 : 0;
}
