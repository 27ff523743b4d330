/* Resource limits, all sixteen: nothing tells cheaper whether one of them changed, /proc/self/limits costs more than
 * twice. getrlimit and not prlimit64, which looks for a process first and costs double. */
#include <string.h>

#include "tach_ledger_state.h"

#define NANOSECONDS 1000000000

static const char *const NAMES[RLIM_NLIMITS] = {
    "CPU",     "FSIZE", "DATA",  "STACK",      "CORE",     "RSS",  "NPROC",  "NOFILE",
    "MEMLOCK", "AS",    "LOCKS", "SIGPENDING", "MSGQUEUE", "NICE", "RTPRIO", "RTTIME",
};

static long used_cpu_s(void) {
    int64_t time[2] = {0, 0};
    tach_sys2(SYS_clock_gettime, 2 /* CLOCK_PROCESS_CPUTIME_ID */, time);
    return (long)time[0] + (time[1] > NANOSECONDS / 2);
}

int tach_limits_take(tach_ledger_t *ledger, tach_say_t *say) {
    (void)say;
    for (int i = 0; i < (int)RLIM_NLIMITS; i++) {
        tach_sys2(SYS_getrlimit, i, &ledger->limit[i]);
    }
    rlim_t cpu = ledger->limit[RLIMIT_CPU].rlim_cur;
    int64_t left = (int64_t)cpu - used_cpu_s();
    ledger->cpu_budget = cpu == RLIM_INFINITY ? -1 : left > 0 ? left : 1;
    return 0;
}

static int discard_limit(tach_say_t *say, int i, bool hard) {
    tach_say_discard(say, "rlimit ");
    tach_say_text(say, NAMES[i]);
    tach_say_text(say, hard ? " hard" : "");
    return TACH_LEDGER_DISCARD;
}

/* A lowered hard limit goes up again only with CAP_SYS_RESOURCE; no need to ask for it, the kernel says. */
static int restore_limit(const tach_ledger_t *ledger, int i, const struct rlimit *now, tach_say_t *say) {
    if (tach_sys2(SYS_setrlimit, i, &ledger->limit[i]) < 0) {
        return discard_limit(say, i, now->rlim_max != ledger->limit[i].rlim_max);
    }
    return TACH_LEDGER_RESTORED;
}

int tach_limits_settle(tach_ledger_t *ledger, tach_say_t *say) {
    int worst = TACH_LEDGER_SAME;
    for (int i = 0; i < (int)RLIM_NLIMITS && worst != TACH_LEDGER_DISCARD; i++) {
        struct rlimit now;
        tach_sys2(SYS_getrlimit, i, &now);
        if (memcmp(&now, &ledger->limit[i], sizeof now) != 0) {
            worst = restore_limit(ledger, i, &now, say);
        }
    }
    return worst;
}

/* CPU time goes on counting: what a test may use is added to what was used. */
void tach_limits_rebase_cpu(tach_ledger_t *ledger) {
    if (ledger->cpu_budget < 0) {
        return;
    }
    struct rlimit *limit = &ledger->limit[RLIMIT_CPU];
    rlim_t soft = (rlim_t)(used_cpu_s() + ledger->cpu_budget);
    limit->rlim_cur = soft < limit->rlim_max ? soft : limit->rlim_max;
    tach_sys2(SYS_setrlimit, RLIMIT_CPU, limit);
}
