#include "tach_area.h"

#include <sys/mman.h>

extern const ptrdiff_t __rseq_offset __attribute__((weak));
extern const unsigned int __rseq_size __attribute__((weak));

uint64_t tach_rseq_address(void) {
    if (&__rseq_offset == NULL || &__rseq_size == NULL || __rseq_size == 0) {
        return 0;
    }
    return (uint64_t)(uintptr_t)((char *)__builtin_thread_pointer() + __rseq_offset);
}

uint64_t tach_rseq_bytes(void) {
    return &__rseq_size != NULL && __rseq_size > 32 ? __rseq_size : 32;
}

static size_t rounded(size_t bytes) {
    return (bytes + TACH_PAGE_BYTES - 1) & ~(size_t)(TACH_PAGE_BYTES - 1);
}

/* Takes the next piece of the area. */
static char *take(char **next, size_t bytes) {
    char *piece = *next;
    *next += rounded(bytes);
    return piece;
}

static size_t total_bytes(size_t pages) {
    return rounded(sizeof(tach_area_t)) + rounded(TACH_STACK_BYTES) + rounded(TACH_CARRY_BYTES) +
           rounded(TACH_LEDGER_BYTES) + 2 * rounded(TACH_MAPPINGS * sizeof(tach_mapping_t)) +
           rounded(TACH_MAPPINGS * sizeof(tach_span_t)) + rounded(pages * sizeof(uint32_t)) +
           rounded(pages * sizeof(tach_sticky_t)) + rounded(TACH_ASIDE * sizeof(uint64_t)) +
           rounded(TACH_RANGES * sizeof(struct tach_page_region)) + (size_t)(TACH_GOLDEN_PAGES + 1) * TACH_PAGE_BYTES +
           rounded(TACH_TWIN_STACK_BYTES);
}

static void divide(tach_area_t *area, size_t pages) {
    char *next = (char *)area;
    take(&next, sizeof *area);
    take(&next, TACH_STACK_BYTES);
    area->stack_top = next;
    area->carry = take(&next, TACH_CARRY_BYTES);
    area->ledger = (tach_ledger_t *)(void *)take(&next, TACH_LEDGER_BYTES);
    area->baseline.mappings = (tach_mapping_t *)(void *)take(&next, TACH_MAPPINGS * sizeof(tach_mapping_t));
    area->now.mappings = (tach_mapping_t *)(void *)take(&next, TACH_MAPPINGS * sizeof(tach_mapping_t));
    area->baseline.capacity = area->now.capacity = TACH_MAPPINGS;
    area->spans = (tach_span_t *)(void *)take(&next, TACH_MAPPINGS * sizeof(tach_span_t));
    area->slots = (uint32_t *)(void *)take(&next, pages * sizeof(uint32_t));
    area->aside = (uint64_t *)(void *)take(&next, TACH_ASIDE * sizeof(uint64_t));
    area->sticky = (tach_sticky_t *)(void *)take(&next, pages * sizeof(tach_sticky_t));
    area->ranges = (struct tach_page_region *)(void *)take(&next, TACH_RANGES * sizeof(struct tach_page_region));
    area->golden = take(&next, (size_t)(TACH_GOLDEN_PAGES + 1) * TACH_PAGE_BYTES);
    take(&next, TACH_TWIN_STACK_BYTES);
    area->twin_stack_top = next;
}

int tach_area_create(tach_area_t **area, size_t pages, tach_reason_t *reason) {
    size_t bytes = total_bytes(pages);
    void *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) {
        return tach_fail(reason, "area", 0);
    }
    /* A fork of ours has no use for it, and must not be able to spoil it. */
    if (madvise(memory, bytes - rounded(TACH_TWIN_STACK_BYTES), MADV_DONTFORK) != 0) {
        munmap(memory, bytes);
        return tach_fail(reason, "area", 0);
    }
    *area = memory;
    (*area)->bytes = bytes;
    divide(*area, pages);
    return 0;
}

void tach_area_destroy(tach_area_t *area) {
    munmap(area, area->bytes);
}
