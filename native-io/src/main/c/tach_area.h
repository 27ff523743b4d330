/* The agent's own memory: one MAP_SHARED mapping, never rewound, not inherited by forks.
 *
 *     +----------------+ <- tach_area_t
 *     | state          |   descriptors, registers, statistics, reason
 *     | private stack  |   what puts memory back runs here
 *     | carry          |   the bytes a rewind takes along
 *     | ledger         |   kernel state at the checkpoint
 *     | layout, twice  |   mappings at the checkpoint, and as just read
 *     | spans          |   what is put back, and how its dirty pages are found
 *     | slots          |   one number a page: its place in the golden cache, 0 for none
 *     | aside          |   which pages the twin has not inherited
 *     | sticky         |   four bytes a page: whether it is worth protecting again
 *     | dirty ranges   |   the answer of PAGEMAP_SCAN
 *     | golden cache   |   pages as they were at the checkpoint, filled as they get dirty
 *     | twin's stack   |   the only piece that forks inherit, for the twin to run on
 *     +----------------+
 */
#ifndef TACH_AREA_H
#define TACH_AREA_H

#include <stddef.h>
#include <stdint.h>

#include "tach_arch.h"
#include "tach_error.h"
#include "tach_kernel.h"
#include "tach_layout.h"
#include "tach_ledger.h"
#include "tach_sticky.h"

#define TACH_STACK_BYTES (64u << 10)
#define TACH_TWIN_STACK_BYTES (16u << 10)
#define TACH_CARRY_BYTES (1u << 20)
#define TACH_MAPPINGS 8192u
#define TACH_RANGES 16384u
#define TACH_GOLDEN_PAGES 8192u
#define TACH_ASIDE 1024u
#define TACH_OWN_FDS 48

/* Consecutive pages that are put back. Small ones are copied without asking; of the others dirty pages are looked for. */
typedef struct tach_span {
    uint64_t start;
    uint64_t end;
    uint32_t first_slot;
    uint32_t is_watched;
} tach_span_t;

/* Sums since the first checkpoint; times in nanoseconds. */
typedef struct tach_stats {
    uint64_t checkpoints; /* with a twin of their own */
    uint64_t moves;
    uint64_t rewinds;
    uint64_t pages;
    uint64_t fetched_pages;
    uint64_t checkpoint_ns;
    uint64_t ledger_ns;
    uint64_t layout_ns;
    uint64_t scan_ns;
    uint64_t copy_ns;
    uint64_t rewind_ns;
    uint64_t layout_reads;
    uint64_t last_pages;
    uint64_t last_ns;
} tach_stats_t;

typedef struct tach_area {
    size_t bytes;
    int twin;
    int twin_fd;
    int maps_fd;
    int statm_fd;
    int pagemap_fd;
    int uffd;
    int verify_fd; /* where a process that rewinds or moves its checkpoint waits to be looked at; -1: it does not */
    int own_fds[TACH_OWN_FDS];
    int own_count;
    int has_ledger;
    int is_layout_read; /* in this rewind: `now` holds what was found */
    int is_moved; /* in this checkpoint: what tach_move said */
    tach_regs_t at_checkpoint;
    tach_regs_t at_call; /* of the private stack: where to go on that has to return */
    uint64_t signal_mask;
    uint64_t rseq; /* address of what the kernel keeps in the thread's control block; 0: none */
    uint64_t rseq_end;
    uint64_t statm[3]; /* size, text, data in pages at the checkpoint */
    uint64_t started_ns;
    tach_reason_t reason; /* of a failure on the private stack */
    tach_reason_t leak; /* what the last rewind found and ended */
    tach_stats_t stats;
    size_t carry_bytes;
    size_t span_count;
    size_t slot_count;
    size_t slots_used; /* of them: those that belong to a span */
    size_t golden_count; /* slots in use; slot 0 means none, so pages start at 1 */
    size_t pinned_slots; /* the first of them: of pages that the twin has not, or not as they are to be */
    size_t range_count;
    size_t aside_count;
    tach_layout_t baseline;
    tach_layout_t now;
    tach_lost_t lost; /* of the baseline; to be mapped again at this rewind */
    tach_lost_t added; /* what is mapped and not in the baseline, while the checkpoint is moved */
    tach_ledger_t *ledger;
    char *stack_top;
    char *twin_stack_top;
    char *carry;
    tach_span_t *spans;
    uint64_t *aside; /* addresses of pages that the twin has not inherited: in the golden cache, or not put back at all */
    uint32_t *slots;
    tach_sticky_t *sticky;
    struct tach_page_region *ranges;
    char *golden;
} tach_area_t;

/* Where the kernel keeps some bytes up to date for this thread (rseq, glibc 2.35), 32 or more; 0: nowhere. The same in forks
 * of it. */
uint64_t tach_rseq_address(void);
uint64_t tach_rseq_bytes(void);

/* Maps an area for address spaces of up to `pages` watched pages. Fails with "area: errno n". */
int tach_area_create(tach_area_t **area, size_t pages, tach_reason_t *reason) tach_must_check;

/* Unmaps it. */
void tach_area_destroy(tach_area_t *area);

#endif
