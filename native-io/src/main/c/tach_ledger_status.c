/* /proc/self/status: one read of 6 us that stands for some forty system calls. Threads, credentials, capabilities,
 * filters, session, affinity, locked memory, and whether the sets of ignored and caught signals changed. */
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>

#include "tach_ledger_state.h"

enum role {
    VOLATILE,
    THREADS,
    COMM,
    CREDENTIALS,
    CAPABILITIES,
    SESSION,
    LOCKED_MEMORY,
    HUGE_PAGES,
    ACTIONS,
    NEW_PRIVILEGES,
    FILTER,
    SPECULATION,
    AFFINITY
};

static const struct {
    const char *key;
    enum role role;
} ROLES[] = {
    {"Name:", COMM},           {"Uid:", CREDENTIALS},
    {"Gid:", CREDENTIALS},     {"Groups:", CREDENTIALS},
    {"NSpgid:", SESSION},      {"NSsid:", SESSION},
    {"VmLck:", LOCKED_MEMORY}, {"THP_enabled:", HUGE_PAGES},
    {"Threads:", THREADS},     {"SigIgn:", ACTIONS},
    {"SigCgt:", ACTIONS},      {"CapInh:", CAPABILITIES},
    {"CapPrm:", CAPABILITIES}, {"CapEff:", CAPABILITIES},
    {"CapBnd:", CAPABILITIES}, {"CapAmb:", CAPABILITIES},
    {"NoNewPrivs:", NEW_PRIVILEGES}, {"Seccomp:", FILTER},
    {"Seccomp_filters:", FILTER},    {"Speculation_Store_Bypass:", SPECULATION},
    {"SpeculationIndirectBranch:", SPECULATION}, {"Cpus_allowed:", AFFINITY},
};

static enum role role_of(const char *line, size_t bytes) {
    for (size_t i = 0; i < sizeof ROLES / sizeof ROLES[0]; i++) {
        size_t length = strlen(ROLES[i].key);
        if (length <= bytes && memcmp(line, ROLES[i].key, length) == 0) {
            return ROLES[i].role;
        }
    }
    return VOLATILE;
}

/* Where the line ends that starts here; the text is long enough and ends with NUL. */
static const char *line_end(const char *at, const char *end) {
    const char *found = memchr(at, '\n', (size_t)(end - at));
    return found != NULL ? found : end;
}

static void index_lines(tach_ledger_t *ledger, size_t bytes) {
    const char *end = ledger->status + bytes;
    ledger->line_count = 0;
    for (const char *at = ledger->status; at < end && ledger->line_count < TACH_STATUS_LINES;) {
        const char *stop = line_end(at, end);
        ledger->line[ledger->line_count++] = (tach_line_t){
            .at = (uint16_t)(at - ledger->status),
            .bytes = (uint16_t)(stop - at),
            .role = (uint8_t)role_of(at, (size_t)(stop - at)),
        };
        at = stop + 1;
    }
}

static void index_stretches(tach_ledger_t *ledger) {
    bool inside = false;
    ledger->stretch_count = 0;
    for (int i = 0; i < ledger->line_count; i++) {
        const tach_line_t *line = &ledger->line[i];
        bool matters = line->role != VOLATILE;
        tach_line_t *last = &ledger->stretch[ledger->stretch_count - inside];
        if (matters && !inside) {
            *last = *line;
            ledger->stretch_count++;
        } else if (matters) {
            last->bytes = (uint16_t)(line->at + line->bytes - last->at);
        }
        inside = matters;
    }
}

/* Nearly always every line stands where it stood, since most numbers are padded: then nothing needs to be searched. */
static bool is_in_place(const tach_ledger_t *ledger, const char *text, long bytes) {
    for (int i = 0; i < ledger->stretch_count; i++) {
        const tach_line_t *stretch = &ledger->stretch[i];
        if (stretch->at + stretch->bytes >= bytes ||
            memcmp(text + stretch->at, ledger->status + stretch->at, stretch->bytes + 1u) != 0) {
            return false;
        }
    }
    return true;
}

static uint64_t capabilities(const tach_ledger_t *ledger, const char *key) {
    const char *at = strstr(ledger->status, key);
    uint64_t set = 0;
    for (at = at == NULL ? "" : at + strlen(key) + 1; *at != '\0' && *at != '\n'; at++) {
        set = set * 16 + (uint64_t)(*at <= '9' ? *at - '0' : *at - 'a' + 10);
    }
    return set;
}

int tach_status_take(tach_ledger_t *ledger, tach_say_t *say) {
    long bytes = tach_kept_read(ledger, TACH_KEPT_STATUS, ledger->status, sizeof ledger->status);
    if (bytes <= 0 || bytes >= TACH_STATUS_BYTES - 1) {
        return tach_say_discard(say, "/proc/self/status cannot be read");
    }
    index_lines(ledger, (size_t)bytes);
    index_stretches(ledger);
    ledger->privileged = (capabilities(ledger, "CapEff:") >> 21 & 1) != 0; /* CAP_SYS_ADMIN */
    ledger->capable = capabilities(ledger, "CapPrm:") != 0;
    tach_sys2(SYS_prctl, PR_GET_NAME, ledger->comm);
    tach_sys3(SYS_sched_getaffinity, 0, sizeof ledger->affinity, ledger->affinity);
    return tach_threads_wait() == 1 ? 0 : tach_threads_discard(say);
}

static int settle_threads(tach_say_t *say) {
    return tach_threads_wait() == 1 ? TACH_LEDGER_RESTORED : tach_threads_discard(say);
}

static int restored_if(long result, tach_say_t *say, const char *otherwise) {
    return result >= 0 ? TACH_LEDGER_RESTORED : tach_say_discard(say, otherwise);
}

/* Locked memory of the checkpoint would have to be locked again range by range; we only know how to unlock all. */
static int unlock_memory(const tach_ledger_t *ledger, const tach_line_t *line, tach_say_t *say) {
    const char *value = ledger->status + line->at + sizeof "VmLck:" - 1;
    if (tach_parse(&value, 10) != 0) {
        return tach_say_discard(say, "locked memory");
    }
    return restored_if(tach_sys1(SYS_munlockall, 0), say, "locked memory");
}

static int put_huge_pages_back(const tach_ledger_t *ledger, const tach_line_t *line, tach_say_t *say) {
    bool enabled = ledger->status[line->at + line->bytes - 1] == '1';
    return restored_if(TACH_SYS(SYS_prctl, PR_SET_THP_DISABLE, !enabled, 0, 0, 0, 0), say, "huge pages");
}

static int settle_line(tach_ledger_t *ledger, const tach_line_t *line, tach_say_t *say) {
    switch ((enum role)line->role) {
    case THREADS:
        return settle_threads(say);
    case COMM:
        return restored_if(tach_sys2(SYS_prctl, PR_SET_NAME, ledger->comm), say, "process name");
    case LOCKED_MEMORY:
        return unlock_memory(ledger, line, say);
    case HUGE_PAGES:
        return put_huge_pages_back(ledger, line, say);
    case AFFINITY:
        return restored_if(tach_sys3(SYS_sched_setaffinity, 0, sizeof ledger->affinity, ledger->affinity), say,
                           "processor affinity");
    case ACTIONS:
        ledger->actions_suspect = true;
        return TACH_LEDGER_SAME;
    case CREDENTIALS:
        return tach_say_discard(say, "credentials");
    case CAPABILITIES:
        return tach_say_discard(say, "capabilities");
    case SESSION:
        return tach_say_discard(say, "session or process group");
    case NEW_PRIVILEGES:
        return tach_say_discard(say, "no_new_privs");
    case FILTER:
        return tach_say_discard(say, "seccomp filter");
    case SPECULATION:
        return tach_say_discard(say, "speculation control");
    case VOLATILE:
        break;
    }
    return TACH_LEDGER_SAME;
}

static bool same_line(const tach_ledger_t *ledger, const tach_line_t *line, const char *at, size_t bytes) {
    return line->role == VOLATILE || (line->bytes == bytes && memcmp(ledger->status + line->at, at, bytes) == 0);
}

static int settle_lines(tach_ledger_t *ledger, long bytes, tach_say_t *say) {
    const char *at = ledger->scratch;
    const char *end = at + bytes;
    int worst = TACH_LEDGER_SAME;
    for (int i = 0; i < ledger->line_count; i++) {
        const char *stop = line_end(at, end);
        if (!same_line(ledger, &ledger->line[i], at, (size_t)(stop - at))) {
            int verdict = settle_line(ledger, &ledger->line[i], say);
            if (verdict == TACH_LEDGER_DISCARD) {
                return verdict;
            }
            worst = verdict > worst ? verdict : worst;
        }
        at = stop < end ? stop + 1 : end;
    }
    return worst;
}

int tach_status_settle(tach_ledger_t *ledger, tach_say_t *say) {
    long bytes = tach_kept_read(ledger, TACH_KEPT_STATUS, ledger->scratch, TACH_STATUS_BYTES);
    if (bytes <= 0) {
        return tach_say_discard(say, "the agent's descriptors are closed");
    }
    ledger->actions_suspect = false;
    return is_in_place(ledger, ledger->scratch, bytes) ? TACH_LEDGER_SAME : settle_lines(ledger, bytes, say);
}
