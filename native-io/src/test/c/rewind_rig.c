#include "rewind_rig.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tach_checkpoint.h"
#include "tach_fault.h"
#include "tach_verify.h"

#define GUARDS 64
#define GUARD_BYTES (64u << 20)
#define VERIFY_ALL_EVERY 16u
/* How the rewound process ends where it was refused for the reason that was expected. */
#define REFUSED 78

unsigned rewind_rounds = 250;
rewind_notes_t *rewind_notes;

/* --- guards ------------------------------------------------------------------------------------------------------ */

static struct {
    const char *start;
    size_t bytes;
    char *copy;
} guards[GUARDS];
static size_t guard_count;
static char *guard_memory;
static size_t guard_used;

static void *map_shared(size_t bytes) {
    return mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
}

void rewind_guard(const void *start, size_t bytes) {
    if (guard_count == GUARDS || guard_used + bytes > GUARD_BYTES) {
        rig_fail("too much to guard");
    }
    char *copy = guard_memory + guard_used;
    guard_used += bytes;
    memcpy(copy, start, bytes);
    guards[guard_count].start = start;
    guards[guard_count].bytes = bytes;
    guards[guard_count++].copy = copy;
}

static void check_guards(unsigned round) {
    for (size_t i = 0; i < guard_count; i++) {
        size_t wrong = 0;
        if (memcmp(guards[i].start, guards[i].copy, guards[i].bytes) == 0) {
            continue;
        }
        for (size_t at = 0; at < guards[i].bytes; at++) {
            wrong += guards[i].start[at] != guards[i].copy[at];
        }
        rig_fail("round %u: guard %zu has %zu wrong bytes", round, i, wrong);
    }
}

char *rewind_map(size_t pages, int protection) {
    size_t bytes = pages * TACH_PAGE_BYTES;
    char *start = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    for (size_t i = 0; i < bytes; i++) {
        start[i] = (char)(i * 7 + i / TACH_PAGE_BYTES + 1);
    }
    rewind_guard(start, bytes);
    mprotect(start, bytes, protection);
    return start;
}

/* --- the rewound process ----------------------------------------------------------------------------------------- */

/* A process that was refused goes on as if nothing had happened: what it allocated is its own. */
static void be_alive(void) {
    for (size_t bytes = 16; bytes < (4u << 20); bytes *= 4) {
        char *piece = malloc(bytes);
        memset(piece, 5, bytes);
        free(piece);
    }
}

static _Noreturn void end_refused(const rewind_case_t *one, const char *reason, unsigned round) {
    if (one->refusal == NULL || strstr(reason, one->refusal) == NULL) {
        rig_fail("round %u was refused: '%s'", round, reason);
    }
    be_alive();
    _exit(REFUSED);
}

static unsigned rounds_of(const rewind_case_t *one) {
    return one->weight == 0 ? rewind_rounds : (rewind_rounds + one->weight - 1) / one->weight;
}

static bool moves;
#define MOVED_EVERY 4u

static int take_checkpoint(int socket, tach_reason_t *reason) {
    int own[] = {RIG_OWN, RIG_REPORT, socket};
    return tach_checkpoint(own, 3, socket, reason);
}

/* A checkpoint and a rewind before the case's own. */
static void be_rewound_before(int socket) {
    tach_reason_t reason = {{0}};
    int result = take_checkpoint(socket, &reason);
    if (result == 0) {
        tach_rewind("", 0, &reason);
    }
    if (result != 1) {
        rig_fail("before the case: %s", reason.text);
    }
}

static bool is_moved_before(unsigned round) {
    return moves && round % MOVED_EVERY == 0;
}

/* The round that was carried here, after a look around. What a check allocates would last if the checkpoint was moved then. */
static unsigned arrive(const rewind_case_t *one) {
    unsigned round;
    size_t bytes;
    memcpy(&round, tach_carried(&bytes), sizeof round);
    check_guards(round);
    if (one->check != NULL && !is_moved_before(round)) {
        one->check();
    }
    return round;
}

static _Noreturn void go_round(const rewind_case_t *one, unsigned round) {
    tach_reason_t reason = {{0}};
    if (round > rounds_of(one)) {
        _exit(0);
    }
    one->mutate(round);
    unsigned next = round + 1;
    tach_rewind(&next, sizeof next, &reason);
    end_refused(one, reason.text, round);
}

static _Noreturn void be_rewound(const rewind_case_t *one, int socket) {
    tach_reason_t reason = {{0}};
    setpgid(0, 0);
    if (moves) {
        be_rewound_before(socket);
    }
    if (one->prepare != NULL && one->prepare() != 0) {
        _exit(RIG_SKIP);
    }
    tach_fault_choose(one->fault);
    for (unsigned round = 1;;) {
        int result = take_checkpoint(socket, &reason);
        if (result < 0) {
            end_refused(one, reason.text, 0);
        }
        round = result == 1 ? arrive(one) : round;
        if (result == 0 || !is_moved_before(round)) {
            go_round(one, round);
        }
    }
}

/* --- the one that looks ------------------------------------------------------------------------------------------ */

/* Looks at the process that stands still after a rewind, or before its checkpoint is moved. */
static void look(pid_t pid, const tach_claim_t *claim, bool all) {
    static tach_claim_t last;
    static tach_regs_t first;
    tach_regs_t regs;
    tach_finding_t finding;
    tach_reason_t reason = {{0}};
    if (tach_verify(pid, claim, all, &finding, &reason) != 0 || tach_verify_regs(pid, claim->regs, &regs, &reason) != 0) {
        rig_fail("rewind %lu: %s", (unsigned long)claim->rewinds, reason.text);
    }
    if (finding.wrong_bytes != 0) {
        rig_fail("rewind %lu: %lu wrong bytes, the first at %#lx", (unsigned long)claim->rewinds,
                 (unsigned long)finding.wrong_bytes, (unsigned long)finding.first_wrong);
    }
    if (last.twin != claim->twin || last.moves != claim->moves) {
        first = regs;
    }
    last = *claim;
    if (memcmp(&first, &regs, sizeof regs) != 0) {
        rig_fail("rewind %lu: other registers", (unsigned long)claim->rewinds);
    }
}

pid_t rewind_fork(int *fd) {
    int pair[2];
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) < 0) {
        rig_fail("socketpair");
    }
    pid_t pid = fork();
    *fd = pair[pid == 0];
    close(pair[pid != 0]);
    return pid;
}

unsigned rewind_watch(pid_t pid, int fd) {
    unsigned rewinds = 0;
    tach_claim_t claim;
    while (read(fd, &claim, sizeof claim) == (ssize_t)sizeof claim) {
        rewinds += claim.is_moving == 0;
        look(pid, &claim, rewinds % VERIFY_ALL_EVERY == 1);
        if (write(fd, "!", 1) != 1) {
            break;
        }
    }
    return rewinds;
}

static void judge(const rewind_case_t *one, int status, unsigned rewinds) {
    if (WIFEXITED(status) && (WEXITSTATUS(status) == RIG_SKIP || WEXITSTATUS(status) == 1)) {
        _exit(WEXITSTATUS(status)); /* it has said why */
    }
    int expected = one->refusal == NULL ? 0 : REFUSED;
    if (!WIFEXITED(status) || WEXITSTATUS(status) != expected) {
        rig_fail("wait status %#x after %u rewinds", status, rewinds);
    }
    if (rewinds != (one->refusal == NULL ? rounds_of(one) : 0) + moves) {
        rig_fail("%u rewinds", rewinds);
    }
}

int rewind_run_case(const void *argument) {
    const rewind_case_t *one = argument;
    guard_memory = map_shared(GUARD_BYTES);
    rewind_notes = map_shared(TACH_PAGE_BYTES);
    int fd;
    pid_t pid = rewind_fork(&fd);
    if (pid == 0) {
        be_rewound(one, fd);
    }
    unsigned rewinds = rewind_watch(pid, fd);
    int status;
    waitpid(pid, &status, 0);
    judge(one, status, rewinds);
    return 0;
}

int rewind_run_moved(const void *argument) {
    moves = true;
    return rewind_run_case(argument);
}
