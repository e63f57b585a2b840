#include "proto/permission_resource.h"

#include "codec/shape_io.h"
#include "domain/iam/iam_entity.h"
#include "domain/iam/iam_item.h"
#include "domain/identity/identity_pool.h"

#define EVERYTHING LG_STR("*")

const void *
lg_input_member(const struct lg_call *call, lg_str name, const struct lg_shape **ret_shape)
{
	const struct lg_shape *shape = call->operation->in;
	for (size_t i = 0; i < shape->field_count; i++) {
		const struct lg_field *field = &shape->fields[i];
		const char *at = (const char *)call->in + field->offset;
		if (lg_str_eq(field->name, name) && lg_shape_present(field->shape, at)) {
			*ret_shape = field->shape;
			return at;
		}
	}
	return NULL;
}

lg_str
lg_input_text(const struct lg_call *call, lg_str name)
{
	const struct lg_shape *shape;
	const lg_str *text = lg_input_member(call, name, &shape);
	return text && shape->kind == LG_KIND_STRING ? *text : LG_STR_NONE;
}

/* ---- resources ---- */

enum form {
	AS_IT_IS, /* the member is an ARN */
	POOL, /* a user pool's id */
	IDENTITIES, /* an identity pool's id */
	ROLE, /* the name of one that is there, with its path, or of a new one, with Path */
	USER,
	POLICY, /* the name of a new one */
	BELOW, /* of a list: the path, by `type` */
	OIDC, /* a URL */
	SAML, /* the name of a new one */
	FEDERATED, /* of GetFederationToken */
};

/* The first row whose member is there counts; of lists the one that names the operation. */
static const struct rule {
	enum lg_api api;
	const char *operation; /* NULL = any */
	const char *member; /* NULL = always */
	enum form form;
	const char *type;
} rules[] = {
	{ LG_API_IDP, NULL, "UserPoolId", POOL, NULL },
	{ LG_API_IDP, NULL, "ResourceArn", AS_IT_IS, NULL },
	{ LG_API_IDENTITY, NULL, "IdentityPoolId", IDENTITIES, NULL },
	{ LG_API_IDENTITY, NULL, "ResourceArn", AS_IT_IS, NULL },
	{ LG_API_STS, NULL, "RoleArn", AS_IT_IS, NULL },
	{ LG_API_STS, "GetFederationToken", "Name", FEDERATED, NULL },
	{ LG_API_IAM, "ListRoles", NULL, BELOW, "role" },
	{ LG_API_IAM, "ListUsers", NULL, BELOW, "user" },
	{ LG_API_IAM, "ListPolicies", NULL, BELOW, "policy" },
	{ LG_API_IAM, NULL, "RoleName", ROLE, "role" },
	{ LG_API_IAM, NULL, "UserName", USER, "user" },
	{ LG_API_IAM, "GetUser", NULL, USER, "user" },
	{ LG_API_IAM, "CreateAccessKey", NULL, USER, "user" },
	{ LG_API_IAM, "ListAccessKeys", NULL, USER, "user" },
	{ LG_API_IAM, "UpdateAccessKey", NULL, USER, "user" },
	{ LG_API_IAM, "DeleteAccessKey", NULL, USER, "user" },
	{ LG_API_IAM, NULL, "PolicyArn", AS_IT_IS, NULL },
	{ LG_API_IAM, NULL, "PolicyName", POLICY, "policy" },
	{ LG_API_IAM, NULL, "PolicySourceArn", AS_IT_IS, NULL },
	{ LG_API_IAM, NULL, "OpenIDConnectProviderArn", AS_IT_IS, NULL },
	{ LG_API_IAM, NULL, "SAMLProviderArn", AS_IT_IS, NULL },
	{ LG_API_IAM, "CreateOpenIDConnectProvider", "Url", OIDC, "oidc-provider" },
	{ LG_API_IAM, "CreateSAMLProvider", "Name", SAML, "saml-provider" },
};

static const struct rule *
find_rule(const struct lg_call *call)
{
	for (size_t i = 0; i < LG_LEN(rules); i++) {
		const struct rule *rule = &rules[i];
		if (rule->api != call->operation->api)
			continue;
		if (rule->operation && !lg_str_eq(call->operation->name, lg_str_from_c(rule->operation)))
			continue;
		if (!rule->member || lg_str_present(lg_input_text(call, lg_str_from_c(rule->member))))
			return rule;
	}
	return NULL;
}

static lg_str
path_or_root(const struct lg_call *call, const char *member)
{
	const lg_str path = lg_input_text(call, lg_str_from_c(member));
	return lg_str_present(path) ? path : LG_STR("/");
}

/* A role or user that is there has the ARN with its path; one that is not, where it would be made. */
static lg_status
entity_arn(struct lg_ctx *cx, const struct lg_call *call, const struct rule *rule, lg_str name, lg_str *ret)
{
	const struct lg_iam_entity *entity;
	const lg_status s = rule->form == ROLE ? lg_iam_role_find(cx, call->env, name, &entity)
					       : lg_iam_user_find(cx, call->env, name, &entity);
	if (s.code == LG_E_NOT_FOUND)
		return lg_iam_arn(
			cx, call->env->settings, rule->type, path_or_root(call, "Path"), name, ret);
	LG_TRY(s);
	*ret = entity->arn;
	return LG_OK;
}

static lg_status
user_arn(struct lg_ctx *cx, const struct lg_call *call, const struct lg_req *rq, const struct rule *rule,
	lg_str *ret)
{
	const lg_str name = lg_input_text(call, LG_STR("UserName"));
	if (lg_str_present(name))
		return entity_arn(cx, call, rule, name, ret);
	*ret = rq->signer.caller.arn;
	return LG_OK;
}

static lg_str
without_scheme(lg_str url)
{
	const lg_str schemes[] = { LG_STR("https://"), LG_STR("http://") };
	for (size_t i = 0; i < LG_LEN(schemes); i++)
		if (lg_str_starts(url, schemes[i]))
			return lg_str_slice(url, schemes[i].len, url.len);
	return url;
}

static lg_status
by_rule(struct lg_ctx *cx, const struct lg_call *call, const struct lg_req *rq, const struct rule *rule,
	lg_str *ret)
{
	const struct lg_settings *settings = call->env->settings;
	const lg_str value = rule->member ? lg_input_text(call, lg_str_from_c(rule->member)) : LG_STR_NONE;
	switch (rule->form) {
	case AS_IT_IS:
		*ret = value;
		return LG_OK;
	case POOL:
		return lg_str_fmt(cx, ret, "arn:aws:cognito-idp:%.*s:%.*s:userpool/%.*s", LG_FMT(rq->region),
			LG_FMT(settings->account), LG_FMT(value));
	case IDENTITIES:
		return lg_str_fmt(cx, ret, "arn:aws:cognito-identity:%.*s:%.*s:identitypool/%.*s",
			LG_FMT(rq->region), LG_FMT(settings->account), LG_FMT(value));
	case ROLE:
		return entity_arn(cx, call, rule, value, ret);
	case USER:
		return user_arn(cx, call, rq, rule, ret);
	case POLICY:
		return lg_iam_arn(cx, settings, rule->type, path_or_root(call, "Path"), value, ret);
	case BELOW:
		return lg_iam_arn(
			cx, settings, rule->type, path_or_root(call, "PathPrefix"), LG_STR(""), ret);
	case OIDC:
		return lg_iam_arn(cx, settings, rule->type, LG_STR("/"), without_scheme(value), ret);
	case SAML:
		return lg_iam_arn(cx, settings, rule->type, LG_STR("/"), value, ret);
	case FEDERATED:
		return lg_str_fmt(cx, ret, "arn:aws:sts::%.*s:federated-user/%.*s",
			LG_FMT(settings->account), LG_FMT(value));
	}
	return lg_fail_default(cx, LG_E_INTERNAL);
}

lg_status
lg_resources_of(struct lg_ctx *cx, const struct lg_call *call, const struct lg_req *rq,
	lg_str ret[LG_RESOURCES_MAX], size_t *ret_count)
{
	const struct rule *rule = find_rule(call);
	*ret_count = 1;
	if (!rule) {
		ret[0] = EVERYTHING;
		return LG_OK;
	}
	LG_TRY(by_rule(cx, call, rq, rule, &ret[0]));
	/* Who renames a user needs the right on the new name, too. */
	const lg_str renamed = lg_input_text(call, LG_STR("NewUserName"));
	if (rule->form != USER || !lg_str_present(renamed))
		return LG_OK;
	*ret_count = 2;
	return lg_iam_arn(
		cx, call->env->settings, rule->type, path_or_root(call, "NewPath"), renamed, &ret[1]);
}
