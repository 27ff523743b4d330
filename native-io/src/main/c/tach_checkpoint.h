/* Checkpoint and rewind of the calling process.
 *
 *     checkpoint ── test ── rewind ──> returns from checkpoint again, with the bytes that rewind was given
 *                              └─────> refused: returns why, and this process must be thrown away
 *
 * Single-threaded; a process that was forked since the checkpoint is refused.
 */
#ifndef TACH_CHECKPOINT_H
#define TACH_CHECKPOINT_H

#include "tach_area.h"

/* How a process leaves that could not put all of its memory back. */
#define TACH_EXIT_HALF_RESTORED 73

/* Returns 0 now, 1 after every rewind, -1 with a reason if this process cannot be checkpointed. If there is a checkpoint
 * already it is moved to here, or given up for a new one where that cannot be (tach_move.h). `own_fds` are
 * descriptors whose state is not the tests' (channels, captures); `verify_fd`: see tach_area_t. */
int tach_checkpoint(const int *own_fds, int own_count, int verify_fd, tach_reason_t *reason) tach_must_check;

/* Goes back to the checkpoint with a copy of the bytes; returns only if it must not, and then why. */
void tach_rewind(const void *carry, size_t bytes, tach_reason_t *reason);

/* Whether what is open here takes part in a conversation with another thread or process, so that going back alone would
 * not be going back: 0, or -1 with what it is ("thread 'poller'", "fd 7: connected socket"). Any process may ask. */
int tach_examine(const int *own_fds, int own_count, tach_reason_t *reason) tach_must_check;

/* After a rewind: the bytes, valid until the next one. */
const void *tach_carried(size_t *bytes);

/* After a rewind: what it found running and ended (a child process); empty: nothing. */
const char *tach_leak(void);

/* Ends the twin and closes all descriptors; the process goes on as it is. */
void tach_release(void);

/* The area of the checkpoint there is, or NULL. */
tach_area_t *tach_current(void);

#endif
