/* Interval timers are set to nothing without asking; POSIX timers are listed and deleted. Neither may exist at a
 * checkpoint: they run on, and where one stood cannot be put back. */
#include <string.h>
#include <sys/time.h>

#include "tach_ledger_state.h"

static bool is_armed(int kind) {
    struct itimerval now = {0};
    tach_sys2(SYS_getitimer, kind, &now);
    return now.it_value.tv_sec != 0 || now.it_value.tv_usec != 0;
}

int tach_timers_take(tach_ledger_t *ledger, tach_say_t *say) {
    if (is_armed(ITIMER_REAL) || is_armed(ITIMER_VIRTUAL) || is_armed(ITIMER_PROF)) {
        return tach_say_discard(say, "interval timer");
    }
    long bytes = tach_kept_read(ledger, TACH_KEPT_TIMERS, ledger->scratch, sizeof ledger->scratch);
    return bytes == 0 ? 0 : tach_say_discard(say, bytes > 0 ? "POSIX timer" : "timers cannot be listed");
}

static void stop_interval_timers(void) {
    static const struct itimerval nothing;
    tach_sys3(SYS_setitimer, ITIMER_REAL, &nothing, 0);
    tach_sys3(SYS_setitimer, ITIMER_VIRTUAL, &nothing, 0);
    tach_sys3(SYS_setitimer, ITIMER_PROF, &nothing, 0);
}

/* The list says "ID: 3" and more for each. */
static void delete_listed(const char *text) {
    for (const char *at = strstr(text, "ID: "); at != NULL; at = strstr(at, "\nID: ")) {
        at += *at == '\n';
        at += sizeof "ID: " - 1;
        tach_sys1(SYS_timer_delete, tach_parse(&at, 10));
    }
}

int tach_timers_settle(tach_ledger_t *ledger, tach_say_t *say) {
    stop_interval_timers();
    long bytes = tach_kept_read(ledger, TACH_KEPT_TIMERS, ledger->scratch, sizeof ledger->scratch);
    if (bytes < 0) {
        return tach_say_discard(say, "timers cannot be listed");
    }
    if (bytes > 0) {
        delete_listed(ledger->scratch);
    }
    return bytes == 0 ? TACH_LEDGER_SAME : TACH_LEDGER_RESTORED;
}
