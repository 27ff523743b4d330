/* What a fork does not inherit: MADV_WIPEONFORK and MADV_DONTFORK. The twin lacks it, so it is copied aside. */
#ifndef TACH_ASIDE_H
#define TACH_ASIDE_H

#include "tach_area.h"

/* Looks for pages of ours that the twin does not have, and puts them into the golden cache. Two scans of the page tables,
 * ours and the twin's: a tenth of what the fork costs. Fails with "too much memory that forks do not inherit". */
int tach_aside_take(tach_area_t *area, tach_reason_t *reason) tach_must_check;

/* Notes pages that no rewind puts back, for those who compare. */
int tach_aside_leave(tach_area_t *area, uint64_t start, uint64_t end, tach_reason_t *reason) tach_must_check;

#endif
