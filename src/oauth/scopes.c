#include "oauth/scopes.h"

#include "base/buf.h"
#include "domain/pool/resource_server.h"
#include "domain/pool/scope.h"

#define SCOPES_MAX ((size_t)8 * 1024)

/* May the client have it now? A custom one has to be a resource server's still. */
static bool
may_have(const struct lg_client *client, lg_str scope)
{
	return lg_resource_scope_is_custom(scope)
		       ? lg_str_list_has(&client->custom_scopes, scope)
		       : lg_str_list_has(&client->type->allowed_oauth_scopes, scope);
}

static void
add_scope(struct lg_buf *joined, lg_str scope)
{
	if (joined->len)
		lg_buf_byte(joined, ' ');
	lg_buf_put(joined, scope);
}

static lg_status
all_scopes(struct lg_ctx *cx, const struct lg_client *client, lg_str *ret)
{
	const struct lg_str_list *list = &client->type->allowed_oauth_scopes;
	struct lg_buf joined = lg_buf_start(cx, SCOPES_MAX);
	for (size_t i = 0; i < list->count; i++)
		if (may_have(client, list->items[i]))
			add_scope(&joined, list->items[i]);
	return lg_buf_finish(cx, &joined, ret);
}

lg_status
lg_oauth_scopes(struct lg_ctx *cx, const struct lg_client *client, lg_str asked, lg_str *ret)
{
	struct lg_buf joined = lg_buf_start(cx, SCOPES_MAX);
	lg_str seen = LG_STR("");
	if (!lg_str_present(asked))
		return all_scopes(cx, client, ret);
	for (lg_str rest = asked; lg_str_present(rest);) {
		const lg_str scope = lg_str_cut(&rest, ' ');
		if (lg_str_empty(scope) || lg_scope_holds(seen, scope))
			continue;
		if (!may_have(client, scope))
			return lg_fail(cx, LG_E_OAUTH_INVALID_SCOPE, "invalid_scope");
		add_scope(&joined, scope);
		seen = lg_str_slice(asked, 0, (size_t)(scope.ptr - asked.ptr) + scope.len);
	}
	return lg_buf_finish(cx, &joined, ret);
}
