#include "tach_layout.h"

#include <stdbool.h>
#include <string.h>
#include <sys/sysmacros.h>

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
    return query(maps_fd, 0, &found) == 0;
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
            if (add(layout, &mapping, reason) != 0) {
                return -1;
            }
        }
    }
}

int tach_layout_read(tach_layout_t *layout, int maps_fd, tach_reason_t *reason) {
    layout->count = 0;
    layout->brk = (uint64_t)tach_sys1(SYS_brk, 0);
    int result =
        tach_layout_is_queryable(maps_fd) ? read_by_query(layout, maps_fd, reason) : read_as_text(layout, maps_fd, reason);
    if (result == 0) {
        mark_stack(layout);
    }
    return result;
}

/* --- putting it back --------------------------------------------------------------------------------------------- */

int tach_layout_restore_brk(const tach_layout_t *baseline, tach_reason_t *reason) {
    uint64_t brk = baseline->brk;
    return (uint64_t)tach_sys1(SYS_brk, brk) == brk ? 0 : tach_fail(reason, "brk", 0);
}

static bool is_same(const tach_mapping_t *a, const tach_mapping_t *b) {
    bool grown = (a->flags & TACH_MAP_STACK) != 0 && b->start <= a->start;
    return (grown || a->start == b->start) && a->end == b->end && a->inode == b->inode && a->device == b->device &&
           a->offset == b->offset && (a->flags & 0xfu) == (b->flags & 0xfu);
}

/* Unmaps what lies in a gap of the baseline. A mapping that merged with a neighbour of the baseline's is not in a gap
 * as a whole; that happens to mappings of no interest to us only (ours are registered, and so never merge). */
static int unmap_new(const tach_mapping_t *mapping, tach_reason_t *reason) {
    long result = tach_sys2(SYS_munmap, mapping->start, mapping->end - mapping->start);
    return result == 0 ? 0 : tach_fail(reason, "munmap", result);
}

typedef struct tach_kept {
    uint64_t start;
    uint64_t end;
} tach_kept_t;

/* Our own mappings are not compared: the ledger's bell is mapped over a part of them after they were first read. */
static bool is_kept(const tach_mapping_t *mapping, tach_kept_t kept) {
    return mapping->start >= kept.start && mapping->end <= kept.end;
}

static size_t skip_kept(const tach_layout_t *layout, size_t i, tach_kept_t kept) {
    while (i < layout->count && is_kept(&layout->mappings[i], kept)) {
        i++;
    }
    return i;
}

int tach_layout_restore(
    const tach_layout_t *baseline,
    tach_layout_t *now,
    int maps_fd,
    uint64_t keep_start,
    uint64_t keep_end,
    tach_reason_t *reason) {
    if (tach_layout_read(now, maps_fd, reason) != 0) {
        return -1;
    }
    const tach_kept_t kept = {keep_start, keep_end};
    size_t expected = skip_kept(baseline, 0, kept);
    for (size_t i = skip_kept(now, 0, kept); i < now->count; i = skip_kept(now, i + 1, kept)) {
        const tach_mapping_t *mapping = &now->mappings[i];
        const tach_mapping_t *before = expected < baseline->count ? &baseline->mappings[expected] : NULL;
        if (before != NULL && is_same(before, mapping)) {
            expected = skip_kept(baseline, expected + 1, kept);
        } else if (before == NULL || mapping->end <= before->start) {
            if (unmap_new(mapping, reason) != 0) {
                return -1;
            }
        } else {
            return tach_fail(reason, mapping->start >= before->end ? "mapping removed" : "mapping changed", 0);
        }
    }
    return expected == baseline->count ? 0 : tach_fail(reason, "mapping removed", 0);
}
