/*
 * shape.h - how a type of the API is described, so that one reader, one validator and one writer
 * serve every operation. The tables are generated from api/ (gen/<api>_types.h).
 *
 * In C a value of a shape is
 *
 *   STRING, BLOB, DOCUMENT   lg_str (absent = ptr NULL; a blob is decoded; a document is JSON text)
 *   BOOL                     struct lg_opt_bool
 *   INT                      struct lg_opt_int
 *   FLOAT                    struct lg_opt_float
 *   TIME                     struct lg_opt_time (milliseconds; epoch seconds and decimals on the wire)
 *   STRUCT                   pointer to the generated struct, NULL when absent
 *   LIST                     { T *items; size_t count; bool has; }   T: as above, but structs by value
 *   MAP                      { struct { lg_str key; T value; } *items; size_t count; bool has; }
 *
 * Enumerations are strings; their values have names (LG_IDP_AUTH_FLOW_USER_SRP_AUTH).
 */
#ifndef LG_CODEC_SHAPE_H
#define LG_CODEC_SHAPE_H

#include "base/ctx.h"

struct lg_opt_bool {
	bool has;
	bool v;
};

struct lg_opt_int {
	bool has;
	int64_t v;
};

struct lg_opt_float {
	bool has;
	double v;
};

struct lg_opt_time {
	bool has;
	lg_time v;
};

/* The common layout of every generated list and map. */
struct lg_any_list {
	void *items;
	size_t count;
	bool has;
};

enum lg_kind {
	LG_KIND_STRING,
	LG_KIND_BLOB,
	LG_KIND_DOCUMENT,
	LG_KIND_BOOL,
	LG_KIND_INT,
	LG_KIND_FLOAT,
	LG_KIND_TIME,
	LG_KIND_STRUCT,
	LG_KIND_LIST,
	LG_KIND_MAP,
};

struct lg_shape;

struct lg_field {
	lg_str name;      /* on the wire: "UserPoolId" */
	lg_str path;      /* in validation messages: "userPoolId" */
	size_t offset;    /* in the struct */
	const struct lg_shape *shape;
	bool required;
	unsigned number;  /* in sealed records; unique in the structure, never re-used; 0 = not stored */
};

struct lg_shape {
	lg_str name;
	enum lg_kind kind;
	bool sensitive;       /* never in a log, never in a validation message */
	bool has_min;
	bool has_max;
	int64_t min;          /* length of strings (UTF-16 units), blobs, lists, maps; value of numbers */
	int64_t max;
	const char *pattern;  /* as the API publishes it (the message quotes it); NULL = none */
	const lg_str *values; /* of an enumeration, in published order */
	size_t value_count;
	const struct lg_field *fields;
	size_t field_count;
	size_t size;          /* bytes of one value: the struct itself, a list's or map's header, ... */
	const struct lg_shape *member; /* of a list; value of a map */
	const struct lg_shape *key;    /* of a map */
	size_t pair_size;     /* of one map entry */
	size_t pair_offset;   /* of the value in a map entry */
	size_t rest_offset;   /* of the lg_str that keeps unknown record fields; 0 = none (never first) */
};

#endif
