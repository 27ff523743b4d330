/* Attributes of the process that are one number each: prctl, personality, io priority; the scheduler; /proc
 * tunables. */
#include <linux/ioprio.h>
#include <linux/prctl.h>
#include <string.h>

#include "tach_ledger_state.h"

#define SECURE_KEEP_CAPS (1l << 4)
#define IOPRIO_PROCESS 1
#define NO_PERSONALITY 0xffffffffl

/* The order is that of ledger->attribute; children.c relies on the first. */
enum attribute {
    SUBREAPER,
    DUMPABLE,
    TIMER_SLACK,
    DEATH_SIGNAL,
    SECURE_BITS,
    PERSONALITY,
    IO_PRIORITY,
    MEMORY_POLICY,
    ATTRIBUTES
};

static const char *const NAMES[ATTRIBUTES] = {"child subreaper", "dumpable",    "timer slack", "parent death signal",
                                              "securebits",      "personality", "io priority", "memory policy"};

static long get_into_int(int option) {
    int value = 0;
    tach_sys2(SYS_prctl, option, &value);
    return value;
}

static long memory_policy(void) {
    int mode = 0;
    TACH_SYS(SYS_get_mempolicy, &mode, 0, 0, 0, 0, 0);
    return mode;
}

static long get(enum attribute which) {
    switch (which) {
    case SUBREAPER:
        return get_into_int(PR_GET_CHILD_SUBREAPER);
    case DUMPABLE:
        return tach_sys1(SYS_prctl, PR_GET_DUMPABLE);
    case TIMER_SLACK:
        return tach_sys1(SYS_prctl, PR_GET_TIMERSLACK);
    case DEATH_SIGNAL:
        return get_into_int(PR_GET_PDEATHSIG);
    case SECURE_BITS:
        return tach_sys1(SYS_prctl, PR_GET_SECUREBITS);
    case PERSONALITY:
        return tach_sys1(SYS_personality, NO_PERSONALITY);
    case IO_PRIORITY:
        return tach_sys2(SYS_ioprio_get, IOPRIO_PROCESS, 0);
    case MEMORY_POLICY:
        return memory_policy();
    case ATTRIBUTES:
        break;
    }
    return 0;
}

/* Of the secure bits only "keep capabilities" goes both ways; the second comparison finds the others. */
static void put(enum attribute which, long value) {
    switch (which) {
    case SUBREAPER:
        tach_sys2(SYS_prctl, PR_SET_CHILD_SUBREAPER, value);
        break;
    case DUMPABLE:
        tach_sys2(SYS_prctl, PR_SET_DUMPABLE, value);
        break;
    case TIMER_SLACK:
        tach_sys2(SYS_prctl, PR_SET_TIMERSLACK, value);
        break;
    case DEATH_SIGNAL:
        tach_sys2(SYS_prctl, PR_SET_PDEATHSIG, value);
        break;
    case SECURE_BITS:
        tach_sys2(SYS_prctl, PR_SET_KEEPCAPS, (value & SECURE_KEEP_CAPS) != 0);
        break;
    case PERSONALITY:
        tach_sys1(SYS_personality, value);
        break;
    case IO_PRIORITY:
        tach_sys3(SYS_ioprio_set, IOPRIO_PROCESS, 0, value);
        break;
    case MEMORY_POLICY: /* back to the default; another one of the checkpoint had nodes that we do not know */
        tach_sys3(SYS_set_mempolicy, 0, 0, 0);
        break;
    case ATTRIBUTES:
        break;
    }
}

int tach_attributes_take(tach_ledger_t *ledger, tach_say_t *say) {
    (void)say;
    for (int i = 0; i < ATTRIBUTES; i++) {
        ledger->attribute[i] = get((enum attribute)i);
    }
    return 0;
}

int tach_attributes_settle(tach_ledger_t *ledger, tach_say_t *say) {
    int worst = TACH_LEDGER_SAME;
    for (int i = 0; i < ATTRIBUTES; i++) {
        if (get((enum attribute)i) == ledger->attribute[i]) {
            continue;
        }
        put((enum attribute)i, ledger->attribute[i]);
        if (get((enum attribute)i) != ledger->attribute[i]) {
            return tach_say_discard(say, NAMES[i]);
        }
        worst = TACH_LEDGER_RESTORED;
    }
    return worst;
}

int tach_schedule_take(tach_ledger_t *ledger, tach_say_t *say) {
    memset(ledger->schedule, 0, sizeof ledger->schedule);
    long result = tach_sys4(SYS_sched_getattr, 0, ledger->schedule, sizeof ledger->schedule, 0);
    return result == 0 ? 0 : tach_say_discard(say, "scheduling cannot be read");
}

/* Policy, nice value, priority, reset on fork and utilisation clamps in one call. */
int tach_schedule_settle(tach_ledger_t *ledger, tach_say_t *say) {
    char now[sizeof ledger->schedule] = {0};
    tach_sys4(SYS_sched_getattr, 0, now, sizeof now, 0);
    if (memcmp(now, ledger->schedule, sizeof now) == 0) {
        return TACH_LEDGER_SAME;
    }
    if (tach_sys3(SYS_sched_setattr, 0, ledger->schedule, 0) < 0) {
        return tach_say_discard(say, "nice value or scheduling policy");
    }
    return TACH_LEDGER_RESTORED;
}

int tach_tunables_take(tach_ledger_t *ledger, tach_say_t *say) {
    (void)say;
    tach_kept_read(ledger, TACH_KEPT_OOM, ledger->oom, sizeof ledger->oom);
    tach_kept_read(ledger, TACH_KEPT_COREDUMP, ledger->coredump, sizeof ledger->coredump);
    return 0;
}

/* The core dump filter is printed in hexadecimal without prefix and read with any: "0x" is needed. */
static long write_tunable(const tach_ledger_t *ledger, enum tach_kept kept, const char *text) {
    char value[24];
    tach_say_t say;
    tach_say_start(&say, value, sizeof value);
    tach_say_text(&say, kept == TACH_KEPT_COREDUMP ? "0x" : "");
    tach_say_text(&say, text);
    return tach_sys4(SYS_pwrite64, ledger->kept[kept], value, say.used, 0);
}

static int settle_tunable(const tach_ledger_t *ledger, enum tach_kept kept, const char *before, tach_say_t *say) {
    char now[16];
    tach_kept_read(ledger, kept, now, sizeof now);
    if (strcmp(now, before) == 0) {
        return TACH_LEDGER_SAME;
    }
    if (write_tunable(ledger, kept, before) < 0) {
        return tach_say_discard(say, kept == TACH_KEPT_OOM ? "oom_score_adj" : "coredump_filter");
    }
    return TACH_LEDGER_RESTORED;
}

int tach_tunables_settle(tach_ledger_t *ledger, tach_say_t *say) {
    int verdict = settle_tunable(ledger, TACH_KEPT_OOM, ledger->oom, say);
    if (verdict == TACH_LEDGER_DISCARD) {
        return verdict;
    }
    int other = settle_tunable(ledger, TACH_KEPT_COREDUMP, ledger->coredump, say);
    return other > verdict ? other : verdict;
}
