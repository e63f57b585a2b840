#include "domain/user/attributes.h"

#include <string.h>

#include "domain/auth/lockout.h"
#include "domain/auth/mfa.h"
#include "domain/pool/schema.h"
#include "domain/user/user_edit.h"

static const struct contact {
	lg_str name;
	lg_str flag;
	enum lg_code_purpose purpose;
} contacts[LG_CONTACTS] = {
	{ LG_STR_INIT("email"), LG_STR_INIT("email_verified"), LG_CODE_EMAIL },
	{ LG_STR_INIT("phone_number"), LG_STR_INIT("phone_number_verified"), LG_CODE_PHONE },
};

static const struct contact *
find_contact(lg_str name)
{
	for (size_t i = 0; i < LG_CONTACTS; i++)
		if (lg_str_eq(contacts[i].name, name))
			return &contacts[i];
	return NULL;
}

lg_str
lg_attribute_pending(const struct lg_user *user, lg_str name)
{
	const struct lg_rec_pending_attribute_list *pending = &user->row.profile.pending;
	for (size_t i = 0; i < pending->count; i++)
		if (lg_str_eq(pending->items[i].name, name))
			return pending->items[i].value;
	return LG_STR_NONE;
}

/* An absent value ends the wait. */
static lg_status
set_pending(struct lg_ctx *cx, struct lg_user *user, lg_str name, lg_str value)
{
	struct lg_rec_pending_attribute_list *pending = &user->row.profile.pending;
	struct lg_rec_pending_attribute *items =
		lg_new_array(cx, struct lg_rec_pending_attribute, pending->count + 1);
	if (!items)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	size_t count = 0;
	for (size_t i = 0; i < pending->count; i++)
		if (!lg_str_eq(pending->items[i].name, name))
			items[count++] = pending->items[i];
	if (lg_str_present(value))
		items[count++] = (struct lg_rec_pending_attribute){ .name = name, .value = value };
	*pending = (struct lg_rec_pending_attribute_list){ .items = items, .count = count, .has = true };
	return LG_OK;
}

/* A batch in the making, with the messages that go out when it is committed. */
struct edit {
	struct lg_ctx *cx;
	struct lg_env *env;
	const struct lg_pool *pool;
	struct lg_user *user;
	const struct lg_idp_attribute_list_type *asked;
	struct lg_code_reason reason;
	struct lg_user_names before;
	unsigned parts; /* that change beside the profile */
	struct lg_batch *batch;
	struct lg_pending_message *messages[LG_CONTACTS];
	struct lg_delivery deliveries[LG_CONTACTS];
	size_t count;
};

static lg_status
begin(struct edit *edit)
{
	LG_TRY(lg_user_names(edit->cx, edit->env, edit->pool, edit->user, &edit->before));
	return lg_store_batch(edit->env->store, edit->cx, &edit->batch);
}

static lg_status
finish(struct edit *edit)
{
	LG_TRY(lg_user_write_names(edit->batch, edit->cx, edit->env, edit->pool, edit->user, &edit->before));
	lg_store_user_update(edit->batch, &edit->user->row, LG_PART_PROFILE | edit->parts);
	LG_TRY(lg_user_commit(edit->cx, edit->batch));
	for (size_t i = 0; i < edit->count; i++)
		LG_TRY(lg_code_send(edit->cx, edit->env, edit->messages[i]));
	return LG_OK;
}

static lg_status
issue(struct edit *edit, const struct contact *contact, lg_str to)
{
	struct lg_delivery *delivery = &edit->deliveries[edit->count];
	LG_TRY(lg_delivery_make(edit->cx, contact->name, to, delivery));
	LG_TRY(lg_code_issue(edit->cx, edit->env, edit->batch, edit->pool, &edit->reason, edit->user,
		contact->purpose, delivery, &edit->messages[edit->count]));
	edit->count++;
	return LG_OK;
}

/* The last value that was asked for; absent when none was. */
static lg_str
asked_value(const struct edit *edit, lg_str name)
{
	for (size_t i = edit->asked->count; i > 0; i--)
		if (lg_str_eq(edit->asked->items[i - 1].name, name))
			return edit->asked->items[i - 1].value;
	return LG_STR_NONE;
}

/* A second factor that nothing can reach would shut its user out: it goes with its address. */
static lg_status
drop_factor(struct edit *edit, const struct contact *contact)
{
	struct lg_user *user = edit->user;
	const struct lg_mfa_method *method = lg_mfa_method_of(contact->name);
	if (!method || !lg_mfa_enabled(user, method->name))
		return LG_OK;
	lg_mfa_disable(user, method->name);
	edit->parts = LG_PART_MFA;
	if (user->row.mfa.enabled.count
		|| !lg_str_eq(edit->pool->type->mfa_configuration, LG_IDP_USER_POOL_MFA_TYPE_ON))
		return LG_OK;
	return lg_fail(edit->cx, LG_E_INVALID_PARAMETER,
		"%.*s is the user's only second factor, and the user pool requires one.",
		LG_FMT(method->name));
}

static lg_status
change_contact(struct edit *edit, const struct contact *contact, lg_str value)
{
	/* Whatever waited is abandoned; the value that is there already needs no new proof. */
	const struct lg_idp_user_pool_type *type = edit->pool->type;
	LG_TRY(set_pending(edit->cx, edit->user, contact->name, LG_STR_NONE));
	if (lg_str_eq(lg_user_attribute(edit->user, contact->name), value))
		return LG_OK;
	lg_code_drop(edit->batch, edit->user, contact->purpose);
	if (lg_str_empty(value))
		LG_TRY(drop_factor(edit, contact));

	const bool proven = lg_str_eq_nocase(asked_value(edit, contact->flag), LG_STR("true"));
	const struct lg_str_list *keep =
		&type->user_attribute_update_settings->attributes_require_verification_before_update;
	if (lg_str_empty(value) || proven || !lg_str_list_has(keep, contact->name))
		LG_TRY(lg_user_set_contact(edit->cx, edit->user, contact->name, value, proven));
	else
		LG_TRY(set_pending(edit->cx, edit->user, contact->name, value));
	if (lg_str_empty(value) || proven
		|| !lg_str_list_has(&type->auto_verified_attributes, contact->name))
		return LG_OK;
	return issue(edit, contact, value);
}

/* A flag is about the value that counts: with a new one that waits, it says nothing. */
static lg_status
change_flag(struct edit *edit, const struct contact *contact, lg_str value)
{
	if (lg_str_present(asked_value(edit, contact->name))
		&& lg_str_present(lg_attribute_pending(edit->user, contact->name)))
		return LG_OK;
	const bool has = !lg_str_empty(value) && !lg_str_empty(lg_user_attribute(edit->user, contact->name));
	const bool verified = lg_str_eq_nocase(value, LG_STR("true"));
	return lg_user_set_attribute(edit->cx, edit->user, contact->flag,
		!has ? LG_STR_NONE : verified ? LG_STR("true") : LG_STR("false"));
}

static const struct contact *
find_flag(lg_str name)
{
	for (size_t i = 0; i < LG_CONTACTS; i++)
		if (lg_str_eq(contacts[i].flag, name))
			return &contacts[i];
	return NULL;
}

static lg_status
change(struct edit *edit, lg_str asked_name, lg_str value)
{
	/* An attribute for developers may be named without its prefix. */
	const struct lg_idp_schema_attribute_type *schema = lg_pool_attribute(edit->pool, asked_name);
	const lg_str name = schema ? schema->name : asked_name;
	const struct contact *contact = find_contact(name);
	if (contact)
		return change_contact(edit, contact, value);
	return find_flag(name) ? LG_OK : lg_user_set_attribute(edit->cx, edit->user, name, value);
}

/* Of several values for one attribute the last one counts, and only it gets a code. */
static bool
is_last(const struct lg_idp_attribute_list_type *attributes, size_t at)
{
	for (size_t i = at + 1; i < attributes->count; i++)
		if (lg_str_eq(attributes->items[i].name, attributes->items[at].name))
			return false;
	return true;
}

/* What is required is never taken away. */
static lg_status
check_required(
	struct lg_ctx *cx, const struct lg_pool *pool, const struct lg_idp_attribute_list_type *attributes)
{
	for (size_t i = 0; i < attributes->count; i++) {
		const struct lg_idp_schema_attribute_type *schema =
			lg_pool_attribute(pool, attributes->items[i].name);
		if (schema && schema->required.v && lg_str_empty(attributes->items[i].value))
			return lg_fail(cx, LG_E_INVALID_PARAMETER,
				"Attributes did not conform to the schema: %.*s: The attribute is required",
				LG_FMT(schema->name));
	}
	return LG_OK;
}

/* Where contact attributes are the user names, a user keeps one of them. */
static lg_status
check_name_left(struct lg_ctx *cx, const struct lg_pool *pool, const struct lg_user *user)
{
	const struct lg_name_rules *rules = &pool->names;
	const bool email = rules->email_username && !lg_str_empty(lg_user_attribute(user, LG_STR("email")));
	const bool phone =
		rules->phone_username && !lg_str_empty(lg_user_attribute(user, LG_STR("phone_number")));
	if (email || phone || (!rules->email_username && !rules->phone_username))
		return LG_OK;
	return lg_fail(cx, LG_E_INVALID_PARAMETER, "An attribute that is the username cannot be deleted.");
}

lg_status
lg_attributes_update(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	const struct lg_client *client, struct lg_user *user,
	const struct lg_idp_attribute_list_type *attributes, const struct lg_str_map *metadata,
	struct lg_delivery ret[LG_CONTACTS], size_t *ret_count)
{
	LG_TRY(lg_schema_check(
		cx, pool, client, client ? LG_WRITE_USER : LG_WRITE_ADMIN, user, attributes, false));
	LG_TRY(check_required(cx, pool, attributes));
	struct edit edit = {
		.cx = cx, .env = env, .pool = pool, .user = user, .asked = attributes,
		.reason = { LG_STR("UpdateUserAttribute"), client, metadata },
	};
	LG_TRY(begin(&edit));
	for (size_t i = 0; i < attributes->count; i++)
		if (is_last(attributes, i))
			LG_TRY(change(&edit, attributes->items[i].name, attributes->items[i].value));
	/* Flags come last: what they say is about the values that are there then. */
	for (size_t i = 0; i < LG_CONTACTS; i++) {
		const lg_str flag = asked_value(&edit, contacts[i].flag);
		if (lg_str_present(flag))
			LG_TRY(change_flag(&edit, &contacts[i], flag));
	}
	LG_TRY(check_name_left(cx, pool, user));
	LG_TRY(finish(&edit));
	memcpy(ret, edit.deliveries, sizeof(edit.deliveries));
	*ret_count = edit.count;
	return LG_OK;
}

lg_status
lg_attributes_delete(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	const struct lg_client *client, struct lg_user *user, const struct lg_str_list *names)
{
	/* Deleting is setting to nothing. */
	struct lg_idp_attribute_list_type empty = { .count = names->count, .has = true };
	empty.items = lg_new_array(cx, struct lg_idp_attribute_type, names->count);
	if (!empty.items)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	for (size_t i = 0; i < names->count; i++)
		empty.items[i] =
			(struct lg_idp_attribute_type){ .name = names->items[i], .value = LG_STR("") };
	struct lg_delivery none[LG_CONTACTS];
	size_t count;
	return lg_attributes_update(cx, env, pool, client, user, &empty, NULL, none, &count);
}

static lg_status
no_contact(struct lg_ctx *cx, lg_str name)
{
	return lg_fail(cx, LG_E_INVALID_PARAMETER,
		"User does not have an attribute %.*s that can be verified.", LG_FMT(name));
}

lg_status
lg_attribute_send_code(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool,
	const struct lg_client *client, struct lg_user *user, lg_str name,
	const struct lg_str_map *metadata, struct lg_delivery *ret)
{
	const struct contact *contact = find_contact(name);
	if (!contact)
		return no_contact(cx, name);
	lg_str to = lg_attribute_pending(user, name);
	if (lg_str_empty(to))
		to = lg_user_attribute(user, name);
	if (lg_str_empty(to))
		return no_contact(cx, name);
	LG_TRY(lg_budget_take(cx, env, user, LG_THROTTLE_ATTRIBUTE_CODE));

	struct edit edit = { .cx = cx, .env = env, .pool = pool, .user = user,
		.reason = { LG_STR("VerifyUserAttribute"), client, metadata } };
	LG_TRY(begin(&edit));
	LG_TRY(issue(&edit, contact, to));
	LG_TRY(lg_store_commit(edit.batch));
	LG_TRY(lg_code_send(cx, env, edit.messages[0]));
	*ret = edit.deliveries[0];
	return LG_OK;
}

lg_status
lg_attribute_verify(struct lg_ctx *cx, struct lg_env *env, const struct lg_pool *pool, struct lg_user *user,
	lg_str name, lg_str code)
{
	const struct contact *contact = find_contact(name);
	if (!contact)
		return no_contact(cx, name);
	LG_TRY(lg_budget_take(cx, env, user, LG_THROTTLE_ATTRIBUTE_VERIFY));

	struct edit edit = { .cx = cx, .env = env, .pool = pool, .user = user };
	struct lg_rec_code sent;
	LG_TRY(begin(&edit));
	LG_TRY(lg_code_check(cx, env, edit.batch, user, contact->purpose, code, &sent));
	if (!lg_str_eq(sent.to, lg_attribute_pending(user, name))
		&& !lg_str_eq(sent.to, lg_user_attribute(user, name)))
		return lg_fail_default(cx, LG_E_EXPIRED_CODE);
	LG_TRY(set_pending(cx, user, name, LG_STR_NONE));
	LG_TRY(lg_user_set_contact(cx, user, name, sent.to, true));
	return finish(&edit);
}
