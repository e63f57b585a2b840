#include "page/view.h"

struct lg_view_field *
lg_view_field(struct lg_view *view, enum lg_field_kind kind, lg_str name, lg_str label)
{
	/* The last place is for what is too much; it is not shown. */
	if (view->field_count < LG_VIEW_FIELDS - 1)
		view->field_count++;
	struct lg_view_field *field = &view->fields[view->field_count - 1];
	*field = (struct lg_view_field){ .kind = kind, .name = name, .label = lg_text(label) };
	return field;
}

void
lg_view_choice(struct lg_view_field *field, lg_str value, lg_str label)
{
	if (field->choice_count < LG_VIEW_CHOICES)
		field->choices[field->choice_count++] = (struct lg_view_choice){ value, lg_text(label) };
}

struct lg_view_button
lg_view_action(lg_str label, lg_str action)
{
	return (struct lg_view_button){ lg_text(label), action };
}

void
lg_view_button(struct lg_view *view, lg_str label, lg_str action)
{
	if (view->button_count < LG_VIEW_ACTIONS)
		view->buttons[view->button_count++] = lg_view_action(label, action);
}

void
lg_view_way(struct lg_view *view, lg_str label, lg_str action)
{
	if (view->way_count < LG_VIEW_ACTIONS)
		view->ways[view->way_count++] = lg_view_action(label, action);
}

void
lg_view_link(struct lg_view *view, lg_str label, lg_str address)
{
	if (view->link_count < LG_VIEW_ACTIONS)
		view->links[view->link_count++] = (struct lg_view_link){ lg_text(label), address };
}

void
lg_view_problem(struct lg_view *view, lg_str field, lg_str key, lg_str detail)
{
	const struct lg_text text = lg_text_with(key, LG_STR("detail"), detail);
	for (size_t i = 0; i < view->field_count; i++) {
		if (lg_str_present(field) && lg_str_eq(view->fields[i].name, field) &&
			view->fields[i].kind != LG_FIELD_HIDDEN &&
			view->fields[i].kind != LG_FIELD_CREDENTIAL) {
			view->fields[i].error = text;
			return;
		}
	}
	view->error = text;
}

/* Room for one more in an array that grows by doubling. */
static void *
append(struct lg_ctx *cx, void *array, size_t count, size_t size)
{
	if (count && (count & (count - 1)))
		return array;
	return lg_arena_grow(cx->arena, array, count * size, (count ? count * 2 : 1) * size);
}

lg_status
lg_view_item(struct lg_ctx *cx, struct lg_view *view, struct lg_view_item **ret)
{
	struct lg_view_item *items = append(cx, view->items, view->item_count, sizeof(*items));
	if (!items)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	view->items = items;
	*ret = &items[view->item_count++];
	**ret = (struct lg_view_item){ .button_count = 0 };
	return LG_OK;
}

void
lg_view_item_button(struct lg_view_item *item, lg_str label, lg_str action)
{
	if (item->button_count < LG_VIEW_ACTIONS)
		item->buttons[item->button_count++] = lg_view_action(label, action);
}

lg_status
lg_view_provider(struct lg_ctx *cx, struct lg_view *view, lg_str name, lg_str type, lg_str address)
{
	struct lg_view_provider *list = append(cx, view->providers, view->provider_count, sizeof(*list));
	if (!list)
		return lg_fail_default(cx, LG_E_NO_MEMORY);
	view->providers = list;
	list[view->provider_count++] = (struct lg_view_provider){ name, type, address };
	return LG_OK;
}

void
lg_view_rules(struct lg_view *view, const struct lg_pool *pool)
{
	const struct lg_idp_password_policy_type *policy = pool->type->policies->password_policy;
	view->rules = (struct lg_view_rules){
		.min_length = policy->minimum_length.v,
		.lower = policy->require_lowercase.v,
		.upper = policy->require_uppercase.v,
		.digit = policy->require_numbers.v,
		.symbol = policy->require_symbols.v,
	};
}
