#include "op/caller.h"

struct lg_caller
lg_op_caller(const struct lg_req *rq)
{
	return (struct lg_caller){ .ip = rq->peer, .user_agent = rq->user_agent };
}

struct lg_caller
lg_op_caller_of_client(const struct lg_req *rq, const struct lg_client *client,
	const struct lg_idp_user_context_data_type *context)
{
	struct lg_caller caller = lg_op_caller(rq);
	if (context && client->has_secret && client->type->enable_propagate_additional_user_context_data.v
		&& lg_caller_is_ip(context->ip_address))
		caller.ip = context->ip_address;
	return caller;
}

struct lg_caller
lg_op_caller_of_admin(const struct lg_req *rq, const struct lg_idp_context_data_type *context)
{
	struct lg_caller caller = lg_op_caller(rq);
	if (!context)
		return caller;
	if (lg_caller_is_ip(context->ip_address))
		caller.ip = context->ip_address;
	for (size_t i = 0; i < context->http_headers.count; i++) {
		const struct lg_idp_http_header *header = &context->http_headers.items[i];
		if (lg_str_eq_nocase(header->header_name, LG_STR("User-Agent")))
			caller.user_agent = header->header_value;
	}
	return caller;
}
