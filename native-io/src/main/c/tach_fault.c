#include "tach_fault.h"

#include <string.h>

static const char *const names[TACH_FAULT_COUNT] = {
    [TACH_FAULT_NONE] = "",         [TACH_FAULT_OPEN] = "open",     [TACH_FAULT_REGISTER] = "register",
    [TACH_FAULT_PROTECT] = "protect", [TACH_FAULT_CLONE] = "clone",   [TACH_FAULT_LEDGER] = "ledger",
    [TACH_FAULT_LAYOUT] = "layout", [TACH_FAULT_SCAN] = "scan",     [TACH_FAULT_READ] = "read",
    [TACH_FAULT_QUERY] = "query",
};

static tach_fault_point_t chosen;

void tach_fault_choose(const char *name) {
    chosen = TACH_FAULT_NONE;
    for (int point = TACH_FAULT_NONE + 1; name != NULL && point < TACH_FAULT_COUNT; point++) {
        if (strcmp(name, names[point]) == 0) {
            chosen = (tach_fault_point_t)point;
        }
    }
}

int tach_fault(tach_fault_point_t point, tach_reason_t *reason) {
    if (__builtin_expect(chosen != point, 1)) {
        return 0;
    }
    (void)tach_fail(reason, "fault: ", 0);
    tach_text(reason->text + 7, sizeof reason->text - 7, names[point]);
    return -1;
}
