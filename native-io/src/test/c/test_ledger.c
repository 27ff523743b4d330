/* The ledger against a table of everything a test may leave behind (ledger_cases.c), as root and as nobody.
 *
 * Each case is a process of its own: take, view, mutate, settle; where the verdict is to go on, finish and unblock, and
 * then the view must be the one before and a second settle must find nothing.
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

/* One program, one file to compile: the parts are included. */
#include "ledger_rig.c"
#include "ledger_view.c"
#include "ledger_cases.c"
#include "ledger_single.c"

#define VIEW_BYTES (256 * 1024)
#define MIXES 40
#define MIXED 6

static const char *const WORDS[] = {"same", "restored", "discard"};

static void check_reason(const rig_case_t *one, const char *reason) {
    bool fits = one->reason == NULL ? reason[0] == '\0' : strstr(reason, one->reason) != NULL;
    if (!fits) {
        rig_fail("reason is '%s', not '%s'", reason, one->reason == NULL ? "" : one->reason);
    }
}

/* The first line that differs, for the message. */
static void check_view(const char *before, const char *after) {
    if (strcmp(before, after) == 0) {
        return;
    }
    size_t same = 0;
    while (before[same] == after[same]) {
        same++;
    }
    size_t start = same;
    while (start > 0 && before[start - 1] != '\n') {
        start--;
    }
    rig_fail("not as before: '%.120s' is '%.120s'", before + start, after + start);
}

static void go_on(tach_ledger_t *ledger) {
    char reason[160];
    if (tach_ledger_finish(ledger, reason, sizeof reason) != TACH_LEDGER_SAME) {
        rig_fail("finish: %s", reason);
    }
    tach_ledger_unblock(ledger);
}

static void check_second_settle(tach_ledger_t *ledger) {
    char reason[160];
    int verdict = tach_ledger_settle(ledger, reason, sizeof reason);
    if (verdict != TACH_LEDGER_SAME) {
        rig_fail("settled again: %s '%s'", WORDS[verdict], reason);
    }
    go_on(ledger);
}

static char before[VIEW_BYTES];
static char after[VIEW_BYTES];

static int run_case(const void *argument) {
    const rig_case_t *one = argument;
    char reason[160];
    rig_open();
    if (one->prepare != NULL && one->prepare() != 0) {
        return RIG_SKIP;
    }
    tach_ledger_t *ledger = rig_ledger();
    if (rig_take(ledger, reason, sizeof reason) != 0) {
        rig_fail("take: %s", reason);
    }
    tach_ledger_assume(ledger, one->facts);
    rig_view(before, sizeof before);
    one->mutate();
    int verdict = tach_ledger_settle(ledger, reason, sizeof reason);
    if (verdict != one->verdict) {
        rig_fail("verdict is %s '%s', not %s", WORDS[verdict], reason, WORDS[one->verdict]);
    }
    check_reason(one, reason);
    if (verdict != TACH_LEDGER_DISCARD) {
        go_on(ledger);
        rig_view(after, sizeof after);
        check_view(before, after);
        check_second_settle(ledger);
    }
    return 0;
}

static void run_table(rig_user_t user) {
    for (size_t i = 0; i < rig_case_count; i++) {
        if ((rig_cases[i].users & user) != 0) {
            rig_count(rig_cases[i].name, user, run_case, &rig_cases[i]);
        }
    }
}

/* -- one thing after another in the same process: what is restored for one must not be in the way of the next -- */

typedef struct mix {
    unsigned seed;
    rig_user_t user;
} mix_t;

/* Who is not dumpable may not open his own files in /proc, and a zombie cannot be left where none is kept. */
static bool mixes(const rig_case_t *one, rig_user_t user) {
    bool spoils = one->mutate == drop_dumpable || one->mutate == leave_zombie;
    bool needs_nothing = one->prepare == NULL && one->facts == 0;
    return !spoils && needs_nothing && (one->users & user) != 0 && one->verdict != TACH_LEDGER_DISCARD;
}

static const rig_case_t *pick(mix_t *mix) {
    for (;;) {
        const rig_case_t *one = &rig_cases[(size_t)rand_r(&mix->seed) % rig_case_count];
        if (mixes(one, mix->user)) {
            return one;
        }
    }
}

static int run_mix(const void *argument) {
    mix_t mix = *(const mix_t *)argument;
    char reason[160];
    char names[1024] = "";
    rig_open();
    tach_ledger_t *ledger = rig_ledger();
    if (rig_take(ledger, reason, sizeof reason) != 0) {
        rig_fail("take: %s", reason);
    }
    rig_view(before, sizeof before);
    for (int i = 0; i < MIXED; i++) {
        const rig_case_t *one = pick(&mix);
        strncat(strncat(names, one->name, 100), "; ", 3);
        one->mutate();
    }
    if (tach_ledger_settle(ledger, reason, sizeof reason) == TACH_LEDGER_DISCARD) {
        rig_fail("%s after: %s", reason, names);
    }
    go_on(ledger);
    rig_view(after, sizeof after);
    if (strcmp(before, after) != 0) {
        dprintf(RIG_REPORT, "after: %s ", names);
    }
    check_view(before, after);
    check_second_settle(ledger);
    return 0;
}

static void run_mixes(rig_user_t user) {
    for (unsigned seed = 1; seed <= MIXES; seed++) {
        char name[32];
        mix_t mix = {seed, user};
        snprintf(name, sizeof name, "mix of seed %u", seed);
        rig_count(name, user, run_mix, &mix);
    }
}

int main(void) {
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    signal(SIGPIPE, SIG_DFL); /* who starts us may ignore it, as Python does; to ignore it shall be a change */
    bool root = geteuid() == 0;
    if (root) {
        run_table(RIG_ROOT);
        run_single_cases(RIG_ROOT);
        run_mixes(RIG_ROOT);
    }
    /* Without privileges this process is what "nobody" stands for. */
    run_table(RIG_NOBODY);
    run_single_cases(RIG_NOBODY);
    run_mixes(RIG_NOBODY);
    printf("%d passed, %d failed, %d skipped\n", rig_passed, rig_failed, rig_skipped);
    return rig_failed != 0;
}
