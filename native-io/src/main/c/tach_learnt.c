#include "tach_learnt.h"

#include <stdlib.h>
#include <string.h>

#include "tach_kernel.h"

static tach_learnt_t *pages;
static size_t count;
static size_t sorted; /* so many of them are in ascending order */
static size_t capacity;

void tach_learnt_forget(void) {
    for (size_t i = 0; i < count; i++) {
        free(pages[i].bytes);
    }
    count = sorted = 0;
}

const tach_learnt_t *tach_learnt_from(uint64_t page) {
    size_t low = 0;
    for (size_t high = sorted; low < high;) {
        size_t middle = (low + high) / 2;
        if (pages[middle].page < page) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < sorted ? &pages[low] : NULL;
}

static int make_room(void) {
    if (count < capacity) {
        return 0;
    }
    size_t more = capacity == 0 ? 1024 : 2 * capacity;
    tach_learnt_t *larger = realloc(pages, more * sizeof *pages);
    if (larger == NULL) {
        return -1;
    }
    pages = larger;
    capacity = more;
    return 0;
}

int tach_learnt_put(uint64_t page, const char *bytes, tach_reason_t *reason) {
    const tach_learnt_t *known = tach_learnt_from(page);
    if (known != NULL && known->page == page) {
        memcpy(known->bytes, bytes, TACH_PAGE_BYTES);
        return 0;
    }
    char *copy = make_room() == 0 ? malloc(TACH_PAGE_BYTES) : NULL;
    if (copy == NULL) {
        return tach_fail(reason, "no memory for copies", 0);
    }
    memcpy(copy, bytes, TACH_PAGE_BYTES);
    pages[count++] = (tach_learnt_t){page, copy};
    return 0;
}

static int by_page(const void *one, const void *other) {
    uint64_t first = ((const tach_learnt_t *)one)->page;
    uint64_t second = ((const tach_learnt_t *)other)->page;
    return first < second ? -1 : first > second;
}

void tach_learnt_sort(void) {
    if (count > sorted) {
        qsort(pages, count, sizeof *pages, by_page);
        sorted = count;
    }
}
