#include "tach_scan.h"

#include "tach_watch.h"

/* What was lost counts as dirty, all of it: it comes back empty. */
static int add_lost(tach_area_t *area, const tach_mapping_t *part, tach_reason_t *reason) {
    if (area->range_count == TACH_RANGES) {
        return tach_fail(reason, "too many dirty ranges", 0);
    }
    area->ranges[area->range_count++] = (struct tach_page_region){.start = part->start, .end = part->end};
    return 0;
}

/* What lies between lost parts; as tach_watch_scan. */
static int scan_parts(tach_area_t *area, const tach_span_t *span, tach_reason_t *reason) {
    uint64_t from = span->start;
    for (size_t i = 0; i < area->lost.count; i++) {
        const tach_mapping_t *part = &area->lost.part[i];
        if (part->start < span->start || part->end > span->end) {
            continue;
        }
        int result = tach_watch_scan(area, from, part->start, reason);
        if (result != 0 || add_lost(area, part, reason) != 0) {
            return result != 0 ? result : -1;
        }
        from = part->end;
    }
    return tach_watch_scan(area, from, span->end, reason);
}

static int scan_span(tach_area_t *area, const tach_span_t *span, tach_reason_t *reason) {
    size_t found_before = area->range_count;
    int result = scan_parts(area, span, reason);
    if (result != TACH_NOT_WATCHED) {
        return result;
    }
    area->range_count = found_before;
    if (tach_watch_find_lost(area, span, reason) != 0) {
        return -1;
    }
    result = scan_parts(area, span, reason);
    return result == TACH_NOT_WATCHED ? tach_fail(reason, "mapping replaced", 0) : result;
}

int tach_scan(tach_area_t *area, tach_reason_t *reason) {
    area->range_count = 0;
    for (size_t i = 0; i < area->span_count; i++) {
        if (area->spans[i].is_watched && scan_span(area, &area->spans[i], reason) != 0) {
            return -1;
        }
    }
    return 0;
}
