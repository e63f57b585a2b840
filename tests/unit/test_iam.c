#include "domain/iam/iam_attach.h"
#include "domain/iam/iam_entity.h"
#include "domain/iam/iam_policy.h"
#include "domain/iam/iam_provider.h"
#include "domain/iam/iam_role.h"
#include "domain/iam/iam_user.h"
#include "tests/lib/fixture.h"

#define ACCOUNT "123456789012"
#define TRUST                                                                                               \
	"{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":{\"AWS\":"          \
	"\"arn:aws:iam::" ACCOUNT ":user/Ann\"},\"Action\":\"sts:AssumeRole\"}]}"
#define ALLOW                                                                                               \
	"{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"s3:*\","             \
	"\"Resource\":\"*\"}]}"

static struct fixture *f;

static struct lg_ctx *
begin(void)
{
	f = fixture_new();
	f->settings.account = LG_STR(ACCOUNT);
	return fixture_request(f);
}

static void
make_user(lg_str name)
{
	struct lg_ctx *cx = fixture_request(f);
	struct lg_iam_user *user;
	CHECK_OK(lg_iam_user_create(
		cx, &f->env, &(struct lg_iam_create_user_request){ .user_name = name }, &user));
}

static void
make_role(lg_str name)
{
	struct lg_ctx *cx = fixture_request(f);
	struct lg_iam_role *role;
	CHECK_OK(lg_iam_role_create(cx, &f->env,
		&(struct lg_iam_create_role_request){
			.role_name = name, .assume_role_policy_document = LG_STR(TRUST) },
		&role));
}

static void
make_policy(lg_str name)
{
	struct lg_ctx *cx = fixture_request(f);
	struct lg_iam_policy *policy;
	CHECK_OK(lg_iam_policy_create(cx, &f->env,
		&(struct lg_iam_create_policy_request){
			.policy_name = name, .policy_document = LG_STR(ALLOW) },
		&policy));
}

TEST(of_two_edits_at_once_one_starts_again)
{
	begin();
	make_user(LG_STR("Ann"));
	struct lg_ctx *cx = fixture_request(f);
	struct lg_item_row one, two;
	CHECK_OK(lg_iam_entity_row(cx, &f->env, LG_IAM_USER, LG_STR("ann"), &one));
	CHECK_OK(lg_iam_entity_row(cx, &f->env, LG_IAM_USER, LG_STR("ANN"), &two));
	CHECK_OK(lg_iam_write(cx, &f->env, &one));
	CHECK_CODE(lg_iam_write(cx, &f->env, &two), LG_E_CONFLICT);
	fixture_free(f);
}

TEST(two_names_that_differ_in_case_alone_are_one)
{
	begin();
	make_user(LG_STR("Ann"));
	struct lg_ctx *cx = fixture_request(f);
	struct lg_rec_iam_entity record = { .name = LG_STR("aNN") };
	struct lg_item_row row;
	CHECK_OK(lg_iam_new_row(cx, LG_IAM_USER, LG_STR("aNN"), &record, &row));
	CHECK_CODE(lg_iam_write(cx, &f->env, &row), LG_E_CONFLICT);
	fixture_free(f);
}

TEST(a_policy_is_not_attached_while_it_is_deleted)
{
	begin();
	const lg_str arn = LG_STR("arn:aws:iam::" ACCOUNT ":policy/P");
	make_policy(LG_STR("P"));
	struct lg_ctx *cx = fixture_request(f);
	struct lg_batch *batch;
	CHECK_OK(lg_store_batch(f->env.store, cx, &batch));
	CHECK_OK(lg_iam_hold_policy(cx, &f->env, arn, batch));
	CHECK_OK(lg_iam_policy_delete(cx, &f->env, arn));
	CHECK_CODE(lg_iam_commit(&f->env, batch), LG_E_CONFLICT);

	make_policy(LG_STR("P"));
	cx = fixture_request(f);
	struct lg_item_row row;
	CHECK_OK(lg_iam_policy_own(cx, &f->env, arn, &row));
	struct lg_batch *deletion;
	CHECK_OK(lg_store_batch(f->env.store, cx, &deletion));
	lg_store_item_delete(deletion, &row);
	CHECK_OK(lg_store_batch(f->env.store, cx, &batch));
	CHECK_OK(lg_iam_hold_policy(cx, &f->env, arn, batch));
	CHECK_OK(lg_iam_commit(&f->env, batch));
	CHECK_CODE(lg_store_commit(deletion), LG_E_CONFLICT);
	fixture_free(f);
}

TEST(a_change_counts_at_once)
{
	begin();
	make_user(LG_STR("Ann"));
	make_role(LG_STR("R"));
	make_policy(LG_STR("P"));
	struct lg_ctx *cx = fixture_request(f);
	const struct lg_iam_entity *role;
	CHECK_OK(lg_iam_role_find(cx, &f->env, LG_STR("r"), &role));
	assert_int_equal(role->policy_count, 0);
	CHECK_OK(lg_iam_attach(
		cx, &f->env, LG_IAM_ROLE, LG_STR("R"), LG_STR("arn:aws:iam::" ACCOUNT ":policy/P")));
	CHECK_OK(lg_iam_inside_put(cx, &f->env, LG_IAM_ROLE, LG_STR("R"), LG_STR("inside"), LG_STR(ALLOW)));
	CHECK_OK(lg_iam_bound(
		cx, &f->env, LG_IAM_ROLE, LG_STR("R"), LG_STR("arn:aws:iam::aws:policy/ReadOnlyAccess")));
	CHECK_OK(lg_iam_role_find(cx, &f->env, LG_STR("R"), &role));
	assert_int_equal(role->policy_count, 2);
	CHECK_STR(role->policies[0].name, LG_STR("inside"));
	CHECK_STR(role->policies[1].document, LG_STR(ALLOW));
	CHECK(role->has_boundary && lg_str_present(role->boundary.document));

	/* In steady state nothing is read. */
	cx = fixture_request(f);
	CHECK_OK(lg_iam_role_find(cx, &f->env, LG_STR("R"), &role));
	assert_int_equal(cx->work.reads, 0);
	fixture_free(f);
}

TEST(who_is_gone_stands_in_a_trust_policy_by_his_former_id)
{
	begin();
	make_user(LG_STR("Ann"));
	make_role(LG_STR("R"));
	struct lg_ctx *cx = fixture_request(f);
	const struct lg_iam_entity *role;
	CHECK_OK(lg_iam_role_find(cx, &f->env, LG_STR("R"), &role));
	CHECK_STR(role->trust, LG_STR(TRUST));
	struct lg_iam_user *user;
	CHECK_OK(lg_iam_user_get(cx, &f->env, LG_STR("Ann"), &user));
	const lg_str id = user->user_id;
	CHECK_OK(lg_iam_user_delete(cx, &f->env, LG_STR("Ann")));
	struct lg_iam_create_user_request again = { .user_name = LG_STR("Ann") };
	CHECK_OK(lg_iam_user_create(cx, &f->env, &again, &user));
	CHECK_OK(lg_iam_role_find(cx, &f->env, LG_STR("R"), &role));
	lg_str wanted;
	CHECK_OK(lg_str_fmt(cx, &wanted,
		"{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":{\"AWS\":"
		"\"%.*s\"},\"Action\":\"sts:AssumeRole\"}]}",
		LG_FMT(id)));
	CHECK_STR(role->trust, wanted);
	fixture_free(f);
}

TEST(an_issuer_is_found_by_its_exact_name_only)
{
	struct lg_ctx *cx = begin();
	struct lg_iam_create_open_id_connect_provider_response made = { 0 };
	CHECK_OK(lg_iam_oidc_create(cx, &f->env,
		&(struct lg_iam_create_open_id_connect_provider_request){
			.url = LG_STR("https://idp.example.com/Tenant") },
		&made));
	const struct lg_rec_iam_oidc *provider;
	lg_str arn;
	CHECK_OK(lg_iam_oidc_by_issuer(
		cx, &f->env, LG_STR("https://idp.example.com/Tenant"), &provider, &arn));
	CHECK_STR(arn, made.open_id_connect_provider_arn);
	CHECK_OK(lg_iam_oidc_by_arn(cx, &f->env, arn, &provider));
	CHECK_STR(provider->url, LG_STR("https://idp.example.com/Tenant"));
	static const char *const others[] = { "https://idp.example.com/tenant",
		"https://idp.example.com/Tenant/", "http://idp.example.com/Tenant", "idp.example.com/Tenant",
		"https://idp.example.com", "", "https://", "https://user@idp.example.com/Tenant" };
	for (size_t i = 0; i < LG_LEN(others); i++)
		CHECK_CODE(lg_iam_oidc_by_issuer(cx, &f->env, lg_str_from_c(others[i]), &provider, &arn),
			LG_E_NOT_FOUND);
	static const char *const arns[] = { "",
		"arn:aws:iam::" ACCOUNT ":oidc-provider/idp.example.com/tenant",
		"arn:aws:iam::999999999999:oidc-provider/idp.example.com/Tenant",
		"arn:aws:iam::" ACCOUNT ":saml-provider/idp.example.com/Tenant",
		"arn:aws:iam::" ACCOUNT ":oidc-provider/", "arn:aws:iam::" ACCOUNT ":oidc-provider" };
	const struct lg_rec_iam_saml *saml;
	for (size_t i = 0; i < LG_LEN(arns); i++) {
		CHECK_CODE(
			lg_iam_oidc_by_arn(cx, &f->env, lg_str_from_c(arns[i]), &provider), LG_E_NOT_FOUND);
		CHECK_CODE(lg_iam_saml_by_arn(cx, &f->env, lg_str_from_c(arns[i]), &saml), LG_E_NOT_FOUND);
	}
	fixture_free(f);
}
