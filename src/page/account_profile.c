#include "page/account.h"

#include "domain/message/notice.h"
#include "domain/user/attributes.h"
#include "page/attributes.h"
#include "page/form.h"
#include "page/state.h"

#define S LG_STR_INIT
#define PROFILE LG_STR("/account/profile")
#define CONTACT LG_STR("/account/contact")
#define VERIFY LG_STR("/account/verify")
#define STEP_VERIFY LG_STR("VERIFY")
#define CODE LG_STR("code")
#define VERIFY_MS (24 * LG_HOUR_MS) /* as long as the code is good */

static const lg_str contacts[LG_CONTACTS] = { S("email"), S("phone_number") };

static bool
is_contact(lg_str attribute)
{
	return lg_str_eq(attribute, contacts[0]) || lg_str_eq(attribute, contacts[1]);
}

/* Attributes of a page that this client may show and change. */
static bool
is_editable(const struct lg_page *pg, const struct lg_idp_schema_attribute_type *schema, bool of_contact)
{
	const struct lg_pool *pool = pg->request.pool;
	return lg_attribute_is_typed(schema) && is_contact(schema->name) == of_contact && schema->mutable.v
	       && lg_client_may_read(pool, pg->request.client, schema->name)
	       && lg_client_may_write(pool, pg->request.client, schema->name);
}

/*
 * A client that says what it may write asks for all of it; for any other, a person is shown what is in use:
 * few pools need the whole of the standard.
 */
static bool
is_in_use(const struct lg_page *pg, const struct lg_idp_schema_attribute_type *schema)
{
	static const lg_str usual[] = { S("given_name"), S("family_name"), S("nickname"), S("birthdate"),
		S("email"), S("phone_number") };
	if (pg->request.client->type->write_attributes.count || schema->required.v
	    || lg_str_starts(schema->name, LG_STR("custom:"))
	    || !lg_str_empty(lg_user_attribute(pg->browser.user, schema->name)))
		return true;
	for (size_t i = 0; i < LG_LEN(usual); i++) {
		if (lg_str_eq(usual[i], schema->name))
			return true;
	}
	return false;
}

struct edit {
	bool of_contact;
	struct lg_view view;
	struct lg_idp_attribute_type items[LG_VIEW_FIELDS];
	struct lg_idp_attribute_list_type changes;
	bool wrong;
};

/* One field: what was typed, or what there is; a change is noted, and a problem beside it. */
static lg_status
take(struct lg_page *pg, struct edit *edit, const struct lg_idp_schema_attribute_type *schema)
{
	const lg_str old = lg_user_attribute(pg->browser.user, schema->name);
	lg_str typed = LG_STR_NONE, name, problem = LG_STR_NONE;
	if (pg->is_post)
		LG_TRY(lg_attribute_typed(pg, schema, &typed));
	LG_TRY(lg_attribute_field_name(pg->cx, schema->name, &name));
	LG_TRY(lg_attribute_field(
		pg, &edit->view, schema, lg_str_present(typed) ? typed : old, schema->required.v));
	if (!lg_str_present(typed) || lg_str_eq(typed, old) || (lg_str_empty(typed) && lg_str_empty(old)))
		return LG_OK;
	LG_TRY(lg_attribute_problem(pg, schema, false, schema->required.v, typed, &problem));
	if (lg_str_present(problem)) {
		lg_view_problem(&edit->view, name, problem, LG_STR_NONE);
		edit->wrong = true;
	}
	if (edit->changes.count < LG_VIEW_FIELDS)
		edit->items[edit->changes.count++] =
			(struct lg_idp_attribute_type){ .name = schema->name, .value = typed };
	return LG_OK;
}

static lg_status
read_edit(struct lg_page *pg, struct edit *edit, lg_str page)
{
	const struct lg_pool *pool = pg->request.pool;
	edit->changes = (struct lg_idp_attribute_list_type){ .items = edit->items, .has = true };
	LG_TRY(lg_account_begin(pg, &edit->view, page));
	for (size_t i = 0; i < pool->schema_count; i++) {
		if (is_editable(pg, &pool->schema[i], edit->of_contact) && is_in_use(pg, &pool->schema[i]))
			LG_TRY(take(pg, edit, &pool->schema[i]));
	}
	if (edit->view.field_count)
		edit->view.primary = lg_view_action(LG_STR("button.save"), LG_STR("save"));
	return LG_OK;
}

/* ---- verification ---- */

static lg_status
go_verify(struct lg_page *pg, const struct lg_delivery *delivery)
{
	lg_str *attribute = lg_new(pg->cx, lg_str);
	if (!attribute)
		return lg_fail_default(pg->cx, LG_E_NO_MEMORY);
	*attribute = delivery->attribute;
	struct lg_rec_page_state state = {
		.required = { attribute, 1, true },
		.destination = delivery->masked,
		.medium = delivery->medium,
		.sent = { true, pg->cx->now },
		.expires = { true, lg_time_add_ms(pg->cx->now, VERIFY_MS) },
	};
	return lg_account_go(pg, VERIFY, STEP_VERIFY, &state);
}

static lg_status
send_code(struct lg_page *pg, lg_str attribute, struct lg_delivery *ret)
{
	return lg_attribute_send_code(pg->cx, pg->env, pg->request.pool, pg->request.client,
		pg->browser.user, attribute, NULL, ret);
}

static lg_status
show_verify(struct lg_page *pg, lg_status s, lg_str field)
{
	struct lg_view view = { .field_count = 0 };
	LG_TRY(lg_account_begin(pg, &view, LG_STR("account_verify")));
	const bool sms = lg_str_eq(pg->state.medium, LG_STR("SMS"));
	view.lead = lg_text_with(sms ? LG_STR("code.lead_sms") : LG_STR("code.lead_email"),
		LG_STR("destination"), pg->state.destination);
	view.sent = pg->state.sent.v;
	struct lg_view_field *code = lg_view_field(&view, LG_FIELD_CODE, CODE, LG_STR("field.code"));
	code->autocomplete = LG_STR("one-time-code");
	code->required = true;
	view.primary = lg_view_action(LG_STR("button.confirm"), LG_STR("verify"));
	lg_view_way(&view, LG_STR("link.resend"), LG_STR("resend"));
	return lg_account_show(pg, &view, s, field);
}

lg_status
lg_page_account_verify(struct lg_page *pg)
{
	struct lg_delivery delivery;
	lg_str code;
	if (!lg_str_eq(pg->state.step, STEP_VERIFY) || pg->state.required.count != 1)
		return lg_page_go(pg, CONTACT);
	if (!pg->is_post)
		return show_verify(pg, LG_OK, LG_STR_NONE);
	const lg_str attribute = pg->state.required.items[0];
	/* Pressed twice: the first time did it. */
	if (lg_user_verified(pg->browser.user, attribute)
	    && lg_str_empty(lg_attribute_pending(pg->browser.user, attribute)))
		return lg_account_done(pg, CONTACT, LG_STR("notice.verified"));
	if (lg_form_action(pg, LG_STR("resend"))) {
		const lg_status sent = send_code(pg, attribute, &delivery);
		return lg_failed(sent) ? show_verify(pg, sent, LG_STR_NONE) : go_verify(pg, &delivery);
	}
	LG_TRY(lg_form_code(pg, CODE, &code));
	const struct lg_notice_former former = lg_notice_former(pg->browser.user);
	const lg_status s = lg_attribute_verify(
		pg->cx, pg->env, pg->request.pool, pg->browser.user, attribute, code);
	if (lg_failed(s))
		return show_verify(pg, s, CODE);
	lg_notice_moved(pg->cx, pg->env, pg->request.pool, pg->browser.user, &former);
	return lg_account_done(pg, CONTACT, LG_STR("notice.verified"));
}

/* ---- the two pages ---- */

static lg_status
save(struct lg_page *pg, struct edit *edit, lg_str path)
{
	struct lg_delivery deliveries[LG_CONTACTS];
	size_t count;
	if (edit->wrong)
		return lg_page_show(pg, 400, &edit->view);
	if (edit->changes.count == 0)
		return lg_account_done(pg, path, LG_STR("notice.unchanged"));
	const struct lg_notice_former former = lg_notice_former(pg->browser.user);
	const lg_status s = lg_attributes_update(pg->cx, pg->env, pg->request.pool, pg->request.client,
		pg->browser.user, &edit->changes, NULL, deliveries, &count);
	/* What was changed is, when its code could not be sent: another one can be asked for. */
	if (lg_failed(s))
		return lg_account_show(pg, &edit->view, s, LG_STR_NONE);
	lg_notice_moved(pg->cx, pg->env, pg->request.pool, pg->browser.user, &former);
	return count ? go_verify(pg, &deliveries[0]) : lg_account_done(pg, path, LG_STR("notice.saved"));
}

lg_status
lg_page_account_profile(struct lg_page *pg)
{
	struct edit *edit = lg_new(pg->cx, struct edit);
	if (!edit)
		return lg_fail_default(pg->cx, LG_E_NO_MEMORY);
	LG_TRY(read_edit(pg, edit, LG_STR("account_profile")));
	return pg->is_post ? save(pg, edit, PROFILE) : lg_page_show(pg, 200, &edit->view);
}

/* An address that takes the place of the present one as soon as it is proven. */
static lg_status
add_pending(struct lg_page *pg, struct lg_view *view, lg_str attribute)
{
	const lg_str value = lg_attribute_pending(pg->browser.user, attribute);
	struct lg_view_item *item;
	if (lg_str_empty(value) || !lg_client_may_read(pg->request.pool, pg->request.client, attribute))
		return LG_OK;
	LG_TRY(lg_view_item(pg->cx, view, &item));
	item->title = lg_account_raw(value);
	item->detail = lg_text(LG_STR("contact.pending"));
	item->id = attribute;
	lg_view_item_button(item, LG_STR("button.verify"), LG_STR("verify"));
	return LG_OK;
}

/* The addresses that there are, and whether they were proven. */
static lg_status
add_contacts(struct lg_page *pg, struct lg_view *view)
{
	for (size_t i = 0; i < LG_CONTACTS; i++) {
		const lg_str value = lg_user_attribute(pg->browser.user, contacts[i]);
		const bool verified = lg_user_verified(pg->browser.user, contacts[i]);
		struct lg_view_item *item;
		LG_TRY(add_pending(pg, view, contacts[i]));
		if (lg_str_empty(value)
		    || !lg_client_may_read(pg->request.pool, pg->request.client, contacts[i]))
			continue;
		LG_TRY(lg_view_item(pg->cx, view, &item));
		item->title = lg_account_raw(value);
		item->detail = lg_text(verified ? LG_STR("contact.verified") : LG_STR("contact.unverified"));
		item->id = contacts[i];
		if (!verified && lg_str_empty(lg_attribute_pending(pg->browser.user, contacts[i])))
			lg_view_item_button(item, LG_STR("button.verify"), LG_STR("verify"));
	}
	return LG_OK;
}

lg_status
lg_page_account_contact(struct lg_page *pg)
{
	bool asked;
	LG_TRY(lg_account_fresh(pg, CONTACT, &asked));
	if (asked)
		return LG_OK;
	struct edit *edit = lg_new(pg->cx, struct edit);
	if (!edit)
		return lg_fail_default(pg->cx, LG_E_NO_MEMORY);
	edit->of_contact = true;
	LG_TRY(read_edit(pg, edit, LG_STR("account_contact")));
	LG_TRY(add_contacts(pg, &edit->view));
	if (!pg->is_post)
		return lg_page_show(pg, 200, &edit->view);
	if (!lg_form_action(pg, LG_STR("verify")))
		return save(pg, edit, CONTACT);
	struct lg_delivery delivery;
	const lg_status s = send_code(pg, lg_form_get(pg, LG_STR("id")), &delivery);
	return lg_failed(s) ? lg_account_show(pg, &edit->view, s, LG_STR_NONE) : go_verify(pg, &delivery);
}
