package sqlite

/*
#include <stdlib.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif

static void big_blocks_apart(void) {
#ifdef __GLIBC__
	mallopt(M_MMAP_THRESHOLD, 1 << 20);
	mallopt(M_TRIM_THRESHOLD, 8 << 20);
#endif
}
*/
import "C"

import (
	"sync"
)

// BigBlocksApart makes the C library give memory of more than 1 MiB back to the
// system as soon as SQLite frees it. By itself glibc begins to keep such blocks
// after the first, and a few mails of 25 MB cost another 100 MB for good.
//
// Up to 8 MiB of smaller ones stay. Each snapshot drops the pages of the one before, which
// glibc, once told of a size, would give back and ask for again each time.
var BigBlocksApart = sync.OnceFunc(func() { C.big_blocks_apart() })
