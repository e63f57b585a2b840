#include "page/terms.h"

#include "domain/pool/terms.h"
#include "page/language.h"

#define S LG_STR_INIT

/* What Cognito calls the languages that it has. */
static const struct lg_str_pair languages[] = {
	{ S("de"), S("cognito:german") },
	{ S("en"), S("cognito:english") },
	{ S("es"), S("cognito:spanish") },
	{ S("fr"), S("cognito:french") },
	{ S("id"), S("cognito:bahasa-indonesia") },
	{ S("it"), S("cognito:italian") },
	{ S("ja"), S("cognito:japanese") },
	{ S("ko"), S("cognito:korean") },
	{ S("nl"), S("cognito:dutch") },
	{ S("pt"), S("cognito:portuguese-brazil") },
	{ S("zh-CN"), S("cognito:chinese-simplified") },
	{ S("zh-TW"), S("cognito:chinese-traditional") },
};

static lg_str
address_in(const struct lg_str_map *links, lg_str tag)
{
	for (size_t i = 0; i < LG_LEN(languages); i++) {
		const lg_str own = lg_str_map_get(links, languages[i].value);
		if (lg_str_eq(languages[i].key, tag) && lg_str_present(own))
			return own;
	}
	return lg_str_map_get(links, LG_STR("cognito:default"));
}

lg_status
lg_terms_links(struct lg_page *pg, struct lg_view *view)
{
	static const struct lg_str_pair documents[] = {
		{ S("terms-of-use"), S("link.terms") },
		{ S("privacy-policy"), S("link.privacy") },
	};
	const struct lg_oauth_request *request = &pg->request;
	for (size_t i = 0; i < LG_LEN(documents); i++) {
		struct lg_idp_terms_type *terms;
		const lg_status s = lg_terms_of_client(
			pg->cx, pg->env, request->pool, request->client->id, documents[i].key, &terms);
		if (s.code == LG_E_RESOURCE_NOT_FOUND)
			continue;
		LG_TRY(s);
		lg_view_link(view, documents[i].value, address_in(&terms->links, pg->language->tag));
	}
	return LG_OK;
}
