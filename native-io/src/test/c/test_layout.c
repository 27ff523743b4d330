/* Two layouts compared, without a process: a table of what was mapped and what is. Runs under the sanitizers too. */
#define _GNU_SOURCE
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "tach_layout.h"

enum { R = TACH_MAP_READ, RW = TACH_MAP_READ | TACH_MAP_WRITE, STACK = RW | TACH_MAP_STACK };

/* Addresses in pages; a mapping of length 0 ends a list. */
typedef struct row {
    uint64_t start;
    uint64_t end;
    uint32_t flags;
    uint64_t inode;
    uint64_t offset;
} row_t;

#define MOST 6

typedef struct layout_case {
    const char *name;
    row_t before[MOST];
    row_t after[MOST];
    const char *reason; /* null: it can be put back */
    size_t lost;        /* parts that are to be mapped again */
} layout_case_t;

static const layout_case_t cases[] = {
    {"nothing", {{1, 2, RW, 0, 0}}, {{1, 2, RW, 0, 0}}, NULL, 0},
    {"both empty", {{0}}, {{0}}, NULL, 0},
    {"new at the end", {{1, 2, RW, 0, 0}}, {{1, 2, RW, 0, 0}, {5, 6, RW, 0, 0}}, NULL, 0},
    {"new at the start", {{3, 4, RW, 0, 0}}, {{1, 2, RW, 0, 0}, {3, 4, RW, 0, 0}}, NULL, 0},
    {"new between, touching both", {{1, 2, RW, 0, 0}, {3, 4, RW, 0, 0}}, {{1, 4, RW, 0, 0}}, NULL, 0},
    {"grown at its end", {{1, 2, RW, 0, 0}}, {{1, 9, RW, 0, 0}}, NULL, 0},
    {"grown at both ends", {{3, 5, RW, 0, 0}}, {{1, 9, RW, 0, 0}}, NULL, 0},
    {"split", {{1, 9, RW, 0, 0}}, {{1, 3, RW, 0, 0}, {3, 9, RW, 0, 0}}, NULL, 0},
    {"merged", {{1, 3, RW, 0, 0}, {3, 9, RW, 0, 0}}, {{1, 9, RW, 0, 0}}, NULL, 0},
    {"split of a file", {{1, 9, R, 7, 4096}}, {{1, 3, R, 7, 4096}, {3, 9, R, 7, 3 * 4096}}, NULL, 0},
    {"removed", {{1, 2, RW, 0, 0}, {3, 4, RW, 0, 0}}, {{1, 2, RW, 0, 0}}, NULL, 1},
    {"all removed", {{1, 2, RW, 0, 0}}, {{0}}, NULL, 1},
    {"start removed", {{1, 9, RW, 0, 0}}, {{2, 9, RW, 0, 0}}, NULL, 1},
    {"end removed", {{1, 9, RW, 0, 0}}, {{1, 8, RW, 0, 0}}, NULL, 1},
    {"hole", {{1, 9, RW, 0, 0}}, {{1, 4, RW, 0, 0}, {5, 9, RW, 0, 0}}, NULL, 1},
    {"moved", {{1, 2, RW, 0, 0}}, {{2, 3, RW, 0, 0}}, NULL, 1},
    {"protected", {{1, 2, RW, 0, 0}}, {{1, 2, R, 0, 0}}, NULL, 1},
    {"a part protected", {{1, 9, RW, 0, 0}}, {{1, 4, RW, 0, 0}, {4, 5, R, 0, 0}, {5, 9, RW, 0, 0}}, NULL, 1},
    {"shared", {{1, 2, RW, 0, 0}}, {{1, 2, RW | TACH_MAP_SHARED, 0, 0}}, NULL, 1},
    {"file removed", {{1, 2, RW, 7, 0}}, {{0}}, "mapping removed", 0},
    {"read-only removed", {{1, 2, R, 0, 0}}, {{0}}, "mapping removed", 0},
    {"read-only made writable", {{1, 2, R, 0, 0}}, {{1, 2, RW, 0, 0}}, "mapping changed", 0},
    {"shared removed", {{1, 2, RW | TACH_MAP_SHARED, 0, 0}}, {{0}}, "mapping removed", 0},
    {"heap shrunk", {{50, 60, RW, 0, 0}}, {{50, 58, RW, 0, 0}}, NULL, 1},
    {"heap shrunk, a file there", {{50, 60, RW, 0, 0}}, {{50, 58, RW, 0, 0}, {58, 59, R, 7, 0}}, "mapping changed", 0},
    {"several lost", {{1, 9, RW, 0, 0}}, {{2, 3, RW, 0, 0}, {4, 5, R, 0, 0}, {8, 9, RW, 0, 0}}, NULL, 4},
    {"of another file", {{1, 2, R, 7, 0}}, {{1, 2, R, 8, 0}}, "mapping changed", 0},
    {"of another place in the file", {{1, 2, R, 7, 0}}, {{1, 2, R, 7, 4096}}, "mapping changed", 0},
    {"stack grown", {{1, 2, RW, 0, 0}, {8, 9, STACK, 0, 0}}, {{1, 2, RW, 0, 0}, {5, 9, STACK, 0, 0}}, NULL, 0},
    {"stack grown, something new below", {{8, 9, STACK, 0, 0}}, {{1, 2, RW, 0, 0}, {5, 9, STACK, 0, 0}}, NULL, 0},
    {"stack shrunk", {{5, 9, STACK, 0, 0}}, {{8, 9, STACK, 0, 0}}, "mapping removed", 0},
    {"own changed", {{100, 110, RW, 9, 0}}, {{100, 104, RW, 9, 0}, {105, 110, R, 3, 0}}, NULL, 0},
};

static void fill(tach_layout_t *layout, tach_mapping_t *mappings, const row_t *rows) {
    *layout = (tach_layout_t){.mappings = mappings, .capacity = MOST, .brk = 60 * 4096};
    layout->own_start = 100 * 4096;
    layout->own_end = 110 * 4096;
    for (size_t i = 0; i < MOST && rows[i].end != 0; i++) {
        mappings[layout->count++] = (tach_mapping_t){
            .start = rows[i].start * 4096,
            .end = rows[i].end * 4096,
            .flags = rows[i].flags,
            .inode = rows[i].inode,
            .offset = rows[i].offset,
        };
    }
}

static int is_as_expected(const layout_case_t *one) {
    tach_mapping_t mappings[2][MOST];
    tach_layout_t before;
    tach_layout_t after;
    tach_reason_t reason = {{0}};
    fill(&before, mappings[0], one->before);
    fill(&after, mappings[1], one->after);
    tach_lost_t lost;
    int result = tach_layout_check(&before, &after, &lost, &reason);
    bool is_right = result == (one->reason == NULL ? 0 : -1) && (result != 0 || lost.count == one->lost);
    if (is_right && strcmp(reason.text, one->reason == NULL ? "" : one->reason) == 0) {
        return 1;
    }
    printf("FAILED %s: %d '%s', %zu lost\n", one->name, result, reason.text, lost.count);
    return 0;
}

int main(void) {
    size_t count = sizeof cases / sizeof cases[0];
    size_t passed = 0;
    for (size_t i = 0; i < count; i++) {
        passed += (size_t)is_as_expected(&cases[i]);
    }
    printf("%zu passed, %zu failed\n", passed, count - passed);
    return passed == count ? 0 : 1;
}
