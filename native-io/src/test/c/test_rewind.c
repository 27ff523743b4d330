/* The memory engine against a table of what a test may do to its memory (rewind_cases.c), as root and as nobody.
 *
 *     the case ── fork ──> prepare ── checkpoint ── mutate ── rewind ─┐   many times
 *        └── compares it with its twin after each rewind <────────────┘
 *
 * Two witnesses: the parent, by tach_verify, and copies of the memory that were made before the checkpoint (guards).
 *
 *     test_rewind [ROUNDS [NAME]]      other than 250 rounds; only cases whose name contains NAME
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

/* One program, one file to compile: the parts are included. */
#include "ledger_rig.c"
#include "rewind_rig.c"
#include "rewind_cases.c"
#include "rewind_singles.c"

static const char *wanted = "";

/* What is refused is refused wherever the checkpoint came from, or not refused any more: a page that was copied needs no twin. */
static void run_moved(const rewind_case_t *one, rig_user_t user) {
    char name[80];
    if (one->refusal == NULL) {
        snprintf(name, sizeof name, "%s, moved", one->name);
        rig_count(name, user, rewind_run_moved, one);
    }
}

static void run_table(rig_user_t user) {
    for (size_t i = 0; i < rewind_case_count; i++) {
        if (strstr(rewind_cases[i].name, wanted) != NULL) {
            rig_count(rewind_cases[i].name, user, rewind_run_case, &rewind_cases[i]);
            run_moved(&rewind_cases[i], user);
        }
    }
}

static void run_as(rig_user_t user) {
    run_table(user);
    if (wanted[0] == '\0') {
        run_rewind_singles(user);
    }
}

int main(int argc, char **argv) {
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    rewind_rounds = argc > 1 ? (unsigned)atoi(argv[1]) : rewind_rounds;
    wanted = argc > 2 ? argv[2] : "";
    if (geteuid() == 0) {
        run_as(RIG_ROOT);
    }
    run_as(RIG_NOBODY);
    printf("%d passed, %d failed, %d skipped\n", rig_passed, rig_failed, rig_skipped);
    return rig_failed != 0;
}
