#include "domain/members.h"

#include <string.h>

/* A structure is held by pointer; everything else by value. */
static size_t
member_size(const struct lg_shape *shape)
{
	return shape->kind == LG_KIND_STRUCT ? sizeof(void *) : shape->size;
}

static bool
same_type(const struct lg_shape *a, const struct lg_shape *b)
{
	if (a == b)
		return true;
	/* Types with a name of their own differ in limits only; their C type follows from the kind. */
	return a->kind == b->kind && a->kind <= LG_KIND_TIME;
}

static const struct lg_field *
find(const struct lg_shape *shape, lg_str name)
{
	for (size_t i = 0; i < shape->field_count; i++)
		if (lg_str_eq(shape->fields[i].name, name))
			return &shape->fields[i];
	return NULL;
}

void
lg_members_copy(const struct lg_shape *from, const void *in, const struct lg_shape *to, void *out)
{
	for (size_t i = 0; i < from->field_count; i++) {
		const struct lg_field *source = &from->fields[i];
		const struct lg_field *target = find(to, source->name);
		if (target && same_type(source->shape, target->shape))
			memcpy((char *)out + target->offset, (const char *)in + source->offset,
				member_size(source->shape));
	}
}
