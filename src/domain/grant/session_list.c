#include "domain/grant/session_track.h"

#include <string.h>

#include "domain/grant/browser_list.h"
#include "domain/grant/session_id.h"
#include "domain/page.h"

#define PAGE_MAX LG_SESSIONS_MAX

/* A place in the list, as bytes: last use and id. */
#define PLACE_SIZE (sizeof(int64_t) + LG_SID_SIZE)

static lg_status
open_place(struct lg_ctx *cx, lg_str after, struct lg_tracked_session *ret)
{
	if (after.len != PLACE_SIZE)
		return lg_fail(cx, LG_E_INVALID_PARAMETER, "Invalid pagination token");
	memcpy(&ret->active.ms, after.ptr, sizeof(int64_t));
	memcpy(ret->sid, after.ptr + sizeof(int64_t), LG_SID_SIZE);
	return LG_OK;
}

static lg_status
make_place(struct lg_ctx *cx, const struct lg_tracked_session *last, lg_str *ret)
{
	return lg_str_concat(cx, (const lg_str[]){ lg_str_from_bytes(&last->active.ms, sizeof(int64_t)),
		lg_str_from_bytes(last->sid, LG_SID_SIZE) }, 2, ret);
}

static lg_status
describe(struct lg_ctx *cx, struct lg_env *env, const struct lg_session_owner *owner,
	const struct lg_tracked_session *session, struct lg_idp_session_description_type *ret)
{
	struct lg_idp_session_location_type *location = lg_new(cx, struct lg_idp_session_location_type);
	if (!location)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	location->country = LG_STR("unknown"); /* docs/DIFFERENCES.md: LastLocation */

	*ret = (struct lg_idp_session_description_type){
		.session_type = LG_IDP_SESSION_TYPE_TYPE_TOKEN,
		.client_id = session->client_id,
		.create_date = session->detail.created,
		.last_active_date = { true, session->active },
		.device_type = session->detail.device_type,
		.last_ip_address = session->detail.last_ip,
		.last_location = location,
		.origin_session_id = session->detail.browser,
		.is_current_session = { true,
			owner->current && lg_bytes_eq(session->sid, owner->current, LG_SID_SIZE) },
	};
	return lg_session_name_make(cx, env, owner->pool->pool, session->sid, &ret->session_id);
}

/* He is read anew, with the credential that ends a browser session when it changes. */
static lg_status
read_browsers(struct lg_ctx *cx, struct lg_env *env, const struct lg_session_owner *owner,
	struct lg_browser_entry **ret, size_t *ret_count)
{
	struct lg_user *user;
	LG_TRY(lg_user_find_uid(cx, env, owner->pool, owner->user->row.uid, LG_PART_CREDENTIAL, &user));
	return lg_browser_list(cx, env, user, ret, ret_count);
}

static lg_status
describe_browser(struct lg_ctx *cx, const struct lg_browser_entry *browser,
	struct lg_idp_session_description_type *ret)
{
	struct lg_idp_session_location_type *location = lg_new(cx, struct lg_idp_session_location_type);
	if (!location)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	location->country = LG_STR("unknown");
	*ret = (struct lg_idp_session_description_type){
		.session_id = browser->id,
		.session_type = LG_IDP_SESSION_TYPE_TYPE_SSO,
		.client_id = browser->client_id,
		.create_date = { true, browser->created },
		.last_active_date = { true, browser->auth_time },
		.device_type = browser->device_type,
		.last_ip_address = browser->last_ip,
		.last_location = location,
		.is_current_session = { true, false },
	};
	return LG_OK;
}

/* Without its client a session opens nothing, and is none any more. */
static lg_status
has_client(struct lg_ctx *cx, struct lg_env *env, const struct lg_session_owner *owner, lg_str client_id,
	bool *ret)
{
	const struct lg_client *client;
	lg_status s = lg_client_find_in(cx, env, owner->pool, client_id, &client);
	*ret = !lg_failed(s);
	return s.code == LG_E_RESOURCE_NOT_FOUND ? LG_OK : s;
}

lg_status
lg_session_list(struct lg_ctx *cx, struct lg_env *env, const struct lg_session_owner *owner,
	lg_str next_token, struct lg_idp_sessions_list_type *ret, lg_str *ret_token)
{
	const struct lg_page_query query = { .pool = owner->pool->pool, .operation = owner->operation,
		.parts = { owner->user->sub } };
	lg_str after;
	struct lg_tracked_session last, *sessions;
	size_t count;
	LG_TRY(lg_page_open(cx, env, &query, next_token, &after));
	if (lg_str_present(after))
		LG_TRY(open_place(cx, after, &last));
	LG_TRY(lg_store_session_page(env->store, cx, &owner->user->row, lg_str_present(after) ? &last : NULL,
		PAGE_MAX + 1, &sessions, &count));
	const bool more = count > PAGE_MAX;
	if (more)
		count = PAGE_MAX;

	/* Browser sessions are few, and stand behind all others, on the last page. */
	struct lg_browser_entry *browsers = NULL;
	size_t browser_count = 0;
	if (!more)
		LG_TRY(read_browsers(cx, env, owner, &browsers, &browser_count));
	ret->items = lg_new_array(cx, struct lg_idp_session_description_type, count + browser_count);
	if (!ret->items)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	ret->has = true;
	for (size_t i = 0; i < count; i++) {
		bool alive;
		LG_TRY(has_client(cx, env, owner, sessions[i].client_id, &alive));
		if (alive)
			LG_TRY(describe(cx, env, owner, &sessions[i], &ret->items[ret->count++]));
	}
	for (size_t i = 0; i < browser_count; i++)
		LG_TRY(describe_browser(cx, &browsers[i], &ret->items[ret->count++]));
	if (!more)
		return LG_OK;
	LG_TRY(make_place(cx, &sessions[count - 1], &after));
	return lg_page_make(cx, env, &query, after, ret_token);
}
