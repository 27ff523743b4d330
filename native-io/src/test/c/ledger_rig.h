/* What the ledger's tests share: a process with something of everything, a view of its state, a process for each
 * case. */
#ifndef LEDGER_RIG_H
#define LEDGER_RIG_H

#include <stdbool.h>
#include <stddef.h>

#include "tach_ledger.h"

/* The descriptors of the checkpoint, at fixed numbers. */
enum {
    RIG_REGULAR = 20, /* 1000 bytes, offset 100, close-on-exec */
    RIG_APPEND,       /* O_APPEND */
    RIG_PIPE_READ,
    RIG_PIPE_WRITE,
    RIG_PAIR_A, /* a connected pair of unix sockets */
    RIG_PAIR_B,
    RIG_LISTENER, /* TCP on loopback */
    RIG_EVENT,
    RIG_EPOLL, /* watches RIG_PIPE_READ */
    RIG_TTY,
    RIG_TTY_MASTER,
    RIG_DIRECTORY,
    RIG_LOCKED, /* flock held */
    RIG_LOG,    /* O_WRONLY */
    RIG_OUTPUT, /* a file that may become standard output */
    RIG_OWN,    /* the agent's */
    RIG_REPORT  /* where a case says what went wrong; the agent's too */
};

typedef enum rig_user { RIG_ROOT = 1, RIG_NOBODY = 2 } rig_user_t;

typedef struct rig_case {
    const char *name;
    int users;              /* RIG_ROOT | RIG_NOBODY: for whom the verdict below holds */
    int (*prepare)(void);   /* before take; not 0: this machine cannot, skipped. May be null */
    void (*mutate)(void);   /* what the test does */
    int verdict;            /* TACH_LEDGER_... */
    const char *reason;     /* what the reason contains; null for an empty one */
    unsigned facts;         /* for tach_ledger_assume */
} rig_case_t;

extern const rig_case_t rig_cases[];
extern const size_t rig_case_count;

/* Opens the descriptors above. */
void rig_open(void);

/* All state of this process that a later test could see, as text. */
void rig_view(char *text, size_t bytes);

/* A ledger in memory that is shared. */
tach_ledger_t *rig_ledger(void);

/* take with RIG_OWN and RIG_REPORT as the agent's descriptors. */
int rig_take(tach_ledger_t *ledger, char *reason, size_t bytes);

/* The cases that do not fit the table. */
void run_single_cases(rig_user_t user);

/* Ends the case as failed, with a message. */
_Noreturn void rig_fail(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Counts. */
void rig_count(const char *name, rig_user_t user, int (*body)(const void *), const void *argument);
extern int rig_passed;
extern int rig_failed;
extern int rig_skipped;

#define RIG_SKIP 77

#endif
