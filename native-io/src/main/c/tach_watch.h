/* Which pages were written since they were protected: userfaultfd in write-protect mode and PAGEMAP_SCAN.
 *
 * With WP_ASYNC the kernel resolves a write to a protected page by itself and only clears the protection, which the scan
 * then sees: no handler, no second thread (Linux 6.7).
 */
#ifndef TACH_WATCH_H
#define TACH_WATCH_H

#include <stdbool.h>

#include "tach_area.h"

/* Opens the descriptors that watch this process: never those of a parent, which act on the parent's memory. */
int tach_watch_open(tach_area_t *area, tach_reason_t *reason) tach_must_check;

/* Whether rewinds put a mapping back: it is private and writable, and not to be left alone. */
bool tach_watch_is_put_back(const tach_mapping_t *mapping);

/* Registers every private writable mapping of the layout. Registered mappings do not merge with new neighbours, so a test's
 * mappings stay tellable. What the kernel may drop at any time (MAP_DROPPABLE, where libc 2.41 keeps the state of its random
 * numbers) cannot be registered and is marked to be left alone. */
int tach_watch_register(tach_area_t *area, tach_reason_t *reason) tach_must_check;

/* Registers one of them. */
int tach_watch_register_one(tach_area_t *area, tach_mapping_t *mapping, tach_reason_t *reason) tach_must_check;

/* A span, by itself: without slots. */
tach_span_t tach_watch_span(uint64_t start, uint64_t end);

/* Makes the spans out of the layout: what was registered, neighbours joined. */
int tach_watch_spans(tach_area_t *area, tach_reason_t *reason) tach_must_check;

/* Registers what was lost and is mapped again. */
int tach_watch_register_lost(tach_area_t *area, tach_reason_t *reason) tach_must_check;

/* Protects consecutive pages, present or not. */
int tach_watch_protect(tach_area_t *area, uint64_t start, uint64_t end, tach_reason_t *reason) tach_must_check;

/* Protects all watched spans. */
int tach_watch_protect_all(tach_area_t *area, tach_reason_t *reason) tach_must_check;

/* Appends the written ranges between two addresses of a span to area->ranges. 0; TACH_NOT_WATCHED if a mapping is not the
 * registered one any more; -1 with a reason, also where the answer does not fit. */
#define TACH_NOT_WATCHED 1
int tach_watch_scan(tach_area_t *area, uint64_t start, uint64_t end, tach_reason_t *reason) tach_must_check;

/* Finds what is not the registered mapping any more in a span of which that is known, and takes it for lost. Three or four
 * system calls; only after TACH_NOT_WATCHED. Fails with "mapping replaced" where it is not data. */
int tach_watch_find_lost(tach_area_t *area, const tach_span_t *span, tach_reason_t *reason) tach_must_check;

#endif
