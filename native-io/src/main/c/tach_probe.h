/* What the kernel lets this process do, asked by doing it. */
#ifndef TACH_PROBE_H
#define TACH_PROBE_H

#include "tach_error.h"

typedef struct tach_probe {
    const char *name;
    /* 0, or -1 with the reason; leaves nothing behind. */
    int (*run)(tach_reason_t *reason);
} tach_probe_t;

extern const tach_probe_t tach_probes[];
extern const size_t tach_probe_count;

#endif
