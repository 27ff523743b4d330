#include "tach_aside.h"

#include <fcntl.h>
#include <stdbool.h>
#include <string.h>

#include "tach_sys.h"

/* So many ranges of each at a time: the two halves of area->ranges. */
#define HALF (TACH_RANGES / 2)

typedef struct present {
    const struct tach_page_region *ranges;
    size_t count;
    uint64_t end; /* nothing is known from here on */
} present_t;

/* Pages with content of their own: neither a file's nor the page of zeroes. */
static int find_present(int pagemap_fd, uint64_t start, uint64_t end, struct tach_page_region *ranges, present_t *found,
                        tach_reason_t *reason) {
    struct tach_scan_arg order;
    memset(&order, 0, sizeof order);
    order.size = sizeof order;
    order.start = start;
    order.end = end;
    order.vec = (uint64_t)(uintptr_t)ranges;
    order.vec_len = HALF;
    order.category_inverted = TACH_PAGE_IS_FILE | TACH_PAGE_IS_PFNZERO;
    order.category_mask = TACH_PAGE_IS_FILE | TACH_PAGE_IS_PFNZERO | TACH_PAGE_IS_PRESENT;
    order.return_mask = TACH_PAGE_IS_PRESENT;
    long count = tach_ioctl(pagemap_fd, TACH_PAGEMAP_SCAN, &order);
    if (count < 0) {
        return tach_fail(reason, "PAGEMAP_SCAN", count);
    }
    *found = (present_t){ranges, (size_t)count, count == HALF ? ranges[HALF - 1].end : end};
    return 0;
}

static const tach_span_t *span_of(const tach_area_t *area, uint64_t page) {
    for (size_t i = 0; i < area->span_count; i++) {
        if (page >= area->spans[i].start && page < area->spans[i].end) {
            return &area->spans[i];
        }
    }
    return NULL;
}

static int note(tach_area_t *area, uint64_t page, tach_reason_t *reason) {
    if (area->aside_count == TACH_ASIDE) {
        return tach_fail(reason, "too much memory that forks do not inherit", 0);
    }
    area->aside[area->aside_count++] = page;
    return 0;
}

int tach_aside_leave(tach_area_t *area, uint64_t start, uint64_t end, tach_reason_t *reason) {
    for (uint64_t page = start; page < end; page += TACH_PAGE_BYTES) {
        if (note(area, page, reason) != 0) {
            return -1;
        }
    }
    return 0;
}

static int put_aside(tach_area_t *area, uint64_t page, tach_reason_t *reason) {
    const tach_span_t *span = span_of(area, page);
    if (span == NULL) {
        return 0; /* not put back by any rewind */
    }
    if (note(area, page, reason) != 0) {
        return -1;
    }
    uint32_t slot = (uint32_t)++area->golden_count;
    area->pinned_slots = area->golden_count;
    area->slots[span->first_slot + (page - span->start) / TACH_PAGE_BYTES] = slot;
    tach_copy(area->golden + (size_t)slot * TACH_PAGE_BYTES, (const void *)(uintptr_t)page, TACH_PAGE_BYTES);
    return 0;
}

/* Our stack: it has got deeper since the fork, which is not what is looked for, and is never wiped. */
static bool is_stack(const tach_area_t *area, uint64_t page) {
    for (size_t i = 0; i < area->baseline.count; i++) {
        const tach_mapping_t *mapping = &area->baseline.mappings[i];
        if ((mapping->flags & TACH_MAP_STACK) != 0) {
            return page >= mapping->start && page < mapping->end;
        }
    }
    return false;
}

static int compare(tach_area_t *area, const present_t *ours, const present_t *twins, uint64_t end, tach_reason_t *reason) {
    size_t j = 0;
    for (size_t i = 0; i < ours->count; i++) {
        for (uint64_t page = ours->ranges[i].start; page < ours->ranges[i].end && page < end; page += TACH_PAGE_BYTES) {
            while (j < twins->count && twins->ranges[j].end <= page) {
                j++;
            }
            bool is_there = j < twins->count && twins->ranges[j].start <= page;
            if (!is_there && !is_stack(area, page) && put_aside(area, page, reason) != 0) {
                return -1;
            }
        }
    }
    return 0;
}

static int compare_all(tach_area_t *area, int twins_fd, tach_reason_t *reason) {
    const uint64_t last = area->baseline.mappings[area->baseline.count - 1].end;
    for (uint64_t start = 0; start < last;) {
        present_t ours;
        present_t twins;
        if (find_present(area->pagemap_fd, start, last, area->ranges, &ours, reason) != 0 ||
            find_present(twins_fd, start, ours.end, area->ranges + HALF, &twins, reason) != 0 ||
            compare(area, &ours, &twins, twins.end, reason) != 0) {
            return -1;
        }
        start = twins.end;
    }
    return 0;
}

static long open_pagemap_of(int pid) {
    char path[40] = "/proc/";
    tach_append_number(path, sizeof path, (unsigned long)pid);
    size_t length = strlen(path);
    tach_text(path + length, sizeof path - length, "/pagemap");
    return tach_sys4(SYS_openat, AT_FDCWD, path, O_RDONLY | O_CLOEXEC, 0);
}

int tach_aside_take(tach_area_t *area, tach_reason_t *reason) {
    long fd = open_pagemap_of(area->twin);
    if (fd < 0) {
        return tach_fail(reason, "pagemap of the twin", fd);
    }
    int result = compare_all(area, (int)fd, reason);
    tach_sys1(SYS_close, fd);
    return result;
}
