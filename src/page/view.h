/*
 * view.h - a page as data: who writes a flow never writes HTML. The renderer escapes every value.
 */
#ifndef LG_PAGE_VIEW_H
#define LG_PAGE_VIEW_H

#include "domain/env.h"
#include "net/http.h"
#include "page/text.h"

struct lg_look;     /* page/look.h */
struct lg_language; /* page/language.h */

enum lg_field_kind {
	LG_FIELD_TEXT,
	LG_FIELD_EMAIL,
	LG_FIELD_TEL,
	LG_FIELD_DATE,
	LG_FIELD_PASSWORD,     /* never shown again */
	LG_FIELD_NEW_PASSWORD, /* with the pool's rules beside it */
	LG_FIELD_CODE,
	LG_FIELD_CHOICE,       /* one of `choices` */
	LG_FIELD_CHECK,        /* "on" or not sent */
	LG_FIELD_FIXED,        /* shown, sent along, not to be changed */
	LG_FIELD_HIDDEN,
	LG_FIELD_CREDENTIAL,   /* hidden; the script fills it with a passkey's answer */
};

#define LG_VIEW_CHOICES 12
struct lg_view_choice {
	lg_str value;
	struct lg_text label;
};

struct lg_view_field {
	enum lg_field_kind kind;
	lg_str name;
	struct lg_text label, hint, error;
	lg_str value;
	lg_str autocomplete;
	bool required;
	struct lg_view_choice choices[LG_VIEW_CHOICES];
	size_t choice_count;
};

/* A button of the form: the field "action" has its value when it is pressed. */
struct lg_view_button {
	struct lg_text label;
	lg_str action;
};
struct lg_view_link {
	struct lg_text label;
	lg_str address;
};

/* A line of a list, with buttons of its own, which send its id along. */
#define LG_VIEW_ITEM_BUTTONS 4
struct lg_view_item {
	struct lg_text title, detail, badge;
	lg_str address; /* of the page about it; absent = none */
	lg_str id;
	struct lg_view_button buttons[LG_VIEW_ITEM_BUTTONS];
	size_t button_count;
};

#define LG_VIEW_ITEMS 100
#define LG_VIEW_FIELDS 24
#define LG_VIEW_ACTIONS 4

struct lg_view {
	lg_str page;          /* what it is, for styles and tests: "login" */
	struct lg_text title, lead, notice;
	struct lg_text error; /* of the form as a whole; fields have their own */
	struct lg_view_field fields[LG_VIEW_FIELDS];
	size_t field_count;
	struct lg_view_button primary; /* label absent = no form */
	struct lg_view_button buttons[LG_VIEW_ACTIONS]; /* beside it */
	size_t button_count;
	struct lg_view_button ways[LG_VIEW_ACTIONS]; /* that look like links: another way, send again */
	size_t way_count;
	struct lg_view_link links[LG_VIEW_ACTIONS];
	size_t link_count;
	struct lg_view_item *items; /* above the form; LG_VIEW_ITEMS at most */
	size_t item_count;
	lg_str qr;            /* text of a QR code */
	lg_str secret;        /* the same to be typed, shown in groups of four */
	lg_time sent;         /* when a code was sent; ms 0 = none */
	lg_time expires;      /* until when it is good */
	bool passkey_autofill; /* offer passkeys in the field of the name, where the browser can */
	lg_str csrf, state;   /* hidden fields of every form */
	lg_str form_target;   /* where a form may lead in the end, beside ourselves: a URL */
};

/* A page with its headers (PAGES.md "Rules"). */
LG_MUST lg_status lg_view_render(struct lg_ctx *cx, struct lg_env *env, const struct lg_look *look,
	const struct lg_language *language, const struct lg_view *view, int status,
	struct lg_http_answer *answer);

/* ---- building one; what is over the limits is left out ---- */

struct lg_view_field *lg_view_field(
	struct lg_view *view, enum lg_field_kind kind, lg_str name, lg_str label);
void lg_view_choice(struct lg_view_field *field, lg_str value, lg_str label);
struct lg_view_button lg_view_action(lg_str label, lg_str action);
void lg_view_button(struct lg_view *view, lg_str label, lg_str action);
void lg_view_way(struct lg_view *view, lg_str label, lg_str action);
void lg_view_link(struct lg_view *view, lg_str label, lg_str address);
LG_MUST lg_status lg_view_item(struct lg_ctx *cx, struct lg_view *view, struct lg_view_item **ret);
void lg_view_item_button(struct lg_view_item *item, lg_str label, lg_str action);
/* Beside the field of this name; of the whole form when there is none. `detail` may be absent. */
void lg_view_problem(struct lg_view *view, lg_str field, lg_str key, lg_str detail);

#endif
