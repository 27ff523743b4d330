/* The twin: a frozen copy of this process, made by fork, whose memory stays what it was at the checkpoint.
 *
 * Copy-on-write keeps every page in it without copying any. It has exit signal 0, so that no wait of a test sees it, its
 * own process group, no descriptor but one, and ends when this process does.
 */
#ifndef TACH_TWIN_H
#define TACH_TWIN_H

#include "tach_area.h"

/* Makes the twin; area->twin and area->twin_fd are set. */
int tach_twin_create(tach_area_t *area, tach_reason_t *reason) tach_must_check;

/* Whether it lives. */
int tach_twin_is_alive(const tach_area_t *area);

/* Whether it can still be read. A test may have killed it; and a Landlock domain, which nothing else tells of, takes the
 * right to read it away. Asked at each rewind: the pages may all come from elsewhere. */
int tach_twin_check(tach_area_t *area, tach_reason_t *reason) tach_must_check;

/* Kills and reaps it. */
void tach_twin_end(tach_area_t *area);

/* Copies pages out of the twin: page[i] of ours to to[i]; at most TACH_TWIN_BATCH. Fails on a short answer. */
#define TACH_TWIN_BATCH 64u
int tach_twin_read(tach_area_t *area, char *const *to, const uint64_t *page, size_t count, tach_reason_t *reason)
    tach_must_check;

/* Copies the pages from start to end from the twin to their own place here. Fails on a short answer. */
int tach_twin_read_run(tach_area_t *area, uint64_t start, uint64_t end, tach_reason_t *reason) tach_must_check;

#endif
