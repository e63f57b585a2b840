#include "domain/transfer/pool_csv.h"

#include <string.h>

#include "base/buf.h"
#include "domain/transfer/archive_memory.h"
#include "domain/transfer/import_csv.h"
#include "domain/user/user.h"
#include "store/bulk.h"

#define USERS_AT_ONCE 100
#define PAGE_BYTES ((size_t)32 << 20)

struct csv {
	struct lg_env *env;
	const struct lg_pool *pool;
	struct lg_str_list columns;
	struct lg_pool_csv done;
};

/* "," separates and "\," is a comma; there is no way to say a line break, or a backslash at the end. */
static void
put_value(struct csv *csv, struct lg_buf *line, lg_str value)
{
	bool changed = false;
	for (size_t i = 0; i < value.len; i++) {
		const char c = value.ptr[i];
		if (c == ',')
			lg_buf_byte(line, '\\');
		const bool broken = c == '\n' || c == '\r';
		changed = changed || broken;
		lg_buf_byte(line, broken ? ' ' : (unsigned char)c);
	}
	if (value.len && value.ptr[value.len - 1] == '\\') {
		lg_buf_byte(line, ' ');
		changed = true;
	}
	csv->done.changed += changed;
}

/* "YYYY-MM-DD" becomes "MM/DD/YYYY". */
static void
put_date(struct csv *csv, struct lg_buf *line, lg_str value)
{
	if (value.len != 10 || value.ptr[4] != '-' || value.ptr[7] != '-') {
		put_value(csv, line, value);
		return;
	}
	lg_buf_fmt(line, "%.*s/%.*s/%.*s", LG_FMT(lg_str_slice(value, 5, 7)),
		LG_FMT(lg_str_slice(value, 8, 10)), LG_FMT(lg_str_slice(value, 0, 4)));
}

/* Where a contact attribute is the user name, it stands there instead of the sub. */
static lg_str
username_of(const struct csv *csv, const struct lg_user *user)
{
	const struct lg_name_rules *rules = &csv->pool->names;
	const lg_str email = lg_user_attribute(user, LG_STR("email"));
	if (rules->email_username && lg_str_present(email))
		return email;
	if (rules->email_username || rules->phone_username)
		return lg_user_attribute(user, LG_STR("phone_number"));
	return user->username;
}

static void
put_column(struct csv *csv, struct lg_buf *line, const struct lg_user *user, lg_str column)
{
	const lg_str value = lg_user_attribute(user, column);
	if (lg_str_eq(column, LG_IMPORT_USERNAME))
		put_value(csv, line, username_of(csv, user));
	else if (lg_str_eq(column, LG_IMPORT_MFA))
		lg_buf_put(line, user->row.mfa.enabled.count ? LG_STR("TRUE") : LG_STR("FALSE"));
	else if (lg_str_ends(column, LG_STR("_verified")))
		lg_buf_put(line, lg_str_eq(value, LG_STR("true")) ? LG_STR("TRUE") : LG_STR("FALSE"));
	else if (lg_str_eq(column, LG_STR("birthdate")))
		put_date(csv, line, value);
	else
		put_value(csv, line, value);
}

static lg_status
put_user(struct lg_ctx *cx, struct csv *csv, struct lg_buf *text, const struct lg_user_row *row)
{
	if (row->status == LG_USER_EXTERNAL_PROVIDER) {
		csv->done.external++;
		return LG_OK;
	}
	struct lg_user *user;
	LG_TRY(lg_user_of_row(cx, row, &user));
	for (size_t i = 0; i < csv->columns.count; i++) {
		if (i)
			lg_buf_byte(text, ',');
		put_column(csv, text, user, csv->columns.items[i]);
	}
	lg_buf_byte(text, '\n');
	csv->done.users++;
	return LG_OK;
}

static lg_status
put_header(struct lg_ctx *cx, const struct csv *csv, struct lg_sink *sink)
{
	struct lg_buf text = lg_buf_start(cx, PAGE_BYTES);
	for (size_t i = 0; i < csv->columns.count; i++) {
		if (i)
			lg_buf_byte(&text, ',');
		lg_buf_put(&text, csv->columns.items[i]);
	}
	lg_buf_byte(&text, '\n');
	lg_str line;
	LG_TRY(lg_buf_finish(cx, &text, &line));
	return sink->write(sink, cx, line);
}

lg_status
lg_pool_csv_export(struct lg_ctx *cx, struct lg_env *env, lg_str pool_id, struct lg_sink *sink,
	struct lg_watch *watch, struct lg_pool_csv *ret)
{
	struct csv csv = { .env = env };
	LG_TRY(lg_pool_find(cx, env, pool_id, &csv.pool));
	LG_TRY(lg_import_columns(cx, csv.pool, false, &csv.columns));
	LG_TRY(put_header(cx, &csv, sink));
	LG_CLEANUP(lg_archive_memory_done) struct lg_archive_memory page = { 0 };
	LG_TRY(lg_archive_memory_begin(cx, &page));
	unsigned char after[LG_UID_SIZE] = { 0 };
	size_t count;
	do {
		struct lg_bulk_user *users;
		LG_TRY(lg_store_bulk_users(
			env->store, &page.cx, csv.pool->pool, after, USERS_AT_ONCE, &users, &count));
		struct lg_buf text = lg_buf_start(&page.cx, PAGE_BYTES);
		for (size_t i = 0; i < count; i++)
			LG_TRY(put_user(&page.cx, &csv, &text, &users[i].row));
		if (count)
			memcpy(after, users[count - 1].row.uid, sizeof(after));
		lg_str lines;
		LG_TRY(lg_buf_finish(&page.cx, &text, &lines));
		LG_TRY(sink->write(sink, &page.cx, lines));
		if (watch)
			watch->users(watch, csv.done.users);
		lg_archive_memory_rewind(&page);
	} while (count == USERS_AT_ONCE);
	*ret = csv.done;
	return LG_OK;
}
