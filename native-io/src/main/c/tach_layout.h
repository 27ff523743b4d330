/* The address space as a list of mappings, and what a test changed in it. */
#ifndef TACH_LAYOUT_H
#define TACH_LAYOUT_H

#include <stddef.h>
#include <stdint.h>

#include "tach_error.h"

enum {
    TACH_MAP_READ = 1u << 0,
    TACH_MAP_WRITE = 1u << 1,
    TACH_MAP_EXECUTE = 1u << 2,
    TACH_MAP_SHARED = 1u << 3,
    TACH_MAP_STACK = 1u << 8, /* it grows downwards by itself */
};

typedef struct tach_mapping {
    uint64_t start;
    uint64_t end;
    uint64_t offset; /* in the file */
    uint64_t inode;
    uint32_t device;
    uint32_t flags; /* TACH_MAP_... */
} tach_mapping_t;

typedef struct tach_layout {
    tach_mapping_t *mappings; /* ascending; the caller's memory */
    size_t count;
    size_t capacity;
    uint64_t brk;
} tach_layout_t;

/* Reads the mappings of this process from a descriptor of /proc/self/maps, by PROCMAP_QUERY (Linux 6.11) or as text.
 * No allocation. Fails with "too many mappings" or the call that failed. */
int tach_layout_read(tach_layout_t *layout, int maps_fd, tach_reason_t *reason) tach_must_check;

/* Whether PROCMAP_QUERY answers on this descriptor. */
int tach_layout_is_queryable(int maps_fd);

/* Puts the break back: what a grown heap holds would be taken for zeroes by the next growth. */
int tach_layout_restore_brk(const tach_layout_t *baseline, tach_reason_t *reason) tach_must_check;

/* Puts the address space back to `baseline`: what is new is unmapped. `now` is room for reading, and
 * holds what was found. What was taken away or changed cannot be put back: fails with "mapping removed" or "mapping
 * changed". Mappings inside [keep_start, keep_end) are ours. */
int tach_layout_restore(
    const tach_layout_t *baseline,
    tach_layout_t *now,
    int maps_fd,
    uint64_t keep_start,
    uint64_t keep_end,
    tach_reason_t *reason) tach_must_check;

#endif
