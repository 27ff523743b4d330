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
    TACH_MAP_LEFT = 1u << 9, /* writable, private, and not put back */
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
    uint64_t own_start; /* from here to own_end is the agent's own, and not compared */
    uint64_t own_end;
} tach_layout_t;

/* Reads the mappings of this process from a descriptor of /proc/self/maps, by PROCMAP_QUERY (Linux 6.11) or as text.
 * No allocation. Fails with "too many mappings" or the call that failed. */
int tach_layout_read(tach_layout_t *layout, int maps_fd, tach_reason_t *reason) tach_must_check;

/* Whether PROCMAP_QUERY answers on this descriptor. */
int tach_layout_is_queryable(int maps_fd);

/* The same, by the one way or the other. */
int tach_layout_read_so(tach_layout_t *layout, int maps_fd, int as_text, tach_reason_t *reason) tach_must_check;

/* Private anonymous memory of the baseline that a test has unmapped, protected, or put something else in the place of: it is
 * mapped anew and filled from the twin. A large table that Python has outgrown is the common case. */
#define TACH_MOST_LOST 64u
typedef struct tach_lost {
    tach_mapping_t part[TACH_MOST_LOST]; /* ascending */
    size_t count;
} tach_lost_t;

/* Whether `now` can be made the baseline again; changes nothing. What is gone and can be had again is put into `lost`; for
 * the rest it fails with "mapping removed" or "mapping changed". */
int tach_layout_check(const tach_layout_t *baseline, const tach_layout_t *now, tach_lost_t *lost, tach_reason_t *reason)
    tach_must_check;

/* Maps what was lost, empty, over whatever is there now. */
int tach_layout_map_lost(const tach_lost_t *lost, tach_reason_t *reason) tach_must_check;

/* What is mapped in `now` and was not in `baseline`, also where a mapping or the stack has grown. -1: more than there is room
 * for. */
int tach_layout_new(const tach_layout_t *baseline, const tach_layout_t *now, tach_lost_t *found) tach_must_check;

/* What programs unmap by themselves: private anonymous memory that is writable, such as malloc's blocks. */
int tach_layout_is_data(const tach_mapping_t *mapping);

/* Whether something is still mapped at every address where `baseline` has private anonymous memory that is writable; about
 * 4 microseconds, against 90 for reading all. A scan for dirty pages does not tell: it passes over holes. */
int tach_layout_has_all_data(const tach_layout_t *baseline);

/* Puts the break back: what a grown heap holds would be taken for zeroes by the next growth. */
int tach_layout_restore_brk(const tach_layout_t *baseline, tach_reason_t *reason) tach_must_check;

/* Unmaps what is in `now`, as it was just read, and not in `baseline`; a stack that has grown stays so. */
int tach_layout_unmap_new(const tach_layout_t *baseline, const tach_layout_t *now, tach_reason_t *reason) tach_must_check;

#endif
