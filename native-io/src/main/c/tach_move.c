#include "tach_move.h"

#include "tach_golden.h"
#include "tach_scan.h"
#include "tach_sys.h"
#include "tach_watch.h"

/* Pages of mappings that are new, all together. All of them are copied. */
#define MOST_NEW_PAGES 4096u

static size_t pages_of(const tach_mapping_t *mapping) {
    return (mapping->end - mapping->start) / TACH_PAGE_BYTES;
}

/* Whether what is new is little enough. */
static bool is_little(const tach_area_t *area) {
    size_t pages = 0;
    for (size_t i = 0; i < area->added.count; i++) {
        pages += tach_watch_is_put_back(&area->added.part[i]) ? pages_of(&area->added.part[i]) : 0;
    }
    return pages <= MOST_NEW_PAGES && area->slots_used + pages <= area->slot_count &&
           area->span_count + area->added.count < TACH_MAPPINGS;
}

bool tach_move_is_possible(tach_area_t *area) {
    tach_reason_t unused;
    return tach_layout_read(&area->now, area->maps_fd, &unused) == 0 &&
           tach_layout_check(&area->baseline, &area->now, &area->lost, &unused) == 0 && area->lost.count == 0 &&
           tach_layout_new(&area->baseline, &area->now, &area->added) == 0 && is_little(area);
}

/* --- what is new ------------------------------------------------------------------------------------------------- */

/* A span of its own, with slots behind all others: those of the others stay where they are. */
static tach_span_t *insert_span(tach_area_t *area, const tach_mapping_t *mapping) {
    size_t at = area->span_count++;
    for (; at > 0 && area->spans[at - 1].start > mapping->start; at--) {
        area->spans[at] = area->spans[at - 1];
    }
    area->spans[at] = tach_watch_span(mapping->start, mapping->end);
    area->spans[at].first_slot = (uint32_t)area->slots_used;
    area->slots_used += pages_of(mapping);
    return &area->spans[at];
}

static int watch_new(tach_area_t *area, tach_mapping_t *mapping, tach_reason_t *reason) {
    if (tach_watch_register_one(area, mapping, reason) != 0) {
        return -1;
    }
    if ((mapping->flags & TACH_MAP_LEFT) != 0) {
        return tach_fail(reason, "new memory that may go at any time", 0);
    }
    const tach_span_t *span = insert_span(area, mapping);
    if (span->is_watched && tach_watch_protect(area, span->start, span->end, reason) != 0) {
        return -1;
    }
    return tach_golden_pin(area, span, span->start, span->end, reason);
}

static int watch_all_new(tach_area_t *area, tach_reason_t *reason) {
    for (size_t i = 0; i < area->added.count; i++) {
        if (tach_watch_is_put_back(&area->added.part[i]) && watch_new(area, &area->added.part[i], reason) != 0) {
            return -1;
        }
    }
    return 0;
}

/* The layout that was read is the one to go back to. */
static void adopt_layout(tach_area_t *area) {
    tach_layout_t before = area->baseline;
    area->baseline = area->now;
    area->baseline.own_start = before.own_start;
    area->baseline.own_end = before.own_end;
    area->now = before;
}

/* --- moving ------------------------------------------------------------------------------------------------------ */

int tach_move(tach_area_t *area, tach_reason_t *reason) {
    if (tach_scan(area, reason) != 0) {
        return -1;
    }
    if (area->lost.count != 0) {
        return tach_fail(reason, "mapping replaced", 0);
    }
    if (tach_golden_pin_dirty(area, reason) != 0 || watch_all_new(area, reason) != 0) {
        return -1;
    }
    adopt_layout(area);
    area->stats.moves++;
    return 0;
}
