/* The golden cache: pages as they were at the checkpoint, taken from the twin when they first get dirty.
 *
 * Everything here runs on the private stack between the scan and the jump, with raw system calls alone.
 */
#ifndef TACH_GOLDEN_H
#define TACH_GOLDEN_H

#include "tach_area.h"

/* Brings every page of area->ranges and of the small spans into the cache, as far as there is room. Nothing of the
 * process's own memory is changed, so a failure may still be told. */
int tach_golden_fetch(tach_area_t *area, tach_reason_t *reason) tach_must_check;

/* Puts all those pages back, and protects those again that are not sticky (tach_sticky.h). A failure leaves the memory half
 * restored: nothing but leaving the process may follow it. */
int tach_golden_restore(tach_area_t *area, tach_reason_t *reason) tach_must_check;

/* Pins pages of a span as they are now. Fails with "too many pages to pin" where they would leave too little of the cache. */
int tach_golden_pin(tach_area_t *area, const tach_span_t *span, uint64_t start, uint64_t end, tach_reason_t *reason)
    tach_must_check;

/* Pins all of area->ranges and of the small spans, and protects those again that are not sticky. What was cached and not
 * pinned is forgotten. */
int tach_golden_pin_dirty(tach_area_t *area, tach_reason_t *reason) tach_must_check;

#endif
