#include "tach_watch.h"

#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/mman.h>

#include "tach_aside.h"
#include "tach_sys.h"

/* Up to here copying costs less than asking: a scan of its own is about a microsecond, a page a tenth of one. */
#define SMALL_SPAN_PAGES 6

/* --- descriptors ------------------------------------------------------------------------------------------------- */

#define LOWEST_FD 200

/* Moves a descriptor out of the way of tests that count theirs. */
static int raised(int fd) {
    long high = tach_sys3(SYS_fcntl, fd, F_DUPFD_CLOEXEC, LOWEST_FD);
    if (high < 0) {
        return fd; /* a low limit: it stays where it is */
    }
    tach_sys1(SYS_close, fd);
    return (int)high;
}

static int keep(tach_area_t *area, int *kept, long fd, const char *what, tach_reason_t *reason) {
    if (fd < 0) {
        return tach_fail(reason, what, fd);
    }
    *kept = raised((int)fd);
    area->own_fds[area->own_count++] = *kept;
    return 0;
}

static int keep_file(tach_area_t *area, int *kept, const char *path, tach_reason_t *reason) {
    return keep(area, kept, tach_sys4(SYS_openat, AT_FDCWD, path, O_RDONLY | O_CLOEXEC, 0), path, reason);
}

static int open_uffd(tach_area_t *area, tach_reason_t *reason) {
    long fd = tach_sys1(SYS_userfaultfd, O_CLOEXEC | O_NONBLOCK | TACH_UFFD_USER_MODE_ONLY);
    if (keep(area, &area->uffd, fd, "userfaultfd", reason) != 0) {
        return -1;
    }
    struct tach_uffd_api api = {
        .api = TACH_UFFD_API,
        .features = TACH_UFFD_FEATURE_WP_ASYNC | TACH_UFFD_FEATURE_WP_UNPOPULATED,
    };
    long result = tach_ioctl(area->uffd, TACH_UFFDIO_API, &api);
    return result == 0 ? 0 : tach_fail(reason, "userfaultfd without WP_ASYNC (Linux 6.7)", result);
}

int tach_watch_open(tach_area_t *area, tach_reason_t *reason) {
    if (open_uffd(area, reason) != 0 || keep_file(area, &area->maps_fd, "/proc/self/maps", reason) != 0 ||
        keep_file(area, &area->statm_fd, "/proc/self/statm", reason) != 0 ||
        keep_file(area, &area->pagemap_fd, "/proc/self/pagemap", reason) != 0) {
        return -1;
    }
    return 0;
}

/* --- spans ------------------------------------------------------------------------------------------------------- */

bool tach_watch_is_put_back(const tach_mapping_t *mapping) {
    return (mapping->flags & (TACH_MAP_WRITE | TACH_MAP_SHARED | TACH_MAP_LEFT)) == TACH_MAP_WRITE;
}

tach_span_t tach_watch_span(uint64_t start, uint64_t end) {
    return (tach_span_t){.start = start, .end = end, .is_watched = (end - start) / TACH_PAGE_BYTES > SMALL_SPAN_PAGES};
}

int tach_watch_spans(tach_area_t *area, tach_reason_t *reason) {
    area->span_count = 0;
    for (size_t i = 0; i < area->baseline.count; i++) {
        const tach_mapping_t *mapping = &area->baseline.mappings[i];
        if (!tach_watch_is_put_back(mapping)) {
            continue;
        }
        tach_span_t *last = area->span_count > 0 ? &area->spans[area->span_count - 1] : NULL;
        if (last != NULL && last->end == mapping->start) {
            last->end = mapping->end;
        } else {
            area->spans[area->span_count++] = (tach_span_t){.start = mapping->start, .end = mapping->end};
        }
    }
    uint64_t slots = 0;
    for (size_t i = 0; i < area->span_count; i++) {
        tach_span_t *span = &area->spans[i];
        *span = tach_watch_span(span->start, span->end);
        span->first_slot = (uint32_t)slots;
        slots += (span->end - span->start) / TACH_PAGE_BYTES;
    }
    area->slots_used = slots;
    return slots <= area->slot_count ? 0 : tach_fail(reason, "more memory than at the first look", 0);
}

/* --- protecting and scanning ------------------------------------------------------------------------------------- */

/* Of such a mapping alone the kernel refuses to say that forks shall keep it. */
static bool is_droppable(const tach_mapping_t *mapping) {
    return tach_sys3(SYS_madvise, mapping->start, mapping->end - mapping->start, MADV_KEEPONFORK) == -22 /* EINVAL */ &&
           mapping->inode == 0;
}

int tach_watch_register_one(tach_area_t *area, tach_mapping_t *mapping, tach_reason_t *reason) {
    struct tach_uffd_register order = {
        .range = {.start = mapping->start, .len = mapping->end - mapping->start},
        .mode = TACH_UFFD_REGISTER_MODE_WP,
    };
    long result = tach_ioctl(area->uffd, TACH_UFFDIO_REGISTER, &order);
    if (result == -22 /* EINVAL */ && is_droppable(mapping)) {
        mapping->flags |= TACH_MAP_LEFT;
        return tach_aside_leave(area, mapping->start, mapping->end, reason);
    }
    return result == 0 ? 0 : tach_fail(reason, "UFFDIO_REGISTER", result);
}

int tach_watch_register(tach_area_t *area, tach_reason_t *reason) {
    for (size_t i = 0; i < area->baseline.count; i++) {
        tach_mapping_t *mapping = &area->baseline.mappings[i];
        if (tach_watch_is_put_back(mapping) && tach_watch_register_one(area, mapping, reason) != 0) {
            return -1;
        }
    }
    return 0;
}

int tach_watch_register_lost(tach_area_t *area, tach_reason_t *reason) {
    for (size_t i = 0; i < area->lost.count; i++) {
        if (tach_watch_register_one(area, &area->lost.part[i], reason) != 0) {
            return -1;
        }
    }
    return 0;
}

int tach_watch_protect(tach_area_t *area, uint64_t start, uint64_t end, tach_reason_t *reason) {
    struct tach_uffd_writeprotect order = {
        .range = {.start = start, .len = end - start},
        .mode = TACH_UFFD_WRITEPROTECT_ON,
    };
    long result = tach_ioctl(area->uffd, TACH_UFFDIO_WRITEPROTECT, &order);
    return result == 0 ? 0 : tach_fail(reason, "UFFDIO_WRITEPROTECT", result);
}

int tach_watch_protect_all(tach_area_t *area, tach_reason_t *reason) {
    for (size_t i = 0; i < area->span_count; i++) {
        const tach_span_t *span = &area->spans[i];
        if (span->is_watched && tach_watch_protect(area, span->start, span->end, reason) != 0) {
            return -1;
        }
    }
    return 0;
}

int tach_watch_scan(tach_area_t *area, uint64_t start, uint64_t end, tach_reason_t *reason) {
    if (start == end) {
        return 0;
    }
    size_t room = TACH_RANGES - area->range_count;
    struct tach_scan_arg order;
    memset(&order, 0, sizeof order);
    order.size = sizeof order;
    order.flags = TACH_SCAN_CHECK_WPASYNC; /* a mapping that is not the one we registered is an error, not "clean" */
    order.start = start;
    order.end = end;
    order.vec = (uint64_t)(uintptr_t)(area->ranges + area->range_count);
    order.vec_len = room;
    order.category_mask = TACH_PAGE_IS_WRITTEN; /* exactly this in both masks takes the kernel's fast path */
    order.return_mask = TACH_PAGE_IS_WRITTEN;
    long found = tach_ioctl(area->pagemap_fd, TACH_PAGEMAP_SCAN, &order);
    if (found == -1 /* EPERM */) {
        return TACH_NOT_WATCHED;
    }
    if (found < 0) {
        return tach_fail(reason, "PAGEMAP_SCAN", found);
    }
    /* Whether the walk came to its end is told by the room that is left. walk_end does not say so: the kernel works
     * through a buffer of 512 ranges and leaves there the end of the last but one. */
    if ((size_t)found == room) {
        return tach_fail(reason, "too many dirty ranges", 0);
    }
    area->range_count += (size_t)found;
    return 0;
}

/* --- what is not watched any more ---------------------------------------------------------------------------------- */

static int lose(tach_lost_t *lost, const tach_mapping_t *mapping, uint64_t start, uint64_t end, tach_reason_t *reason) {
    if (lost->count == TACH_MOST_LOST || !tach_layout_is_data(mapping) || (mapping->flags & TACH_MAP_STACK) != 0) {
        return tach_fail(reason, "mapping replaced", 0);
    }
    tach_mapping_t *part = &lost->part[lost->count++];
    *part = *mapping;
    part->start = start > mapping->start ? start : mapping->start;
    part->end = end < mapping->end ? end : mapping->end;
    return 0;
}

static int lose_between(const tach_area_t *area, tach_lost_t *lost, uint64_t start, uint64_t end, tach_reason_t *reason) {
    for (size_t i = 0; i < area->baseline.count; i++) {
        const tach_mapping_t *mapping = &area->baseline.mappings[i];
        if (mapping->start < end && start < mapping->end && lose(lost, mapping, start, end, reason) != 0) {
            return -1;
        }
    }
    return 0;
}

/* All that is registered in a span, as ranges: the category is the mapping's, so pages without content count too. */
static long find_watched(const tach_area_t *area, const tach_span_t *span, struct tach_page_region *ranges, size_t room) {
    struct tach_scan_arg order;
    memset(&order, 0, sizeof order);
    order.size = sizeof order;
    order.start = span->start;
    order.end = span->end;
    order.vec = (uint64_t)(uintptr_t)ranges;
    order.vec_len = room;
    order.category_mask = TACH_PAGE_IS_WPALLOWED;
    order.return_mask = TACH_PAGE_IS_WPALLOWED;
    return tach_ioctl(area->pagemap_fd, TACH_PAGEMAP_SCAN, &order);
}

static int lose_gaps(tach_area_t *area, tach_lost_t *lost, const tach_span_t *span, tach_reason_t *reason) {
    struct tach_page_region *ranges = area->ranges + area->range_count;
    size_t room = TACH_RANGES - area->range_count;
    long found = find_watched(area, span, ranges, room);
    if (found < 0 || (size_t)found == room) {
        return tach_fail(reason, "PAGEMAP_SCAN of what is watched", found < 0 ? found : 0);
    }
    uint64_t from = span->start;
    for (long i = 0; i < found; i++) {
        if (lose_between(area, lost, from, ranges[i].start, reason) != 0) {
            return -1;
        }
        from = ranges[i].end;
    }
    return lose_between(area, lost, from, span->end, reason);
}

static int keep_lost(tach_lost_t *lost, const tach_lost_t *of, uint64_t start, uint64_t end, tach_reason_t *reason) {
    for (size_t i = 0; i < of->count; i++) {
        const tach_mapping_t *part = &of->part[i];
        if (part->start >= start && part->end <= end && lose(lost, part, part->start, part->end, reason) != 0) {
            return -1;
        }
    }
    return 0;
}

int tach_watch_find_lost(tach_area_t *area, const tach_span_t *span, tach_reason_t *reason) {
    tach_lost_t lost;
    lost.count = 0;
    if (keep_lost(&lost, &area->lost, 0, span->start, reason) != 0 || lose_gaps(area, &lost, span, reason) != 0 ||
        keep_lost(&lost, &area->lost, span->end, UINT64_MAX, reason) != 0) {
        return -1;
    }
    tach_copy(&area->lost, &lost, sizeof lost);
    return 0;
}
