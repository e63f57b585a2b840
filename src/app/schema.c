#include "app/command.h"

#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#include "app/transfer.h"
#include "codec/bytes.h"
#include "domain/pool/pool_admin.h"
#include "domain/pool/schema_change.h"

#define WAIT_US 500000

static void
print_list(const char *what, const struct lg_str_list *list)
{
	printf("%s", what);
	for (size_t i = 0; i < list->count; i++)
		printf(" %.*s", LG_FMT(list->items[i]));
	puts(list->count ? "" : " none");
}

/* What is in force now. */
static lg_status
print_rules(struct lg_ctx *cx, struct lg_env *env, lg_str pool_id)
{
	struct lg_pool_row row;
	LG_TRY(lg_pool_row_read(cx, env, pool_id, &row));
	const struct lg_idp_user_pool_type *type = row.settings.type;
	const bool sensitive =
		!type->username_configuration || type->username_configuration->case_sensitive.v;
	print_list("Alias attributes:", &type->alias_attributes);
	print_list("Username attributes:", &type->username_attributes);
	printf("User names: case-%s\n", sensitive ? "sensitive" : "insensitive");
	printf("Required attributes:");
	for (size_t i = 0; i < type->schema_attributes.count; i++)
		if (type->schema_attributes.items[i].required.v)
			printf(" %.*s", LG_FMT(type->schema_attributes.items[i].name));
	puts("");
	return LG_OK;
}

static lg_status
print_collision(struct lg_ctx *cx, const struct lg_rec_schema_collision *one)
{
	lg_str first = LG_STR("a sub"), second;
	if (lg_str_present(one->first))
		LG_TRY(lg_uuid_encode(cx, (const unsigned char *)one->first.ptr, &first));
	LG_TRY(lg_uuid_encode(cx, (const unsigned char *)one->second.ptr, &second));
	printf("  %.*s: %.*s and %.*s\n", LG_FMT(one->attribute), LG_FMT(first), LG_FMT(second));
	return LG_OK;
}

static lg_status
print_change(struct lg_ctx *cx, const struct lg_rec_schema_change *change)
{
	const bool ended = lg_str_present(change->outcome);
	printf("Change \"%.*s\": %.*s", LG_FMT(change->wish), LG_FMT(change->state));
	if (ended)
		printf(", %.*s", LG_FMT(change->outcome));
	printf("; users seen %" PRId64 "\n", change->seen.v);
	if (change->missing.v)
		printf("Users who lack what will be required: %" PRId64 "\n", change->missing.v);
	if (ended && lg_str_present(change->reason))
		printf("%.*s\n", LG_FMT(change->reason));
	if (!change->collision_count.v)
		return LG_OK;
	printf("Users who would have one name: %" PRId64 " pairs\n", change->collision_count.v);
	for (size_t i = 0; i < change->collisions.count; i++)
		LG_TRY(print_collision(cx, &change->collisions.items[i]));
	return LG_OK;
}

static lg_status
print(struct lg_ctx *cx, struct lg_env *env, lg_str pool_id)
{
	struct lg_rec_schema_change change;
	bool there;
	LG_TRY(print_rules(cx, env, pool_id));
	LG_TRY(lg_schema_change_read(cx, env, pool_id, &change, &there));
	if (!there) {
		puts("No change was asked for.");
		return LG_OK;
	}
	return print_change(cx, &change);
}

/* Until nothing is left to do for any pool: for a store that no server has open. */
static lg_status
work(struct lg_ctx *cx, struct lg_transfer *transfer, lg_str pool_id)
{
	struct lg_env *env = &transfer->runtime.env;
	bool worked = true, there = true;
	struct lg_rec_schema_change change = { 0 };
	do {
		const struct lg_arena_mark mark = lg_arena_mark(cx->arena);
		cx->now = lg_clock_now(env->clock);
		LG_TRY(lg_schema_change_work(cx, env, NULL, &worked));
		LG_TRY(lg_schema_change_read(cx, env, pool_id, &change, &there));
		transfer->progress.watch.users(&transfer->progress.watch, change.seen.v);
		if (!worked)
			usleep(WAIT_US);
		there = there && !lg_str_eq(change.state, LG_STR("ended"));
		lg_arena_rewind(cx->arena, mark);
	} while (there);
	lg_progress_end(&transfer->progress);
	return LG_OK;
}

int
lg_cmd_schema(struct lg_ctx *cx, const struct lg_cli *cli)
{
	const lg_str pool_id = cli->transfer.pool;
	if (!lg_str_present(pool_id))
		return lg_usage_error(LG_STR("schema needs --pool ID"));
	struct lg_transfer *transfer = lg_new(cx, struct lg_transfer);
	if (!transfer)
		return lg_usage_error(LG_STR("out of memory"));
	int code = lg_transfer_open(cx, cli, false, transfer);
	if (code == LG_EXIT_OK) {
		lg_status s = cli->transfer.work ? work(cx, transfer, pool_id) : LG_OK;
		if (!lg_failed(s))
			s = print(cx, &transfer->runtime.env, pool_id);
		code = lg_failed(s) ? lg_say_failure(cx, s, LG_EXIT_DATA) : LG_EXIT_OK;
	}
	lg_transfer_close(cx, transfer);
	return code;
}
