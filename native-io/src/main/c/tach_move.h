/* Moving the checkpoint to where the process stands now, without another twin.
 *
 *     twin           memory as it was when the twin was made
 *     golden cache   pages that were written until the checkpoint was moved: pinned, as the twin has them as they were before
 *
 * It saves the fork of a twin, the protection of all memory and the faults that follow: what was written since is copied, and
 * what was mapped since is watched.
 */
#ifndef TACH_MOVE_H
#define TACH_MOVE_H

#include <stdbool.h>

#include "tach_area.h"

/* Whether the checkpoint can be moved: nothing that was mapped at the last one is gone or has changed, and what is new is
 * little. Reads the layout into area->now; changes nothing. */
bool tach_move_is_possible(tach_area_t *area);

/* Makes the memory as it is now what rewinds put back; the caller has saved the registers. A failure leaves the area of no
 * use to a rewind: the checkpoint is to be released. */
int tach_move(tach_area_t *area, tach_reason_t *reason) tach_must_check;

#endif
