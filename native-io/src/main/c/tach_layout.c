#include "tach_layout.h"

#include <stdbool.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sysmacros.h>

#include "tach_fault.h"
#include "tach_kernel.h"
#include "tach_sys.h"

static int add(tach_layout_t *layout, const tach_mapping_t *mapping, tach_reason_t *reason) {
    if (layout->count == layout->capacity) {
        return tach_fail(reason, "too many mappings", 0);
    }
    layout->mappings[layout->count++] = *mapping;
    return 0;
}

static uint64_t stack_pointer(void) {
    return (uint64_t)(uintptr_t)__builtin_frame_address(0);
}

/* The main thread's stack is the mapping we run on, wherever it is; marked since it may grow at any call. */
static void mark_stack(tach_layout_t *layout) {
    const uint64_t here = stack_pointer();
    for (size_t i = 0; i < layout->count; i++) {
        tach_mapping_t *mapping = &layout->mappings[i];
        if (mapping->start <= here && here < mapping->end) {
            mapping->flags |= TACH_MAP_STACK;
        }
    }
}

/* --- by PROCMAP_QUERY -------------------------------------------------------------------------------------------- */

static long query(int maps_fd, uint64_t address, struct tach_procmap_query *found) {
    memset(found, 0, sizeof *found);
    found->size = sizeof *found;
    found->query_flags = TACH_PROCMAP_COVERING_OR_NEXT;
    found->query_addr = address;
    return tach_ioctl(maps_fd, TACH_PROCMAP_QUERY, found);
}

int tach_layout_is_queryable(int maps_fd) {
    struct tach_procmap_query found;
    tach_reason_t unused;
    return !tach_fault(TACH_FAULT_QUERY, &unused) && query(maps_fd, 0, &found) == 0;
}

static int read_by_query(tach_layout_t *layout, int maps_fd, tach_reason_t *reason) {
    struct tach_procmap_query found;
    for (uint64_t address = 0;; address = found.vma_end) {
        long result = query(maps_fd, address, &found);
        if (result == -2 /* ENOENT: nothing further */) {
            return 0;
        }
        if (result < 0) {
            return tach_fail(reason, "PROCMAP_QUERY", result);
        }
        tach_mapping_t mapping = {
            .start = found.vma_start,
            .end = found.vma_end,
            .offset = found.inode == 0 ? 0 : found.vma_offset, /* of anonymous memory it changes when mappings merge */
            .inode = found.inode,
            .device = (uint32_t)makedev(found.dev_major, found.dev_minor),
            .flags = (uint32_t)found.vma_flags & 0xfu,
        };
        if (add(layout, &mapping, reason) != 0) {
            return -1;
        }
    }
}

/* --- as text ----------------------------------------------------------------------------------------------------- */

typedef struct text {
    const char *at;
    const char *end;
} text_t;

static int hex_digit(char c) {
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static uint64_t take_number(text_t *text, unsigned base) {
    uint64_t number = 0;
    for (int digit; text->at < text->end && (digit = hex_digit(*text->at)) >= 0 && (unsigned)digit < base; text->at++) {
        number = number * base + (unsigned)digit;
    }
    text->at++; /* what ended it */
    return number;
}

static uint32_t take_flags(text_t *text) {
    static const char letters[] = "rwxs";
    uint32_t flags = 0;
    for (unsigned i = 0; i < 4; i++) {
        flags |= (text->at[i] == letters[i] ? 1u : 0u) << i;
    }
    text->at += 5;
    return flags;
}

/* One line: "start-end rwxp offset major:minor inode   path". */
static tach_mapping_t take_line(text_t *text) {
    tach_mapping_t mapping = {0};
    mapping.start = take_number(text, 16);
    mapping.end = take_number(text, 16);
    mapping.flags = take_flags(text);
    mapping.offset = take_number(text, 16);
    unsigned major_number = (unsigned)take_number(text, 16);
    unsigned minor_number = (unsigned)take_number(text, 16);
    mapping.device = (uint32_t)makedev(major_number, minor_number);
    mapping.inode = take_number(text, 10);
    text->at--;
    while (text->at < text->end && *text->at++ != '\n') {
    }
    mapping.offset = mapping.inode == 0 ? 0 : mapping.offset;
    return mapping;
}

/* The vsyscall page is in the text, but no mapping of the process. */
static bool is_of_kernel(const tach_mapping_t *mapping) {
    return mapping->start >> 63 != 0;
}

/* The kernel gives whole lines only, so each read is parsed by itself. */
static int read_as_text(tach_layout_t *layout, int maps_fd, tach_reason_t *reason) {
    char buffer[16384];
    for (long offset = 0;;) {
        long bytes = tach_sys4(SYS_pread64, maps_fd, buffer, sizeof buffer, offset);
        if (bytes <= 0) {
            return bytes == 0 ? 0 : tach_fail(reason, "read of /proc/self/maps", bytes);
        }
        offset += bytes;
        text_t text = {buffer, buffer + bytes};
        while (text.at < text.end) {
            tach_mapping_t mapping = take_line(&text);
            if (!is_of_kernel(&mapping) && add(layout, &mapping, reason) != 0) {
                return -1;
            }
        }
    }
}

int tach_layout_read_so(tach_layout_t *layout, int maps_fd, int as_text, tach_reason_t *reason) {
    layout->count = 0;
    layout->brk = (uint64_t)tach_sys1(SYS_brk, 0);
    int result = as_text ? read_as_text(layout, maps_fd, reason) : read_by_query(layout, maps_fd, reason);
    if (result == 0) {
        mark_stack(layout);
    }
    return result;
}

int tach_layout_read(tach_layout_t *layout, int maps_fd, tach_reason_t *reason) {
    return tach_layout_read_so(layout, maps_fd, !tach_layout_is_queryable(maps_fd), reason);
}

/* --- two layouts compared ---------------------------------------------------------------------------------------- */

/* Addresses over which neither layout changes, and what is there; NULL: nothing. */
typedef struct stretch {
    uint64_t start;
    uint64_t end;
    const tach_mapping_t *before;
    const tach_mapping_t *after;
    bool is_grown_stack;
} stretch_t;

/* Walks over two layouts at once. Mappings that were split, or merged with a new neighbour, are seen piece by piece. */
typedef struct sweep {
    const tach_layout_t *baseline;
    const tach_layout_t *now;
    size_t i;
    size_t j;
    uint64_t at;
} sweep_t;

static const tach_mapping_t *first_behind(const tach_layout_t *layout, size_t *i, uint64_t at) {
    while (*i < layout->count && layout->mappings[*i].end <= at) {
        (*i)++;
    }
    return *i < layout->count ? &layout->mappings[*i] : NULL;
}

/* Where a mapping next begins or ends. */
static uint64_t edge(const tach_mapping_t *mapping, uint64_t at) {
    if (mapping == NULL) {
        return UINT64_MAX;
    }
    return mapping->start > at ? mapping->start : mapping->end;
}

static const tach_mapping_t *if_there(const tach_mapping_t *mapping, uint64_t at) {
    return mapping != NULL && mapping->start <= at ? mapping : NULL;
}

static bool next_stretch(sweep_t *sweep, stretch_t *stretch) {
    for (;;) {
        const tach_mapping_t *before = first_behind(sweep->baseline, &sweep->i, sweep->at);
        const tach_mapping_t *after = first_behind(sweep->now, &sweep->j, sweep->at);
        if (before == NULL && after == NULL) {
            return false;
        }
        uint64_t start = sweep->at;
        uint64_t end = edge(before, start) < edge(after, start) ? edge(before, start) : edge(after, start);
        sweep->at = end;
        *stretch = (stretch_t){start, end, if_there(before, start), if_there(after, start), false};
        stretch->is_grown_stack = stretch->before == NULL && stretch->after != NULL && before != NULL &&
                                  (before->flags & TACH_MAP_STACK) != 0 && before->end == after->end;
        bool is_own = start >= sweep->baseline->own_start && start < sweep->baseline->own_end;
        if (!is_own && (stretch->before != NULL || stretch->after != NULL)) {
            return true;
        }
    }
}

static bool is_same(const tach_mapping_t *a, const tach_mapping_t *b) {
    bool is_same_place = a->inode == 0 || a->offset - a->start == b->offset - b->start;
    return a->inode == b->inode && a->device == b->device && is_same_place && (a->flags & 0xfu) == (b->flags & 0xfu);
}

int tach_layout_is_data(const tach_mapping_t *mapping) {
    return mapping->inode == 0 && (mapping->flags & (TACH_MAP_WRITE | TACH_MAP_SHARED)) == TACH_MAP_WRITE;
}

/* Where a heap has shrunk and something else is mapped, the break cannot be put back. */
static bool can_be_had_again(const tach_layout_t *baseline, const stretch_t *stretch) {
    const tach_mapping_t *before = stretch->before;
    bool is_heap = before->start < baseline->brk && baseline->brk <= before->end;
    return tach_layout_is_data(before) && (before->flags & TACH_MAP_STACK) == 0 && !(is_heap && stretch->after != NULL);
}

static int lose(const tach_layout_t *baseline, const stretch_t *stretch, tach_lost_t *lost, tach_reason_t *reason) {
    if (lost->count == TACH_MOST_LOST || !can_be_had_again(baseline, stretch)) {
        return tach_fail(reason, stretch->after == NULL ? "mapping removed" : "mapping changed", 0);
    }
    tach_mapping_t *part = &lost->part[lost->count++];
    *part = *stretch->before;
    part->start = stretch->start;
    part->end = stretch->end;
    return 0;
}

int tach_layout_check(
    const tach_layout_t *baseline, const tach_layout_t *now, tach_lost_t *lost, tach_reason_t *reason) {
    sweep_t sweep = {.baseline = baseline, .now = now};
    lost->count = 0;
    for (stretch_t stretch; next_stretch(&sweep, &stretch);) {
        bool is_kept = stretch.before == NULL || (stretch.after != NULL && is_same(stretch.before, stretch.after));
        if (!is_kept && lose(baseline, &stretch, lost, reason) != 0) {
            return -1;
        }
    }
    return 0;
}

int tach_layout_new(const tach_layout_t *baseline, const tach_layout_t *now, tach_lost_t *found) {
    sweep_t sweep = {.baseline = baseline, .now = now};
    found->count = 0;
    for (stretch_t stretch; next_stretch(&sweep, &stretch);) {
        if (stretch.before != NULL) {
            continue;
        }
        if (found->count == TACH_MOST_LOST) {
            return -1;
        }
        tach_mapping_t *part = &found->part[found->count++];
        *part = *stretch.after;
        part->start = stretch.start;
        part->end = stretch.end;
    }
    return 0;
}

int tach_layout_has_all_data(const tach_layout_t *baseline) {
    const tach_mapping_t *at = baseline->mappings;
    const tach_mapping_t *end = at + baseline->count;
    while (at < end) {
        const tach_mapping_t *first = at;
        while (at < end && tach_layout_is_data(at) && (at == first || at[-1].end == at->start)) {
            at++;
        }
        if (at == first) {
            at++;
        } else if (tach_sys3(SYS_msync, first->start, at[-1].end - first->start, MS_ASYNC) != 0) {
            return 0;
        }
    }
    return 1;
}

/* --- putting it back --------------------------------------------------------------------------------------------- */

int tach_layout_restore_brk(const tach_layout_t *baseline, tach_reason_t *reason) {
    uint64_t brk = baseline->brk;
    return (uint64_t)tach_sys1(SYS_brk, brk) == brk ? 0 : tach_fail(reason, "brk", 0);
}

int tach_layout_unmap_new(const tach_layout_t *baseline, const tach_layout_t *now, tach_reason_t *reason) {
    sweep_t sweep = {.baseline = baseline, .now = now};
    for (stretch_t stretch; next_stretch(&sweep, &stretch);) {
        if (stretch.before != NULL || stretch.is_grown_stack) {
            continue;
        }
        long result = tach_sys2(SYS_munmap, stretch.start, stretch.end - stretch.start);
        if (result != 0) {
            return tach_fail(reason, "munmap", result);
        }
    }
    return 0;
}

int tach_layout_map_lost(const tach_lost_t *lost, tach_reason_t *reason) {
    for (size_t i = 0; i < lost->count; i++) {
        const tach_mapping_t *part = &lost->part[i];
        int protection = (int)(part->flags & (TACH_MAP_READ | TACH_MAP_WRITE | TACH_MAP_EXECUTE)); /* the same bits */
        long address = TACH_SYS(SYS_mmap, part->start, part->end - part->start, protection,
                                MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
        if (address != (long)part->start) {
            return tach_fail(reason, "mmap of what was unmapped", address < 0 ? address : 0);
        }
    }
    return 0;
}
