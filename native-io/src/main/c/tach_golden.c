#include "tach_golden.h"

#include <stdbool.h>

#include "tach_sys.h"
#include "tach_twin.h"
#include "tach_watch.h"

/* Four words at once: the compiler takes the vectors that the processor has. */
typedef uint64_t words_t __attribute__((vector_size(32), may_alias));

/* --- walking over what is to be put back ------------------------------------------------------------------------- */

/* The dirty ranges of watched spans and the whole of small ones, in ascending order; both lists are ascending. */
typedef struct walk {
    const tach_area_t *area;
    size_t span;
    size_t range;
} walk_t;

typedef struct piece {
    uint64_t start;
    uint64_t end;
    const tach_span_t *span;
} piece_t;

static bool next_piece(walk_t *walk, piece_t *piece) {
    const tach_area_t *area = walk->area;
    while (walk->span < area->span_count) {
        const tach_span_t *span = &area->spans[walk->span];
        if (!span->is_watched) {
            walk->span++;
            *piece = (piece_t){span->start, span->end, span};
            return true;
        }
        if (walk->range < area->range_count && area->ranges[walk->range].start < span->end) {
            const struct tach_page_region *range = &area->ranges[walk->range++];
            *piece = (piece_t){range->start, range->end, span};
            return true;
        }
        walk->span++;
    }
    return false;
}

static uint32_t *slots_of(const tach_area_t *area, const piece_t *piece) {
    return area->slots + piece->span->first_slot + (piece->start - piece->span->start) / TACH_PAGE_BYTES;
}

static char *golden_page(const tach_area_t *area, uint32_t slot) {
    return area->golden + (size_t)slot * TACH_PAGE_BYTES;
}

/* --- fetching ---------------------------------------------------------------------------------------------------- */

/* Pages on their way from the twin. */
typedef struct batch {
    size_t count;
    char *to[TACH_TWIN_BATCH];
    uint64_t page[TACH_TWIN_BATCH];
    uint32_t *slot[TACH_TWIN_BATCH];
} batch_t;

/* Slots are entered only when their pages have arrived: a failed read leaves no slot that holds something else. */
static int complete(tach_area_t *area, batch_t *batch, tach_reason_t *reason) {
    if (batch->count == 0) {
        return 0;
    }
    if (tach_twin_read(area, batch->to, batch->page, batch->count, reason) != 0) {
        return -1;
    }
    for (size_t i = 0; i < batch->count; i++) {
        *batch->slot[i] = (uint32_t)(++area->golden_count);
    }
    area->stats.fetched_pages += batch->count;
    batch->count = 0;
    return 0;
}

static int order_page(tach_area_t *area, batch_t *batch, uint32_t *slot, uint64_t page, tach_reason_t *reason) {
    size_t place = area->golden_count + batch->count + 1;
    if (place > TACH_GOLDEN_PAGES) {
        return 0;
    }
    batch->slot[batch->count] = slot;
    batch->page[batch->count] = page;
    batch->to[batch->count] = golden_page(area, (uint32_t)place);
    batch->count++;
    return batch->count == TACH_TWIN_BATCH ? complete(area, batch, reason) : 0;
}

static int fetch(tach_area_t *area, tach_reason_t *reason) {
    walk_t walk = {.area = area};
    batch_t batch = {.count = 0};
    for (piece_t piece; next_piece(&walk, &piece);) {
        uint32_t *slot = slots_of(area, &piece);
        for (uint64_t page = piece.start; page < piece.end; page += TACH_PAGE_BYTES, slot++) {
            if (*slot == 0 && order_page(area, &batch, slot, page, reason) != 0) {
                return -1;
            }
        }
    }
    return complete(area, &batch, reason);
}

static size_t wanted_pages(const tach_area_t *area) {
    size_t pages = 0;
    walk_t walk = {.area = area};
    for (piece_t piece; next_piece(&walk, &piece);) {
        pages += (piece.end - piece.start) / TACH_PAGE_BYTES;
    }
    return pages;
}

/* All but what the twin does not have. */
static void forget(tach_area_t *area) {
    for (size_t i = 0; i < area->slot_count; i++) {
        if (area->slots[i] > area->pinned_slots) {
            area->slots[i] = 0;
        }
    }
    area->golden_count = area->pinned_slots;
}

/* Every test writes a page or two that no other does, so after some thousand tests the cache is full of such. Then it begins
 * anew, unless this test alone would fill it: what all tests write is soon there again. A test that writes more than there is
 * room for (it collects garbage, and all of memory is marked) takes that of no other. */
int tach_golden_fetch(tach_area_t *area, tach_reason_t *reason) {
    size_t wanted = wanted_pages(area);
    if (wanted > TACH_GOLDEN_PAGES) {
        return 0;
    }
    if (fetch(area, reason) != 0) {
        return -1;
    }
    if (area->golden_count < TACH_GOLDEN_PAGES || wanted > TACH_GOLDEN_PAGES / 2) {
        return 0;
    }
    forget(area);
    return fetch(area, reason);
}

/* --- restoring --------------------------------------------------------------------------------------------------- */

static void copy_bytes(uint64_t page, const char *golden, uint64_t from, uint64_t to) {
    tach_copy((char *)(uintptr_t)page + from, golden + from, to - from);
}

/* Leaves out what the kernel itself keeps up to date for this thread: an old processor number would be believed. */
static void copy_around_rseq(const tach_area_t *area, uint64_t page, const char *golden) {
    uint64_t start = area->rseq > page ? area->rseq - page : 0;
    uint64_t end = area->rseq_end - page;
    copy_bytes(page, golden, 0, start);
    if (end < TACH_PAGE_BYTES) {
        copy_bytes(page, golden, end, TACH_PAGE_BYTES);
    }
}

static bool holds_rseq(const tach_area_t *area, uint64_t page) {
    return area->rseq < page + TACH_PAGE_BYTES && page < area->rseq_end;
}

static void restore_page(const tach_area_t *area, uint64_t page, const char *golden) {
    if (holds_rseq(area, page)) {
        copy_around_rseq(area, page, golden);
    } else {
        tach_copy((void *)(uintptr_t)page, golden, TACH_PAGE_BYTES);
    }
}

/* A page by itself that the cache has no room for comes by way of slot 0, which holds no page: so a part can be left out. */
static int restore_from_twin(tach_area_t *area, uint64_t page, tach_reason_t *reason) {
    char *to = golden_page(area, 0);
    if (tach_twin_read(area, &to, &page, 1, reason) != 0) {
        return -1;
    }
    restore_page(area, page, to);
    area->stats.fetched_pages++;
    return 0;
}

static bool is_equal(uint64_t page, const char *golden) {
    const words_t *ours = (const words_t *)(uintptr_t)page;
    const words_t *theirs = (const words_t *)(const void *)golden;
    for (size_t i = 0; i < TACH_PAGE_BYTES / sizeof(words_t); i += 2) {
        words_t differs = (ours[i] ^ theirs[i]) | (ours[i + 1] ^ theirs[i + 1]);
        if ((differs[0] | differs[1] | differs[2] | differs[3]) != 0) {
            return false;
        }
    }
    return true;
}

static int restore_one(tach_area_t *area, uint64_t page, uint32_t slot, tach_reason_t *reason) {
    if (slot == 0) {
        return restore_from_twin(area, page, reason);
    }
    restore_page(area, page, golden_page(area, slot));
    return 0;
}

typedef struct run {
    uint64_t start;
    uint64_t end;
} run_t;

static size_t pages_of(const run_t *run) {
    return (run->end - run->start) / TACH_PAGE_BYTES;
}

/* The pages from here on that the cache has no room for. */
static run_t absent_from(const tach_area_t *area, uint64_t page, uint64_t end, const uint32_t *slot) {
    run_t absent = {page, page};
    while (absent.end < end && *slot == 0 && !holds_rseq(area, absent.end)) {
        absent.end += TACH_PAGE_BYTES;
        slot++;
    }
    return absent;
}

/* They come straight from the twin. There is nothing to compare them with, so none shall be sticky: it would be so for ever. */
static int restore_absent(tach_area_t *area, const run_t *absent, tach_sticky_t *sticky, tach_reason_t *reason) {
    for (size_t i = 0; i < pages_of(absent); i++) {
        sticky[i] = (tach_sticky_t){0};
    }
    area->stats.fetched_pages += pages_of(absent);
    return tach_twin_read_run(area, absent->start, absent->end, reason);
}

/* --- protecting again -------------------------------------------------------------------------------------------- */

static int protect_run(tach_area_t *area, run_t *run, tach_reason_t *reason) {
    int result = run->end > run->start ? tach_watch_protect(area, run->start, run->end, reason) : 0;
    run->start = run->end = 0;
    return result;
}

static int extend_run(tach_area_t *area, run_t *run, const run_t *part, tach_reason_t *reason) {
    if (run->end != part->start && protect_run(area, run, reason) != 0) {
        return -1;
    }
    run->start = run->start == 0 ? part->start : run->start;
    run->end = part->end;
    return 0;
}

/* Puts a page back and says whether it is to be protected again. */
static int restore_and_note(tach_area_t *area, uint64_t page, uint32_t slot, tach_sticky_t *sticky, bool *protects,
                            tach_reason_t *reason) {
    if (slot == 0) { /* as restore_absent */
        *sticky = (tach_sticky_t){0};
        *protects = true;
        return restore_from_twin(area, page, reason);
    }
    bool is_looked_at = sticky->is_sticky && area->stats.rewinds % TACH_LOOK_EVERY == 0;
    bool has_changed = !is_looked_at || !is_equal(page, golden_page(area, slot));
    if (has_changed && restore_one(area, page, slot, reason) != 0) {
        return -1;
    }
    bool is_news = is_looked_at || !sticky->is_sticky;
    *protects = is_news && tach_sticky_note(sticky, (uint8_t)(area->stats.rewinds + 2), has_changed);
    return 0;
}

static int restore_watched(tach_area_t *area, const piece_t *piece, tach_reason_t *reason) {
    const uint32_t *slot = slots_of(area, piece);
    tach_sticky_t *sticky = area->sticky + (slot - area->slots);
    run_t to_protect = {0, 0};
    for (uint64_t page = piece->start; page < piece->end;) {
        run_t part = absent_from(area, page, piece->end, slot);
        bool protects = true;
        int result;
        if (part.end > page) {
            result = restore_absent(area, &part, sticky, reason);
        } else {
            part.end = page + TACH_PAGE_BYTES;
            result = restore_and_note(area, page, *slot, sticky, &protects, reason);
        }
        if (result != 0 || (protects && extend_run(area, &to_protect, &part, reason) != 0)) {
            return -1;
        }
        slot += pages_of(&part);
        sticky += pages_of(&part);
        page = part.end;
    }
    return protect_run(area, &to_protect, reason);
}

static int restore_small(tach_area_t *area, const piece_t *piece, tach_reason_t *reason) {
    const uint32_t *slot = slots_of(area, piece);
    for (uint64_t page = piece->start; page < piece->end; page += TACH_PAGE_BYTES, slot++) {
        if (restore_one(area, page, *slot, reason) != 0) {
            return -1;
        }
    }
    return 0;
}

int tach_golden_restore(tach_area_t *area, tach_reason_t *reason) {
    walk_t walk = {.area = area};
    uint64_t pages = 0;
    for (piece_t piece; next_piece(&walk, &piece);) {
        int result = piece.span->is_watched ? restore_watched(area, &piece, reason) : restore_small(area, &piece, reason);
        if (result != 0) {
            return -1;
        }
        pages += (piece.end - piece.start) / TACH_PAGE_BYTES;
    }
    area->stats.pages += pages;
    area->stats.last_pages = pages;
    return 0;
}

/* --- pinning ----------------------------------------------------------------------------------------------------- */

/* So much of the cache is left to what the twin has. */
#define MOST_PINNED (TACH_GOLDEN_PAGES / 2)

int tach_golden_pin(tach_area_t *area, const tach_span_t *span, uint64_t start, uint64_t end, tach_reason_t *reason) {
    uint32_t *slot = area->slots + span->first_slot + (start - span->start) / TACH_PAGE_BYTES;
    for (uint64_t page = start; page < end; page += TACH_PAGE_BYTES, slot++) {
        if (*slot == 0 && area->golden_count == MOST_PINNED) {
            return tach_fail(reason, "too many pages to pin", 0);
        }
        *slot = *slot != 0 ? *slot : (uint32_t)(++area->golden_count);
        tach_copy(golden_page(area, *slot), (const void *)(uintptr_t)page, TACH_PAGE_BYTES);
    }
    area->pinned_slots = area->golden_count;
    return 0;
}

/* As restore_watched does after a rewind: what is not sticky is watched again. */
static int protect_watched(tach_area_t *area, const piece_t *piece, tach_reason_t *reason) {
    const tach_sticky_t *sticky = area->sticky + (slots_of(area, piece) - area->slots);
    run_t to_protect = {0, 0};
    for (uint64_t page = piece->start; page < piece->end; page += TACH_PAGE_BYTES, sticky++) {
        run_t part = {page, page + TACH_PAGE_BYTES};
        if (!sticky->is_sticky && extend_run(area, &to_protect, &part, reason) != 0) {
            return -1;
        }
    }
    return protect_run(area, &to_protect, reason);
}

int tach_golden_pin_dirty(tach_area_t *area, tach_reason_t *reason) {
    forget(area);
    walk_t walk = {.area = area};
    for (piece_t piece; next_piece(&walk, &piece);) {
        if ((piece.span->is_watched && protect_watched(area, &piece, reason) != 0) ||
            tach_golden_pin(area, piece.span, piece.start, piece.end, reason) != 0) {
            return -1;
        }
    }
    return 0;
}
