#include "policy/principal.h"

#include "policy/value.h"

#define ACCOUNT_DIGITS 12
#define ID_MIN 16
#define ID_MAX 128

/* ---- reading ---- */

static bool
all_of(lg_str s, const char *classes)
{
	for (size_t i = 0; i < s.len; i++) {
		char c = s.ptr[i];
		bool fits = false;
		for (const char *at = classes; *at && !fits; at++)
			fits = (*at == '0' && c >= '0' && c <= '9') ||
			       (*at == 'A' && c >= 'A' && c <= 'Z') ||
			       (*at == 'a' && c >= 'a' && c <= 'z') || c == *at;
		if (!fits)
			return false;
	}
	return s.len > 0;
}

static bool
is_account(lg_str text)
{
	return text.len == ACCOUNT_DIGITS && all_of(text, "0");
}

/* Without wildcards, of an account, global. */
static bool
split_arn(lg_str text, lg_str parts[LG_ARN_PARTS])
{
	return !lg_str_has_byte(text, '*') && !lg_str_has_byte(text, '?') && lg_arn_split(text, parts) &&
	       all_of(parts[1], "0a-") && !parts[3].len && is_account(parts[4]);
}

/* "user/path/Name": something stands behind the prefix, and no empty part. */
static bool
is_below(lg_str resource, lg_str prefix, size_t parts)
{
	if (!lg_str_starts(resource, prefix))
		return false;
	lg_str rest = lg_str_slice(resource, prefix.len, resource.len);
	size_t found = 0;
	while (lg_str_present(rest)) {
		if (!lg_str_cut(&rest, '/').len)
			return false;
		found++;
	}
	return parts ? found == parts : found > 0;
}

static bool
read_arn(lg_str text, struct lg_principal *ret)
{
	lg_str f[LG_ARN_PARTS];
	if (!split_arn(text, f))
		return false;
	bool iam = lg_str_eq(f[2], LG_STR("iam")), sts = lg_str_eq(f[2], LG_STR("sts"));
	if (iam && lg_str_eq(f[5], LG_STR("root"))) {
		*ret = (struct lg_principal){ LG_PRINCIPAL_ANY_OF_ACCOUNT, f[4] };
		return true;
	}
	*ret = (struct lg_principal){ LG_PRINCIPAL_ARN, text };
	return (iam && (is_below(f[5], LG_STR("user/"), 0) || is_below(f[5], LG_STR("role/"), 0))) ||
	       (sts && (is_below(f[5], LG_STR("assumed-role/"), 2) ||
			       is_below(f[5], LG_STR("federated-user/"), 1)));
}

static bool
read_aws(lg_str text, struct lg_principal *ret)
{
	if (lg_str_eq(text, LG_STR("*"))) {
		*ret = (struct lg_principal){ LG_PRINCIPAL_ANYONE, text };
		return true;
	}
	if (is_account(text)) {
		*ret = (struct lg_principal){ LG_PRINCIPAL_ANY_OF_ACCOUNT, text };
		return true;
	}
	*ret = (struct lg_principal){ LG_PRINCIPAL_ID, text };
	if ((lg_str_starts(text, LG_STR("AIDA")) || lg_str_starts(text, LG_STR("AROA"))) &&
		text.len >= ID_MIN && text.len <= ID_MAX && all_of(text, "A0"))
		return true;
	return read_arn(text, ret);
}

/* A host name with perhaps port and path, or a provider's ARN. */
static bool
read_federated(lg_str text, struct lg_principal *ret)
{
	lg_str f[LG_ARN_PARTS];
	*ret = (struct lg_principal){ LG_PRINCIPAL_FEDERATED, text };
	if (!lg_str_starts(text, LG_STR("arn:")))
		return all_of(text, "0Aa.-_:/");
	return split_arn(text, f) && lg_str_eq(f[2], LG_STR("iam")) &&
	       (is_below(f[5], LG_STR("oidc-provider/"), 0) || is_below(f[5], LG_STR("saml-provider/"), 0));
}

bool
lg_principal_read(lg_str type, lg_str text, bool trust, struct lg_principal *ret)
{
	if (lg_str_eq(type, LG_STR("AWS")))
		return read_aws(text, ret);
	if (lg_str_eq(type, LG_STR("Federated")))
		return read_federated(text, ret);
	if (lg_str_eq(type, LG_STR("Service"))) {
		*ret = (struct lg_principal){ LG_PRINCIPAL_SERVICE, text };
		return all_of(text, "0a.-");
	}
	*ret = (struct lg_principal){ LG_PRINCIPAL_CANONICAL, text };
	return !trust && lg_str_eq(type, LG_STR("CanonicalUser")) && all_of(text, "0Aa");
}

/* ---- matching ---- */

bool
lg_caller_has_credentials(const struct lg_policy_caller *caller)
{
	switch (caller->kind) {
	case LG_CALLER_ROOT:
	case LG_CALLER_USER:
	case LG_CALLER_ROLE:
	case LG_CALLER_FEDERATED_USER:
		return true;
	case LG_CALLER_ANONYMOUS:
	case LG_CALLER_FEDERATED:
	case LG_CALLER_SERVICE:
		break;
	}
	return false;
}

static bool
same(lg_str a, lg_str b)
{
	return a.len && lg_str_eq(a, b);
}

static enum lg_principal_match
match_one(const struct lg_principal *p, const struct lg_policy_caller *caller, bool trust)
{
	bool aws = lg_caller_has_credentials(caller);
	switch (p->kind) {
	case LG_PRINCIPAL_ANYONE:
		return aws || !trust ? LG_PRINCIPAL_SELF : LG_PRINCIPAL_NONE;
	case LG_PRINCIPAL_ANY_OF_ACCOUNT:
		return aws && same(p->text, caller->account) ? LG_PRINCIPAL_ACCOUNT : LG_PRINCIPAL_NONE;
	case LG_PRINCIPAL_ARN:
		if (aws && same(p->text, caller->arn))
			return LG_PRINCIPAL_SELF;
		return aws && (same(p->text, caller->role_arn) || same(p->text, caller->user_arn))
			       ? LG_PRINCIPAL_PARENT
			       : LG_PRINCIPAL_NONE;
	case LG_PRINCIPAL_ID:
		if (!aws || !same(p->text, caller->unique_id))
			return LG_PRINCIPAL_NONE;
		return caller->kind == LG_CALLER_USER ? LG_PRINCIPAL_SELF : LG_PRINCIPAL_PARENT;
	case LG_PRINCIPAL_FEDERATED:
		return caller->kind == LG_CALLER_FEDERATED && same(p->text, caller->name)
			       ? LG_PRINCIPAL_SELF
			       : LG_PRINCIPAL_NONE;
	case LG_PRINCIPAL_SERVICE:
		return caller->kind == LG_CALLER_SERVICE && same(p->text, caller->name) ? LG_PRINCIPAL_SELF
											: LG_PRINCIPAL_NONE;
	case LG_PRINCIPAL_CANONICAL:
		return aws && same(p->text, caller->canonical_id) ? LG_PRINCIPAL_ACCOUNT : LG_PRINCIPAL_NONE;
	}
	return LG_PRINCIPAL_NONE;
}

enum lg_principal_match
lg_principal_match(const struct lg_principal_list *list, const struct lg_policy_caller *caller, bool trust)
{
	enum lg_principal_match best = LG_PRINCIPAL_NONE;
	for (size_t i = 0; i < list->count && best != LG_PRINCIPAL_SELF; i++) {
		enum lg_principal_match match = match_one(&list->items[i], caller, trust);
		best = match > best ? match : best;
	}
	return best;
}

bool
lg_principal_exempts(const struct lg_principal_list *list, const struct lg_policy_caller *caller)
{
	bool account = false, parent = false, self = false;
	for (size_t i = 0; i < list->count; i++) {
		if (list->items[i].kind == LG_PRINCIPAL_ANYONE)
			return true;
		enum lg_principal_match match = match_one(&list->items[i], caller, false);
		account = account || match == LG_PRINCIPAL_ACCOUNT;
		parent = parent || match == LG_PRINCIPAL_PARENT;
		self = self || match == LG_PRINCIPAL_SELF;
	}
	switch (caller->kind) {
	case LG_CALLER_ROOT:
		return account;
	case LG_CALLER_USER:
	case LG_CALLER_FEDERATED_USER:
		return account && self;
	case LG_CALLER_ROLE:
		return account && parent && self;
	case LG_CALLER_FEDERATED:
	case LG_CALLER_SERVICE:
		return self;
	case LG_CALLER_ANONYMOUS:
		break;
	}
	return false;
}
