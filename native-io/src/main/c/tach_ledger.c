/* The four moments of a ledger, and the order of its rows. */
#include "tach_ledger.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "tach_ledger_state.h"

#define ROW(name) {#name, tach_##name##_take, tach_##name##_settle}

/* Attributes first: without "dumpable" /proc/self is closed to ordinary users. Threads (in the status) before
 * anything that waits. Actions before children, which leave no zombie where SIGCHLD is ignored; children before the
 * signals they cause; descriptors are closed before single ones are looked at, which drops POSIX locks; and what is
 * pending is drained when nothing sends any more. */
const tach_row_t tach_rows[] = {
    ROW(attributes), ROW(status), ROW(actions), ROW(timers), ROW(children), ROW(fdset), ROW(close_on_exec),
    ROW(fds), ROW(queues), ROW(alternate_stack), ROW(limits), ROW(schedule), ROW(tunables), ROW(spaces),
    ROW(cgroup), ROW(sysv), ROW(names), ROW(pending),
};
const int tach_row_count = sizeof tach_rows / sizeof tach_rows[0];

static int set_mask(int how, uint64_t mask) {
    return (int)tach_sys4(SYS_rt_sigprocmask, how, &mask, 0, sizeof mask);
}

static int copy_own(tach_ledger_t *ledger, const int *own_fds, int own_count, tach_say_t *say) {
    ledger->own_count = 0;
    for (int i = 0; i < own_count; i++) {
        if (ledger->own_count == TACH_MOST_OWN) {
            return tach_say_discard(say, "too many descriptors of the agent");
        }
        if (tach_sys3(SYS_fcntl, own_fds[i], F_GETFD, 0) >= 0) {
            ledger->own[ledger->own_count++] = own_fds[i];
        }
    }
    return 0;
}

static void take_unconditional(tach_ledger_t *ledger) {
    ledger->umask = (int)tach_sys1(SYS_umask, 0);
    tach_sys1(SYS_umask, ledger->umask);
    tach_sys3(SYS_get_robust_list, 0, &ledger->robust_head, &ledger->robust_bytes);
}

/* The set of descriptors comes last: other rows open some. */
static bool comes_last(const tach_row_t *row) {
    return row->take == tach_fdset_take || row->take == tach_close_on_exec_take;
}

static int take_all(tach_ledger_t *ledger, tach_say_t *say) {
    for (int last = 0; last <= 1; last++) {
        for (int i = 0; i < tach_row_count; i++) {
            if (comes_last(&tach_rows[i]) == last && tach_rows[i].take(ledger, say) != 0) {
                return -1;
            }
        }
    }
    return 0;
}

static void start(tach_ledger_t *ledger) {
    memset(ledger, 0, sizeof *ledger);
    memset(ledger->kept, 0xff, sizeof ledger->kept);
    ledger->owner = (int)tach_sys1(SYS_getpid, 0);
}

int tach_ledger_take(tach_ledger_t *ledger, const int *own_fds, int own_count, char *reason, size_t reason_bytes) {
    tach_say_t say;
    tach_say_start(&say, reason, reason_bytes);
    start(ledger);
    take_unconditional(ledger);
    int result = -1;
    if (tach_kept_open(ledger) != 0) {
        bool full = ledger->kept[TACH_KEPT_STATUS] == -EINVAL || ledger->kept[TACH_KEPT_CWD] == -EMFILE;
        tach_say_text(&say, full ? "limit of descriptors" : "files of /proc cannot be opened");
    } else if (copy_own(ledger, own_fds, own_count, &say) == 0) {
        result = take_all(ledger, &say);
    }
    if (result != 0) {
        tach_ledger_close(ledger);
    }
    return result;
}

static int settle_once(tach_ledger_t *ledger, tach_say_t *say, const char **changed) {
    int worst = TACH_LEDGER_SAME;
    for (int i = 0; i < tach_row_count; i++) {
        int verdict = tach_rows[i].settle(ledger, say);
        if (verdict == TACH_LEDGER_DISCARD) {
            return verdict;
        }
        if (verdict > worst) {
            worst = verdict;
            *changed = tach_rows[i].name;
        }
    }
    return worst;
}

/* What was put back must look the same now, all of it: one restoration may disturb another. */
static int compare_again(tach_ledger_t *ledger, tach_say_t *say) {
    char text[160];
    const char *changed = "";
    tach_say_t second;
    tach_say_start(&second, text, sizeof text);
    int verdict = settle_once(ledger, &second, &changed);
    if (verdict == TACH_LEDGER_SAME) {
        return TACH_LEDGER_RESTORED;
    }
    tach_say_discard(say, verdict == TACH_LEDGER_DISCARD ? text : changed);
    tach_say_text(say, verdict == TACH_LEDGER_DISCARD ? "" : " changed again");
    return TACH_LEDGER_DISCARD;
}

int tach_ledger_settle(tach_ledger_t *ledger, char *reason, size_t reason_bytes) {
    tach_say_t say;
    const char *changed = "";
    tach_say_start(&say, reason, reason_bytes);
    if (tach_sys1(SYS_getpid, 0) != ledger->owner) {
        return tach_say_discard(&say, "not the process that took the ledger");
    }
    set_mask(SIG_SETMASK, ~0ull);
    int verdict = settle_once(ledger, &say, &changed);
    return verdict == TACH_LEDGER_RESTORED ? compare_again(ledger, &say) : verdict;
}

int tach_ledger_finish(tach_ledger_t *ledger, char *reason, size_t reason_bytes) {
    tach_say_t say;
    tach_say_start(&say, reason, reason_bytes);
    if (tach_sys1(SYS_fchdir, ledger->kept[TACH_KEPT_CWD]) < 0) {
        return tach_say_discard(&say, "working directory");
    }
    tach_sys1(SYS_umask, ledger->umask);
    tach_sys2(SYS_set_robust_list, ledger->robust_head, ledger->robust_bytes);
    tach_limits_rebase_cpu(ledger);
    return TACH_LEDGER_SAME;
}

void tach_ledger_unblock(const tach_ledger_t *ledger) {
    set_mask(SIG_SETMASK, ledger->mask);
}
