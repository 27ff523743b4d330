/* Signals: actions, the alternate stack, what is pending, the mask. All signals are blocked while rows run. */
#include <errno.h>
#include <string.h>

#include "tach_ledger_state.h"

#define SET_BYTES 8
#define CATCHES_NOTHING 1 /* SIG_DFL is 0, SIG_IGN is 1 */

static long get_action(int signal, tach_action_t *action) {
    return tach_sys4(SYS_rt_sigaction, signal, 0, action, SET_BYTES);
}

/* SigIgn and SigCgt of the status tell default, ignored and caught apart. Only a signal that is caught before and
 * after may have changed without showing there; and SIGCHLD, whose SA_NOCLDWAIT works with the default action too. */
static bool hides_changes(int signal, const tach_action_t *action) {
    return action->handler > CATCHES_NOTHING || signal == SIGCHLD;
}

int tach_actions_take(tach_ledger_t *ledger, tach_say_t *say) {
    (void)say;
    ledger->watched_count = 0;
    for (int signal = 1; signal <= TACH_SIGNALS; signal++) {
        get_action(signal, &ledger->action[signal]);
        if (hides_changes(signal, &ledger->action[signal])) {
            ledger->watched[ledger->watched_count++] = (uint8_t)signal;
        }
    }
    tach_sys4(SYS_rt_sigprocmask, SIG_BLOCK, 0, &ledger->mask, SET_BYTES);
    return 0;
}

static int settle_action(tach_ledger_t *ledger, int signal) {
    tach_action_t now;
    if (get_action(signal, &now) < 0 || memcmp(&now, &ledger->action[signal], sizeof now) == 0) {
        return TACH_LEDGER_SAME;
    }
    tach_sys4(SYS_rt_sigaction, signal, &ledger->action[signal], 0, SET_BYTES);
    return TACH_LEDGER_RESTORED; /* whether it worked is asked by the second comparison */
}

static int settle_all_actions(tach_ledger_t *ledger) {
    int worst = TACH_LEDGER_SAME;
    for (int signal = 1; signal <= TACH_SIGNALS; signal++) {
        worst |= settle_action(ledger, signal);
    }
    return worst;
}

int tach_actions_settle(tach_ledger_t *ledger, tach_say_t *say) {
    (void)say;
    if (ledger->actions_suspect) {
        return settle_all_actions(ledger);
    }
    int worst = TACH_LEDGER_SAME;
    for (int i = 0; i < ledger->watched_count; i++) {
        worst |= settle_action(ledger, ledger->watched[i]);
    }
    return worst;
}

int tach_alternate_stack_take(tach_ledger_t *ledger, tach_say_t *say) {
    (void)say;
    tach_sys2(SYS_sigaltstack, 0, ledger->alternate_stack);
    return 0;
}

static bool same_stack(const stack_t *one, const stack_t *other) {
    return one->ss_sp == other->ss_sp && one->ss_flags == other->ss_flags && one->ss_size == other->ss_size;
}

int tach_alternate_stack_settle(tach_ledger_t *ledger, tach_say_t *say) {
    stack_t now;
    stack_t before;
    memcpy(&before, ledger->alternate_stack, sizeof before);
    tach_sys2(SYS_sigaltstack, 0, &now);
    if (same_stack(&now, &before)) {
        return TACH_LEDGER_SAME;
    }
    if (tach_sys2(SYS_sigaltstack, &before, 0) < 0) {
        return tach_say_discard(say, "alternate signal stack");
    }
    return TACH_LEDGER_RESTORED;
}

/* Blocked, a signal waits even if nobody would notice it. */
static uint64_t unnoticed(const tach_ledger_t *ledger) {
    static const uint8_t ignored_by_default[] = {SIGCHLD, SIGURG, SIGWINCH, SIGCONT};
    uint64_t set = 0;
    for (size_t i = 0; i < sizeof ignored_by_default; i++) {
        int signal = ignored_by_default[i];
        if (ledger->action[signal].handler <= CATCHES_NOTHING) {
            set |= 1ull << (signal - 1);
        }
    }
    return set;
}

/* What is pending at the checkpoint could not be made pending again. */
int tach_pending_take(tach_ledger_t *ledger, tach_say_t *say) {
    uint64_t pending = 0;
    tach_sys2(SYS_rt_sigpending, &pending, SET_BYTES);
    return (pending & ~unnoticed(ledger)) == 0 ? 0 : tach_say_discard(say, "pending signal");
}

/* A signal that those in charge of us sent, or the terminal, is not the test's to lose: the zygote is our parent, and a
 * sender outside our pid namespace has number 0. */
static bool is_meant_for_us(const siginfo_t *info) {
    if (info->si_code == SI_KERNEL) {
        return info->si_signo == SIGINT || info->si_signo == SIGHUP || info->si_signo == SIGQUIT;
    }
    bool sent = info->si_code == SI_USER || info->si_code == SI_TKILL || info->si_code == SI_QUEUE;
    return sent && (info->si_pid == 0 || info->si_pid == tach_sys1(SYS_getppid, 0));
}

static int discard_for(tach_say_t *say, int signal) {
    tach_say_discard(say, "signal ");
    tach_say_number(say, signal);
    tach_say_text(say, " from outside");
    return TACH_LEDGER_DISCARD;
}

/* Draining is the question and the answer: with nothing pending it is one system call. */
int tach_pending_settle(tach_ledger_t *ledger, tach_say_t *say) {
    (void)ledger;
    uint64_t all = ~0ull;
    int64_t at_once[2] = {0, 0};
    for (;;) {
        siginfo_t info;
        long signal = tach_sys4(SYS_rt_sigtimedwait, &all, &info, at_once, SET_BYTES);
        if (signal == -EINTR) {
            continue;
        }
        if (signal <= 0) {
            return TACH_LEDGER_SAME;
        }
        if (is_meant_for_us(&info)) {
            return discard_for(say, (int)signal);
        }
    }
}
