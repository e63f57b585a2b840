#include "authorizer/objects.h"

#include <inttypes.h>

#include "codec/uri.h"

#define S LG_STR_INIT
#define ARN "arn:aws:s3:::"

/* What a request does, by its method and the parameter that names a part of bucket or object. */
static const struct row {
	bool object;
	lg_str part; /* empty = the thing itself */
	lg_str method;
	lg_str action;
} rows[] = {
	{ true, S(""), S("GET"), S("s3:GetObject") },
	{ true, S(""), S("HEAD"), S("s3:GetObject") },
	{ true, S(""), S("PUT"), S("s3:PutObject") },
	{ true, S(""), S("DELETE"), S("s3:DeleteObject") },
	{ true, S("uploads"), S("POST"), S("s3:PutObject") },
	{ true, S("uploadId"), S("PUT"), S("s3:PutObject") },
	{ true, S("uploadId"), S("POST"), S("s3:PutObject") },
	{ true, S("uploadId"), S("GET"), S("s3:ListMultipartUploadParts") },
	{ true, S("uploadId"), S("DELETE"), S("s3:AbortMultipartUpload") },
	{ true, S("acl"), S("GET"), S("s3:GetObjectAcl") },
	{ true, S("acl"), S("PUT"), S("s3:PutObjectAcl") },
	{ true, S("tagging"), S("GET"), S("s3:GetObjectTagging") },
	{ true, S("tagging"), S("PUT"), S("s3:PutObjectTagging") },
	{ true, S("tagging"), S("DELETE"), S("s3:DeleteObjectTagging") },
	{ true, S("attributes"), S("GET"), S("s3:GetObjectAttributes") },
	{ true, S("retention"), S("GET"), S("s3:GetObjectRetention") },
	{ true, S("retention"), S("PUT"), S("s3:PutObjectRetention") },
	{ true, S("legal-hold"), S("GET"), S("s3:GetObjectLegalHold") },
	{ true, S("legal-hold"), S("PUT"), S("s3:PutObjectLegalHold") },
	{ true, S("restore"), S("POST"), S("s3:RestoreObject") },
	{ true, S("select"), S("POST"), S("s3:GetObject") },
	{ true, S("torrent"), S("GET"), S("s3:GetObjectTorrent") },
	{ false, S(""), S("GET"), S("s3:ListBucket") },
	{ false, S(""), S("HEAD"), S("s3:ListBucket") },
	{ false, S(""), S("PUT"), S("s3:CreateBucket") },
	{ false, S(""), S("DELETE"), S("s3:DeleteBucket") },
	{ false, S("location"), S("GET"), S("s3:GetBucketLocation") },
	{ false, S("uploads"), S("GET"), S("s3:ListBucketMultipartUploads") },
	{ false, S("versions"), S("GET"), S("s3:ListBucketVersions") },
	{ false, S("versioning"), S("GET"), S("s3:GetBucketVersioning") },
	{ false, S("versioning"), S("PUT"), S("s3:PutBucketVersioning") },
	{ false, S("acl"), S("GET"), S("s3:GetBucketAcl") },
	{ false, S("acl"), S("PUT"), S("s3:PutBucketAcl") },
	{ false, S("policy"), S("GET"), S("s3:GetBucketPolicy") },
	{ false, S("policy"), S("PUT"), S("s3:PutBucketPolicy") },
	{ false, S("policy"), S("DELETE"), S("s3:DeleteBucketPolicy") },
	{ false, S("policyStatus"), S("GET"), S("s3:GetBucketPolicyStatus") },
	{ false, S("cors"), S("GET"), S("s3:GetBucketCORS") },
	{ false, S("cors"), S("PUT"), S("s3:PutBucketCORS") },
	{ false, S("cors"), S("DELETE"), S("s3:PutBucketCORS") },
	{ false, S("tagging"), S("GET"), S("s3:GetBucketTagging") },
	{ false, S("tagging"), S("PUT"), S("s3:PutBucketTagging") },
	{ false, S("tagging"), S("DELETE"), S("s3:PutBucketTagging") },
	{ false, S("lifecycle"), S("GET"), S("s3:GetLifecycleConfiguration") },
	{ false, S("lifecycle"), S("PUT"), S("s3:PutLifecycleConfiguration") },
	{ false, S("lifecycle"), S("DELETE"), S("s3:PutLifecycleConfiguration") },
	{ false, S("encryption"), S("GET"), S("s3:GetEncryptionConfiguration") },
	{ false, S("encryption"), S("PUT"), S("s3:PutEncryptionConfiguration") },
	{ false, S("encryption"), S("DELETE"), S("s3:PutEncryptionConfiguration") },
	{ false, S("notification"), S("GET"), S("s3:GetBucketNotification") },
	{ false, S("notification"), S("PUT"), S("s3:PutBucketNotification") },
	{ false, S("object-lock"), S("GET"), S("s3:GetBucketObjectLockConfiguration") },
	{ false, S("object-lock"), S("PUT"), S("s3:PutBucketObjectLockConfiguration") },
	{ false, S("publicAccessBlock"), S("GET"), S("s3:GetBucketPublicAccessBlock") },
	{ false, S("publicAccessBlock"), S("PUT"), S("s3:PutBucketPublicAccessBlock") },
	{ false, S("publicAccessBlock"), S("DELETE"), S("s3:PutBucketPublicAccessBlock") },
	{ false, S("ownershipControls"), S("GET"), S("s3:GetBucketOwnershipControls") },
	{ false, S("ownershipControls"), S("PUT"), S("s3:PutBucketOwnershipControls") },
	{ false, S("ownershipControls"), S("DELETE"), S("s3:PutBucketOwnershipControls") },
	/* Which objects stands in the body: only who may delete all of them passes. */
	{ false, S("delete"), S("POST"), S("s3:DeleteObject") },
};

/*
 * Parameters that choose nothing. Stores take x-amz- ones for headers, so only those are among them that
 * change nothing.
 */
static const lg_str plain[] = { S("list-type"), S("prefix"), S("delimiter"), S("max-keys"), S("marker"),
	S("continuation-token"), S("start-after"), S("fetch-owner"), S("encoding-type"), S("key-marker"),
	S("version-id-marker"), S("upload-id-marker"), S("max-uploads"), S("max-parts"),
	S("part-number-marker"), S("partNumber"), S("versionId"), S("x-id"), S("select-type"),
	S("X-Amz-Algorithm"), S("X-Amz-Credential"), S("X-Amz-Date"), S("X-Amz-Expires"),
	S("X-Amz-SignedHeaders"), S("X-Amz-Signature"), S("X-Amz-Security-Token"),
	S("X-Amz-Content-Sha256") };
static const lg_str plain_families[] = { S("response-"), S("x-amz-checksum-"),
	S("x-amz-sdk-checksum-algorithm"), S("x-amz-user-agent"), S("x-amz-meta-") };

/* Headers of a write that ask for more than the write. */
static const struct {
	lg_str prefix;
	lg_str action;
} extras[] = {
	{ S("x-amz-acl"), S("s3:PutObjectAcl") },
	{ S("x-amz-grant-"), S("s3:PutObjectAcl") },
	{ S("x-amz-tagging"), S("s3:PutObjectTagging") },
	{ S("x-amz-object-lock-mode"), S("s3:PutObjectRetention") },
	{ S("x-amz-object-lock-retain"), S("s3:PutObjectRetention") },
	{ S("x-amz-object-lock-legal-hold"), S("s3:PutObjectLegalHold") },
	{ S("x-amz-bypass-governance-retention"), S("s3:BypassGovernanceRetention") },
};

static lg_status
refuse(struct lg_ctx *cx, const char *why)
{
	return lg_fail(cx, LG_E_REFUSED, "%s", why);
}

static bool
starts_nocase(lg_str s, lg_str prefix)
{
	return lg_str_eq_nocase(lg_str_slice(s, 0, prefix.len), prefix);
}

/* ---- what the query chooses ---- */

struct choice {
	lg_str part;
	bool version;
};

static bool
is_plain(lg_str name)
{
	for (size_t i = 0; i < LG_LEN(plain); i++)
		if (lg_str_eq(name, plain[i]))
			return true;
	for (size_t i = 0; i < LG_LEN(plain_families); i++)
		if (lg_str_starts(name, plain_families[i]))
			return true;
	return false;
}

static lg_status
read_params(struct lg_ctx *cx, const struct lg_ask *ask, struct lg_str_map *ret)
{
	const lg_status s = lg_form_parse(cx, lg_str_present(ask->query) ? ask->query : LG_STR(""), ret);
	if (s.code == LG_E_MALFORMED || s.code == LG_E_TOO_LARGE)
		return refuse(cx, "the query cannot be read");
	return s;
}

static lg_status
read_choice(struct lg_ctx *cx, const struct lg_ask *ask, struct choice *ret)
{
	struct lg_str_map params;
	LG_TRY(read_params(cx, ask, &params));
	*ret = (struct choice){ .part = LG_STR("") };
	for (size_t i = 0; i < params.count; i++) {
		const lg_str name = params.items[i].key;
		for (size_t k = 0; k < i; k++)
			if (lg_str_eq(params.items[k].key, name))
				return refuse(cx, "a parameter of the query stands twice");
		if (lg_str_eq(name, LG_STR("versionId")))
			ret->version = params.items[i].value.len > 0;
		if (is_plain(name))
			continue;
		if (ret->part.len)
			return refuse(cx, "two parameters of the query choose what is done");
		ret->part = name;
	}
	return LG_OK;
}

/* ---- bucket and key ---- */

struct place {
	lg_str bucket; /* empty: the store itself */
	lg_str key; /* empty: the bucket itself */
};

static struct place
place_of(lg_str host_bucket, lg_str path)
{
	lg_str rest = lg_str_slice(path, 1, path.len);
	if (lg_str_present(host_bucket))
		return (struct place){ host_bucket, rest };
	const lg_str bucket = lg_str_cut(&rest, '/');
	return (struct place){ bucket, lg_str_present(rest) ? rest : LG_STR("") };
}

/* The bucket that stands before bucket_host; absent when the path has it. */
static lg_status
bucket_of_host(
	struct lg_ctx *cx, const struct lg_authorizer *authorizer, const struct lg_ask *ask, lg_str *ret)
{
	lg_str host;
	const lg_str base = authorizer->bucket_host;
	*ret = LG_STR_NONE;
	LG_TRY(lg_str_lower(cx, lg_str_slice(ask->host, 0, lg_str_find_byte(ask->host, ':')), &host));
	if (!lg_str_present(base) || lg_str_eq(host, base))
		return LG_OK;
	if (host.len <= base.len + 1 || !lg_str_ends(host, base) || host.ptr[host.len - base.len - 1] != '.')
		return refuse(cx, "the host is neither bucket_host nor a bucket before it");
	*ret = lg_str_slice(host, 0, host.len - base.len - 1);
	return LG_OK;
}

static lg_status
arn_of(struct lg_ctx *cx, const struct place *place, bool every_object, lg_str *ret)
{
	const lg_str slash = place->key.len || every_object ? LG_STR("/") : LG_STR("");
	const lg_str parts[] = { LG_STR(ARN), place->bucket, slash,
		every_object ? LG_STR("*") : place->key };
	if (!place->bucket.len) {
		*ret = LG_STR(ARN "*");
		return LG_OK;
	}
	return lg_str_concat(cx, parts, LG_LEN(parts), ret);
}

/* ---- questions ---- */

static lg_status
add(struct lg_ctx *cx, struct lg_questions *to, lg_str action, lg_str resource)
{
	for (size_t i = 0; i < to->count; i++)
		if (lg_str_eq(to->items[i].action, action) && lg_str_eq(to->items[i].resource, resource))
			return LG_OK;
	if (to->count == LG_QUESTIONS_MAX)
		return refuse(cx, "too many things at once");
	to->items[to->count++] = (struct lg_question){ .action = action, .resource = resource };
	return LG_OK;
}

/* "s3:GetObjectAcl" -> "s3:GetObjectVersionAcl" */
static lg_status
of_version(struct lg_ctx *cx, lg_str action, lg_str *ret)
{
	const lg_str word = LG_STR("Object");
	for (size_t i = 0; i + word.len <= action.len; i++) {
		const size_t end = i + word.len;
		if (!lg_str_eq(lg_str_slice(action, i, end), word))
			continue;
		const lg_str parts[] = { lg_str_slice(action, 0, end), LG_STR("Version"),
			lg_str_slice(action, end, action.len) };
		return lg_str_concat(cx, parts, LG_LEN(parts), ret);
	}
	*ret = action;
	return LG_OK;
}

static lg_status
find_action(struct lg_ctx *cx, const struct lg_ask *ask, const struct choice *choice,
	const struct place *place, lg_str *ret)
{
	if (!place->bucket.len) {
		if (!lg_str_eq(ask->method, LG_STR("GET")) || choice->part.len)
			return refuse(cx, "no request to a store is known like this");
		*ret = LG_STR("s3:ListAllMyBuckets");
		return LG_OK;
	}
	for (size_t i = 0; i < LG_LEN(rows); i++) {
		const struct row *row = &rows[i];
		if (row->object != (place->key.len > 0) || !lg_str_eq(row->part, choice->part) ||
			!lg_str_eq(row->method, ask->method))
			continue;
		*ret = row->action;
		return choice->version && row->object ? of_version(cx, row->action, ret) : LG_OK;
	}
	return refuse(cx, "no request to a bucket or object is known like this");
}

/* The object that another is made of: "/bucket/key?versionId=...", encoded. */
static lg_status
add_source(struct lg_ctx *cx, lg_str source, struct lg_questions *to)
{
	lg_str version = source, path;
	const lg_str encoded = lg_str_cut(&version, '?');
	struct lg_path read;
	if (lg_str_starts(encoded, LG_STR("arn:")))
		return refuse(cx, "x-amz-copy-source names no bucket and key");
	const bool slashed = lg_str_starts(encoded, LG_STR("/"));
	LG_TRY(lg_str_concat(cx, (const lg_str[]){ slashed ? LG_STR("") : LG_STR("/"), encoded }, 2, &path));
	LG_TRY(lg_path_read(cx, path, &read));
	if (lg_failed(lg_uri_decode(cx, path, false, &read.readings[0])))
		return refuse(cx, "x-amz-copy-source cannot be read");
	for (size_t i = 0; i < read.count; i++) {
		const struct place place = place_of(LG_STR_NONE, read.readings[i]);
		lg_str arn;
		if (!place.key.len)
			return refuse(cx, "x-amz-copy-source names no bucket and key");
		LG_TRY(arn_of(cx, &place, false, &arn));
		LG_TRY(add(cx, to,
			lg_str_present(version) ? LG_STR("s3:GetObjectVersion") : LG_STR("s3:GetObject"),
			arn));
	}
	return LG_OK;
}

static lg_status
add_extras(struct lg_ctx *cx, const struct lg_ask *ask, lg_str arn, struct lg_questions *to)
{
	for (size_t i = 0; i < ask->headers.count; i++)
		for (size_t k = 0; k < LG_LEN(extras); k++)
			if (starts_nocase(ask->headers.items[i].key, extras[k].prefix))
				LG_TRY(add(cx, to, extras[k].action, arn));
	return LG_OK;
}

static lg_status
ask_about(struct lg_ctx *cx, const struct lg_ask *ask, const struct choice *choice,
	const struct place *place, struct lg_questions *to)
{
	lg_str action, arn;
	LG_TRY(find_action(cx, ask, choice, place, &action));
	LG_TRY(arn_of(cx, place, lg_str_eq(choice->part, LG_STR("delete")), &arn));
	LG_TRY(add(cx, to, action, arn));
	const bool reads = lg_str_eq(ask->method, LG_STR("GET")) || lg_str_eq(ask->method, LG_STR("HEAD"));
	return reads ? LG_OK : add_extras(cx, ask, arn, to);
}

/* Of two headers a store may take either. */
static lg_status
check_headers(struct lg_ctx *cx, const struct lg_ask *ask)
{
	const struct lg_str_pair *items = ask->headers.items;
	for (size_t i = 0; i < ask->headers.count; i++) {
		if (!starts_nocase(items[i].key, LG_STR("x-amz-")))
			continue;
		for (size_t k = 0; k < i; k++)
			if (lg_str_eq_nocase(items[k].key, items[i].key))
				return refuse(cx, "a header of S3 stands twice");
	}
	return LG_OK;
}

lg_status
lg_objects_questions(struct lg_ctx *cx, const struct lg_authorizer *authorizer, const struct lg_ask *ask,
	struct lg_questions *ret)
{
	struct choice choice;
	lg_str bucket, decoded;
	ret->count = 0;
	LG_TRY(check_headers(cx, ask));
	LG_TRY(read_choice(cx, ask, &choice));
	LG_TRY(bucket_of_host(cx, authorizer, ask, &bucket));
	/* A store decodes the key once, and it may resolve dots, which are part of the key for S3. */
	if (lg_failed(lg_uri_decode(cx, ask->path.raw, false, &decoded)))
		return refuse(cx, "the path is not encoded as it should be");
	for (size_t i = 0; i < ask->path.count; i++) {
		const lg_str path = i ? ask->path.readings[i] : decoded;
		const struct place place = place_of(bucket, path);
		LG_TRY(ask_about(cx, ask, &choice, &place, ret));
	}
	const lg_str source = lg_ask_header(ask, LG_STR("x-amz-copy-source"));
	return lg_str_present(source) ? add_source(cx, source, ret) : LG_OK;
}

/* ---- condition keys ---- */

static lg_status
add_key(struct lg_ctx *cx, struct lg_policy_context *context, const char *name, lg_str value)
{
	const lg_status s = lg_policy_context_add(cx, context, lg_str_from_c(name), value);
	return s.code == LG_E_EXISTS ? LG_OK : s;
}

lg_status
lg_objects_context(struct lg_ctx *cx, const struct lg_ask *ask, const struct lg_sigv4_claim *claim,
	lg_time now, struct lg_policy_context *context)
{
	static const struct {
		lg_str param;
		const char *key;
	} params_of[] = {
		{ S("prefix"), "s3:prefix" },
		{ S("delimiter"), "s3:delimiter" },
		{ S("max-keys"), "s3:max-keys" },
		{ S("versionId"), "s3:VersionId" },
	};
	struct lg_str_map params;
	lg_str age;
	LG_TRY(read_params(cx, ask, &params));
	for (size_t i = 0; i < params.count; i++)
		for (size_t k = 0; k < LG_LEN(params_of); k++)
			if (lg_str_eq(params.items[i].key, params_of[k].param))
				LG_TRY(add_key(cx, context, params_of[k].key, params.items[i].value));
	for (size_t i = 0; i < ask->headers.count; i++) {
		const struct lg_str_pair *header = &ask->headers.items[i];
		lg_str name;
		if (!starts_nocase(header->key, LG_STR("x-amz-")) ||
			lg_str_eq_nocase(header->key, LG_STR("x-amz-security-token")))
			continue;
		LG_TRY(lg_str_lower(cx, header->key, &name));
		LG_TRY(lg_str_concat(cx, (const lg_str[]){ LG_STR("s3:"), name }, 2, &name));
		const lg_status s = lg_policy_context_add(cx, context, name, header->value);
		if (s.code != LG_E_EXISTS)
			LG_TRY(s);
	}
	LG_TRY(lg_str_fmt(cx, &age, "%" PRId64, now.ms > claim->time.ms ? now.ms - claim->time.ms : 0));
	LG_TRY(add_key(cx, context, "s3:signatureAge", age));
	LG_TRY(add_key(cx, context, "s3:signatureversion", LG_STR("AWS4-HMAC-SHA256")));
	return add_key(cx, context, "s3:authType",
		claim->presigned ? LG_STR("REST-QUERY-STRING") : LG_STR("REST-HEADER"));
}
