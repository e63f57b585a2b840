#include "base/secret.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* Whole pages, so that locking and excluding them touches nothing else. */
static size_t
page_span(size_t len)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	return (len + page - 1) / page * page;
}

lg_status
lg_secret_new(size_t len, struct lg_secret *ret)
{
	size_t span = page_span(len ? len : 1);
	void *at = mmap(NULL, span, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (at == MAP_FAILED)
		return LG_STATUS(LG_E_NO_MEMORY);

	/* A small RLIMIT_MEMLOCK must not stop the service: wiping and no-dump still hold. */
	(void)mlock(at, span);
	(void)madvise(at, span, MADV_DONTDUMP);
	*ret = (struct lg_secret){ .ptr = at, .len = len };
	return LG_OK;
}

lg_status
lg_secret_copy(lg_str bytes, struct lg_secret *ret)
{
	struct lg_secret copy = { 0 };
	LG_TRY(lg_secret_new(bytes.len, &copy));
	if (bytes.len)
		memcpy(copy.ptr, bytes.ptr, bytes.len);
	*ret = copy;
	return LG_OK;
}

void
lg_secret_done(struct lg_secret *secret)
{
	if (!secret || !secret->ptr)
		return;
	size_t span = page_span(secret->len ? secret->len : 1);
	lg_wipe(secret->ptr, secret->len);
	(void)munmap(secret->ptr, span);
	*secret = (struct lg_secret){ 0 };
}

lg_str
lg_secret_view(const struct lg_secret *secret)
{
	return lg_str_from_bytes(secret->ptr, secret->len);
}

void
lg_wipe(void *bytes, size_t len)
{
	if (len)
		explicit_bzero(bytes, len);
}

bool
lg_ct_eq(lg_str a, lg_str b)
{
	if (a.len != b.len)
		return false;
	volatile unsigned char differ = 0;
	for (size_t i = 0; i < a.len; i++)
		differ |= (unsigned char)((unsigned char)a.ptr[i] ^ (unsigned char)b.ptr[i]);
	return differ == 0;
}
