/* Copies of pages of the rewound process, kept by the one that watches it: where its checkpoint was moved, its memory is to be
 * that of its twin but for these.
 *
 * Runs in the process that watches, where libc may be used. There are copies of one process at a time.
 */
#ifndef TACH_LEARNT_H
#define TACH_LEARNT_H

#include <stddef.h>
#include <stdint.h>

#include "tach_error.h"

typedef struct tach_learnt {
    uint64_t page; /* its address */
    char *bytes;
} tach_learnt_t;

/* Forgets all. */
void tach_learnt_forget(void);

/* Copies a page, in the place of an older copy. To be found it has to be sorted in, and until then it must not be put again. Fails with "no memory for copies". */
int tach_learnt_put(uint64_t page, const char *bytes, tach_reason_t *reason) tach_must_check;

/* Sorts in what was put since. */
void tach_learnt_sort(void);

/* The first copy of a page at this address or behind it; null: there is none. */
const tach_learnt_t *tach_learnt_from(uint64_t page);

#endif
