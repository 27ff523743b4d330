/* What the tests of the memory engine share: a process that is rewound again and again, and one that looks at it. */
#ifndef REWIND_RIG_H
#define REWIND_RIG_H

#include <stddef.h>

#include "ledger_rig.h"
#include "tach_area.h"

typedef struct rewind_case {
    const char *name;
    int (*prepare)(void);           /* before the checkpoint; not 0: this machine cannot, skipped. May be null */
    void (*mutate)(unsigned round); /* what the test does, from the first round (1) on */
    void (*check)(void);            /* after each rewind, beside the guards. May be null */
    const char *refusal;            /* what the first rewind is refused for; null: every round is rewound */
    const char *fault;              /* TACH_FAULT. May be null */
    unsigned weight;                /* one round for so many of the others; 0 is 1 */
} rewind_case_t;

extern const rewind_case_t rewind_cases[];
extern const size_t rewind_case_count;

/* Rewinds a case. */
extern unsigned rewind_rounds;

/* Remembers, in memory that no rewind touches, what is in memory now: it must be so after every rewind. At most 64. */
void rewind_guard(const void *start, size_t bytes);

/* A private anonymous mapping of so many pages, each byte of which is set. */
char *rewind_map(size_t pages, int protection);

/* Memory that no rewind touches, for what a case wants to know of its last round. */
typedef struct rewind_notes {
    void *address;
    long number;
} rewind_notes_t;
extern rewind_notes_t *rewind_notes;

/* Forks a process that is to be watched. fd: its verify_fd there, and the other end of it here. */
pid_t rewind_fork(int *fd);

/* Compares it with its checkpoint after each rewind, until it has ended. Returns how often it was rewound. */
unsigned rewind_watch(pid_t pid, int fd);

/* Runs a case of the table: the argument is a rewind_case_t. */
int rewind_run_case(const void *argument);

/* The same where the checkpoint is not the first: taken before the case's preparation, moved behind it, and moved again
 * after every few rounds. */
int rewind_run_moved(const void *argument);

/* The cases that do not fit the table. */
void run_rewind_singles(rig_user_t user);

#endif
