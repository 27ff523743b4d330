/* Children: those that the test left are killed, reaped and named; those of the checkpoint must all be there.
 *
 * The twin is a child too, but one with exit signal 0: waitid sees it only with __WALL or __WCLONE, which are not given
 * here. A child that a test makes by a raw clone() without exit signal would hide in the same way; nothing in Python
 * does that.
 */
#include <errno.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include "tach_ledger_state.h"

#define ANY_END (WEXITED | WNOHANG | WNOWAIT)
#define PATIENCE_S 2
/* Ending all of them may take so long; those that multiply faster are left to whoever can end the whole group. */
#define MOST_NS 1000000000u

static long wait_state(int kind, long id, siginfo_t *info, int options) {
    info->si_pid = 0;
    return TACH_SYS(SYS_waitid, kind, id, info, options, 0, 0);
}

static bool have_any(void) {
    siginfo_t info;
    return wait_state(P_ALL, 0, &info, ANY_END) != -ECHILD;
}

/* Not the twin, nor somebody who is gone. */
static bool is_ordinary(long pid) {
    siginfo_t info;
    return wait_state(P_PID, pid, &info, ANY_END) != -ECHILD;
}

static bool is_zombie(long pid) {
    siginfo_t info;
    return wait_state(P_PID, pid, &info, ANY_END) == 0 && info.si_pid == pid;
}

static bool is_baseline(const tach_ledger_t *ledger, long pid) {
    for (int i = 0; i < ledger->child_count; i++) {
        if (ledger->child[i] == pid) {
            return true;
        }
    }
    return false;
}

/* The next ordinary child in "12 13 14 ", or 0 at its end. */
static long next_ordinary(const char **text) {
    for (long pid = tach_parse(text, 10); pid > 0; pid = tach_parse(text, 10)) {
        if (is_ordinary(pid)) {
            return pid;
        }
    }
    return 0;
}

int tach_children_take(tach_ledger_t *ledger, tach_say_t *say) {
    ledger->child_count = 0;
    if (tach_kept_read(ledger, TACH_KEPT_CHILDREN, ledger->scratch, sizeof ledger->scratch) < 0) {
        return tach_say_discard(say, "children cannot be listed");
    }
    const char *text = ledger->scratch;
    for (long pid = next_ordinary(&text); pid > 0; pid = next_ordinary(&text)) {
        if (ledger->child_count == TACH_MOST_CHILDREN) {
            return tach_say_discard(say, "too many child processes");
        }
        ledger->child_ended[ledger->child_count] = is_zombie(pid);
        ledger->child[ledger->child_count++] = (int)pid;
    }
    return 0;
}

/* Blocks until the process has ended; it has got a SIGKILL. Where SIGCHLD is ignored it is gone by then, else a
 * zombie. */
static long wait_for_end(long fd, long pid) {
    int64_t patience[2] = {PATIENCE_S, 0};
    struct pollfd end = {.fd = (int)fd, .events = POLLIN};
    if (fd < 0) { /* the test may have used up all descriptors */
        siginfo_t info;
        return wait_state(P_PID, pid, &info, WEXITED | WNOWAIT);
    }
    return TACH_SYS(SYS_ppoll, &end, 1, patience, 0, 0, 0) == 1 ? 0 : -ETIMEDOUT;
}

/* 0 if it has ended, which it may have done by itself meanwhile. */
static long kill_and_wait(long pid) {
    long fd = tach_sys2(SYS_pidfd_open, pid, 0);
    long result = tach_sys2(SYS_kill, pid, SIGKILL);
    if (result == 0) {
        result = wait_for_end(fd, pid);
    }
    tach_sys1(SYS_close, fd);
    return result == -ESRCH || result == -ECHILD ? 0 : result;
}

static void say_process(const char *name, long pid, tach_say_t *say) {
    tach_say_named(say, "child process", name);
    tach_say_text(say, " (pid ");
    tach_say_number(say, pid);
    tach_say_text(say, ")");
}

/* One that was about to exec has its right name only when it is dead, and none when it is gone. */
static int kill_named(long pid, bool first, tach_say_t *say) {
    char name[16];
    char last_name[16];
    tach_comm_of("/proc/", pid, name);
    bool ended = kill_and_wait(pid) == 0;
    tach_comm_of("/proc/", pid, last_name);
    if (first) {
        say_process(last_name[0] == '?' ? name : last_name, pid, say);
    }
    if (!ended) {
        tach_say_text(say, " cannot be killed");
    }
    return ended ? TACH_LEDGER_RESTORED : TACH_LEDGER_DISCARD;
}

static int end_child(long pid, int *killed, tach_say_t *say) {
    siginfo_t info;
    int verdict = TACH_LEDGER_RESTORED;
    if (!is_zombie(pid)) {
        verdict = kill_named(pid, (*killed)++ == 0, say);
    }
    wait_state(P_PID, pid, &info, WEXITED | WNOHANG);
    return verdict;
}

/* One look at the list: ends the first child that is not of the checkpoint. SAME if there is none. */
static int end_first(tach_ledger_t *ledger, int *killed, tach_say_t *say) {
    long bytes = tach_kept_read(ledger, TACH_KEPT_CHILDREN, ledger->scratch, sizeof ledger->scratch);
    if (bytes < 0) {
        return tach_say_discard(say, "children cannot be listed");
    }
    const char *text = ledger->scratch;
    for (long pid = next_ordinary(&text); pid > 0; pid = next_ordinary(&text)) {
        if (!is_baseline(ledger, pid)) {
            return end_child(pid, killed, say);
        }
    }
    return TACH_LEDGER_SAME;
}

static void say_how_many(int killed, tach_say_t *say) {
    if (killed > 1) {
        tach_say_text(say, " and ");
        tach_say_number(say, killed - 1);
        tach_say_text(say, " more");
    }
}

/* Children of a killed child would become the zygote's; as subreaper we get them, and end them by the same loop. */
static int end_all(tach_ledger_t *ledger, tach_say_t *say) {
    int killed = 0;
    int verdict = TACH_LEDGER_RESTORED;
    tach_sys2(SYS_prctl, PR_SET_CHILD_SUBREAPER, 1);
    uint64_t start = tach_now_ns();
    while (verdict == TACH_LEDGER_RESTORED && tach_now_ns() - start < MOST_NS) {
        verdict = end_first(ledger, &killed, say);
    }
    tach_sys2(SYS_prctl, PR_SET_CHILD_SUBREAPER, ledger->attribute[0]);
    if (verdict == TACH_LEDGER_RESTORED) {
        return tach_say_discard(say, "child processes multiply");
    }
    say_how_many(killed, say);
    return verdict == TACH_LEDGER_SAME ? TACH_LEDGER_RESTORED : verdict;
}

/* One of a fixture's that ended, reaped or not, will not come back: the fixture is set up anew in another process. */
static int missing_child(const tach_ledger_t *ledger, tach_say_t *say) {
    for (int i = 0; i < ledger->child_count; i++) {
        if (!is_ordinary(ledger->child[i]) || is_zombie(ledger->child[i]) != ledger->child_ended[i]) {
            tach_say_discard(say, "child process of a fixture ended (pid ");
            tach_say_number(say, ledger->child[i]);
            tach_say_text(say, ")");
            return TACH_LEDGER_DISCARD;
        }
    }
    return TACH_LEDGER_SAME;
}

/* Whether the list has ordinary children that are not of the checkpoint. */
static bool have_new(tach_ledger_t *ledger) {
    tach_kept_read(ledger, TACH_KEPT_CHILDREN, ledger->scratch, sizeof ledger->scratch);
    const char *text = ledger->scratch;
    for (long pid = next_ordinary(&text); pid > 0; pid = next_ordinary(&text)) {
        if (!is_baseline(ledger, pid)) {
            return true;
        }
    }
    return false;
}

int tach_children_settle(tach_ledger_t *ledger, tach_say_t *say) {
    if (missing_child(ledger, say) != TACH_LEDGER_SAME) {
        return TACH_LEDGER_DISCARD;
    }
    bool fresh = ledger->child_count == 0 ? have_any() : have_new(ledger);
    return fresh ? end_all(ledger, say) : TACH_LEDGER_SAME;
}
