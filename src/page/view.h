/*
 * view.h - a page as data: who writes a flow writes neither HTML nor English. The renderer escapes every
 * value, sets the headers of PAGES.md, and knows languages and looks.
 */
#ifndef LG_PAGE_VIEW_H
#define LG_PAGE_VIEW_H

#include "domain/auth/password.h"
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
	LG_FIELD_NEW_PASSWORD, /* with the view's rules below it */
	LG_FIELD_CODE,         /* digits */
	LG_FIELD_USER_CODE,    /* letters and digits, as devices show them */
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
	bool required; /* other labels say "(optional)" where there is one that is required */
	lg_str country; /* of LG_FIELD_TEL: chosen in NAME.country; absent = no choice beside the number */
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

#define LG_VIEW_FIELDS 24
#define LG_VIEW_ACTIONS 4

/* One of a list, as on the account pages: a link as a whole, or with buttons in a form of its own. */
struct lg_view_item {
	struct lg_text title, detail, badge;
	lg_str address; /* absent = no link */
	lg_str id;      /* the form's field "id" */
	struct lg_view_button buttons[LG_VIEW_ACTIONS];
	size_t button_count;
};

/* A button that leads to another provider. */
struct lg_view_provider {
	lg_str name;    /* as people know it */
	lg_str type;    /* "Google", "Facebook", "LoginWithAmazon", "SignInWithApple", "SAML", "OIDC" */
	lg_str address;
};

/* What a new password must have (PasswordPolicyType); min_length 0 = nothing is said. */
struct lg_view_rules {
	int64_t min_length;
	bool lower, upper, digit, symbol;
	struct lg_password_gaps unmet; /* by a password that was refused */
};

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
	struct lg_view_item *items; /* lg_view_item */
	size_t item_count;
	struct lg_view_provider *providers; /* lg_view_provider, in the order of the client's settings */
	size_t provider_count;
	bool by_domain;       /* above them: an e-mail address (field "idp_email") leads to its provider */
	struct lg_view_rules rules;
	lg_str qr;            /* text of a QR code */
	lg_str secret;        /* the same to be typed, shown in groups of four */
	lg_time sent;         /* when a code was sent: "resend" waits; ms 0 = none */
	lg_time expires;      /* until when it is good */
	/*
	 * For LG_FIELD_CREDENTIAL: where the script gets options from, by a POST of the form; absent = the
	 * page's own path and "/options". They say themselves whether a passkey is made or used.
	 */
	lg_str passkey_options;
	bool passkey_autofill; /* offer passkeys in the field of the name, where the browser can */
	bool danger;          /* the primary button undoes something for good */

	/* The rest is filled in by lg_page_show. */
	lg_str csrf, state;   /* hidden fields of every form */
	lg_str here;          /* address of the page, with its query: forms lead there */
	lg_str form_target;   /* where a form may lead in the end, beside ourselves: a URL */
	const struct lg_languages *languages; /* to choose from; NULL = none */
};

/* A page with its headers (PAGES.md "Rules"). NULL look: our own; NULL language: English. */
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
/* Beside the field of this name; of the whole form when there is none. `detail` may be absent. */
void lg_view_problem(struct lg_view *view, lg_str field, lg_str key, lg_str detail);
/* Another item of the list, empty. */
LG_MUST lg_status lg_view_item(struct lg_ctx *cx, struct lg_view *view, struct lg_view_item **ret);
void lg_view_item_button(struct lg_view_item *item, lg_str label, lg_str action);
LG_MUST lg_status lg_view_provider(
	struct lg_ctx *cx, struct lg_view *view, lg_str name, lg_str type, lg_str address);
/* What the pool asks of passwords. */
void lg_view_rules(struct lg_view *view, const struct lg_pool *pool);

#endif
