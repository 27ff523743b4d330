/* Places where a test of ours makes the agent fail, as the kernel might: set TACH_FAULT to a name. */
#ifndef TACH_FAULT_H
#define TACH_FAULT_H

#include "tach_error.h"

typedef enum tach_fault_point {
    TACH_FAULT_NONE,
    TACH_FAULT_OPEN,
    TACH_FAULT_REGISTER,
    TACH_FAULT_PROTECT,
    TACH_FAULT_CLONE,
    TACH_FAULT_LEDGER,
    TACH_FAULT_LAYOUT,
    TACH_FAULT_SCAN,
    TACH_FAULT_READ,
    TACH_FAULT_QUERY, /* fails nothing: mappings are read as text, as before Linux 6.11 */
    TACH_FAULT_COUNT,
} tach_fault_point_t;

/* Chooses the point by name; NULL or an unknown name: none. */
void tach_fault_choose(const char *name);

/* 0, or -1 with "fault: <name>" at the chosen point. */
int tach_fault(tach_fault_point_t point, tach_reason_t *reason);

#endif
