/* What becomes of a page that tests write in this pattern or that: a table, without a process. */
#include <stdio.h>
#include <string.h>

#include "tach_sticky.h"

/* written: one letter a rewind: '.' the test did not write the page; '=' it did, and the page is as it was; 'x' it has
 * changed. Hot pages are looked at every time here. expected: '-' the page is not looked at; 'f' found dirty; 'F' found
 * dirty, and sticky now; 'h' sticky, put back; 'g' sticky, let go. */
typedef struct sticky_case {
    const char *name;
    const char *written;
    const char *expected;
} sticky_case_t;

static const sticky_case_t cases[] = {
    {"once", "x.......", "f-------"},
    {"every second test", "x.x.x.x.", "f-f-f-f-"},
    {"twice in a row", "xx.......", "fFg------"},
    {"always another content", "xxxxxxxxxx", "fFhhhhhhhh"},
    {"always, and back", "============", "fFgFhgFhhhgF"},
    {"a change starts the count again", "=====x...", "fFgFhhhg-"},
    {"let go, and later written again", "xx.....x.xx....", "fFg----f-fFg---"},
    {"patience is forgotten", "======......xx..", "fFgFhg------fFg-"},
};

static char at_rewind(tach_sticky_t *sticky, uint8_t rewind, char written) {
    bool was_sticky = sticky->is_sticky;
    if (!was_sticky && written == '.') {
        return '-';
    }
    bool protects = tach_sticky_note(sticky, rewind, written == 'x');
    if (was_sticky) {
        return protects ? 'g' : 'h';
    }
    return protects ? 'f' : 'F';
}

static int is_as_expected(const sticky_case_t *one) {
    char seen[64] = "";
    tach_sticky_t sticky = {.seen = 0};
    for (size_t i = 0; one->written[i] != '\0'; i++) {
        seen[i] = at_rewind(&sticky, (uint8_t)(250 + i), one->written[i]); /* numbers wrap around */
    }
    if (strcmp(seen, one->expected) == 0) {
        return 1;
    }
    printf("FAILED %s: %s\n", one->name, seen);
    return 0;
}

/* A page that always comes back the same is let go ever more seldom, but every 32 looks. */
static int patience_grows_and_ends(void) {
    tach_sticky_t sticky = {.seen = 0};
    int let_go = 0;
    for (unsigned i = 0; i < 33 * 100; i++) {
        let_go += at_rewind(&sticky, (uint8_t)(i + 2), '=') == 'g';
    }
    if (let_go >= 100 && let_go < 106) {
        return 1;
    }
    printf("FAILED patience: let go %d times\n", let_go);
    return 0;
}

int main(void) {
    size_t count = sizeof cases / sizeof cases[0];
    size_t passed = (size_t)patience_grows_and_ends();
    for (size_t i = 0; i < count; i++) {
        passed += (size_t)is_as_expected(&cases[i]);
    }
    printf("%zu passed, %zu failed\n", passed, count + 1 - passed);
    return passed == count + 1 ? 0 : 1;
}
