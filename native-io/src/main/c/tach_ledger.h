/* The ledger: what a rewind of memory does not undo.
 *
 * Memory goes back by copying pages; descriptors, signals, children, limits and the rest live in the kernel and stay as
 * the test left them. The ledger takes the fingerprint of that state at the checkpoint, compares after each test, puts
 * back what can be put back, compares again, and otherwise says why this process must be thrown away. docs/ledger.md
 * lists every row.
 *
 * Raw system calls only: no heap, no stdio, no errno. Called by the process that took it, while it has a single thread.
 * The ledger itself lives in memory given by the caller that is never rewound (a MAP_SHARED mapping).
 *
 *   take ---> [ test ---> settle --SAME, RESTORED--> finish ---> memory goes back ---> unblock ] ---> close
 *                            \_____DISCARD_____> the process ends
 */
#ifndef TACH_LEDGER_H
#define TACH_LEDGER_H

#include <stddef.h>

/* How much memory a ledger needs; the caller maps it, aligned to 16 bytes. Need not be zeroed. */
#define TACH_LEDGER_BYTES 65536u

typedef struct tach_ledger tach_ledger_t;

enum {
    TACH_LEDGER_SAME = 0,     /* nothing to do but the unconditional set */
    TACH_LEDGER_RESTORED = 1, /* put back and compared again; a reason, if any, names what the test left running */
    TACH_LEDGER_DISCARD = 2   /* this process must not run another test; the reason says why */
};

/* What the caller knows better than the ledger can find out. */
enum {
    /* Filters refuse unshare, setns, chroot, sethostname and writes to control groups: those rows are not looked at. */
    TACH_LEDGER_CONFINED = 1,
    /* /dev/shm and /dev/mqueue are ours alone: new names in them are unlinked. */
    TACH_LEDGER_OWN_SHM = 2
};

/* Takes the fingerprint. Opens a descriptor for each file of /proc it will read again, all >= 200 and close-on-exec.
 * own_fds are the agent's: never compared and never closed, only missed when they are gone. Comes after the twin, whose
 * descriptors are among them. Returns 0, or -1 with a reason when a process in this state must not be checkpointed. */
int tach_ledger_take(tach_ledger_t *ledger, const int *own_fds, int own_count, char *reason, size_t reason_bytes);

/* Tells the ledger facts (TACH_LEDGER_CONFINED...); after take. */
void tach_ledger_assume(tach_ledger_t *ledger, unsigned facts);

/* After a test, before the rewind: blocks all signals, compares, restores, compares again. One of the three
 * verdicts. */
int tach_ledger_settle(tach_ledger_t *ledger, char *reason, size_t reason_bytes);

/* The unconditional set (cwd, umask, robust list, CPU limit), the last thing before memory goes back. Signals stay
 * blocked: a handler must not run while half of its memory is another time's. SAME or DISCARD. */
int tach_ledger_finish(tach_ledger_t *ledger, char *reason, size_t reason_bytes);

/* The signal mask at take, when memory is back, for a caller that does not keep one of its own. One system call;
 * what came meanwhile is delivered now. */
void tach_ledger_unblock(const tach_ledger_t *ledger);

/* Whether a baseline descriptor takes part in a conversation that a rewind would tear: a connected socket, one end
 * of a pipe to somebody else, an epoll set, an io_uring... 1 with a reason, or 0. A group with such a checkpoint is
 * not rewound. */
int tach_ledger_entangled(const tach_ledger_t *ledger, char *reason, size_t reason_bytes);

/* Closes what take opened. Before an outer checkpoint's settle, never after: by then the numbers may be somebody
 * else's. */
void tach_ledger_close(tach_ledger_t *ledger);

#endif
