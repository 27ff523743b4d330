/* The pages that were written since they were protected, over all that is watched. */
#ifndef TACH_SCAN_H
#define TACH_SCAN_H

#include "tach_area.h"

/* Fills area->ranges. Parts that are known to be lost, or that turn out to be (area->lost), count as written. */
int tach_scan(tach_area_t *area, tach_reason_t *reason) tach_must_check;

#endif
