/* What the ledger costs after a test that left nothing behind: p50 and p99 of settle and finish, and the split by row.
 *
 * usage: bench_ledger [rounds]. Processes: that of an ordinary worker (few descriptors beside the agent's) as nobody,
 * as root, confined; one with 20 descriptors of every kind. Cold: a test has been through the caches in between, as one
 * always has. Microseconds.
 */
#define _GNU_SOURCE
#include "ledger_rig.c"

#include <time.h>

#include "tach_ledger_state.h"

#define WARM_UP 200

/* Through the vDSO: 30 ns, a fifth of the system call. */
static uint64_t now_ns(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

typedef struct sums {
    uint64_t *settle;
    uint64_t *finish;
    uint64_t **row;
    int rounds;
    bool cold;
} sums_t;

static int ascending(const void *one, const void *other) {
    uint64_t a = *(const uint64_t *)one;
    uint64_t b = *(const uint64_t *)other;
    return (a > b) - (a < b);
}

static double percentile(uint64_t *times, int rounds, double part) {
    qsort(times, (size_t)rounds, sizeof *times, ascending);
    return (double)times[(int)(part * (rounds - 1))] / 1000;
}

static void must_be_same(int verdict, const char *reason) {
    if (verdict != TACH_LEDGER_SAME) {
        rig_fail("verdict %d: %s", verdict, reason);
    }
}

/* Four megabytes: about what an ordinary pytest test touches. */
static void run_a_test(bool cold) {
    static char memory[4 << 20];
    for (size_t at = 0; at < sizeof memory && cold; at += 64) {
        memory[at]++;
    }
}

static void measure_whole(tach_ledger_t *ledger, sums_t *sums) {
    char reason[160];
    for (int i = -WARM_UP; i < sums->rounds; i++) {
        run_a_test(sums->cold);
        uint64_t start = now_ns();
        must_be_same(tach_ledger_settle(ledger, reason, sizeof reason), reason);
        uint64_t middle = now_ns();
        must_be_same(tach_ledger_finish(ledger, reason, sizeof reason), reason);
        uint64_t end = now_ns();
        tach_ledger_unblock(ledger);
        if (i >= 0) {
            sums->settle[i] = middle - start;
            sums->finish[i] = end - middle;
        }
    }
}

static void measure_rows(tach_ledger_t *ledger, sums_t *sums) {
    char reason[160];
    tach_say_t say;
    tach_say_start(&say, reason, sizeof reason);
    for (int i = -WARM_UP; i < sums->rounds; i++) {
        run_a_test(sums->cold);
        for (int row = 0; row < tach_row_count; row++) {
            uint64_t start = now_ns();
            must_be_same(tach_rows[row].settle(ledger, &say), reason);
            uint64_t end = now_ns();
            if (i >= 0) {
                sums->row[row][i] = end - start;
            }
        }
    }
}

/* What asking the clock costs; it is in every time. */
static double clock_cost(void) {
    static uint64_t times[2001];
    for (int i = 0; i < 2001; i++) {
        uint64_t start = now_ns();
        times[i] = now_ns() - start;
    }
    return percentile(times, 2001, 0.5);
}

static uint64_t *allocate(int rounds) {
    return calloc((size_t)rounds, sizeof(uint64_t));
}

static void print(FILE *to, const char *what, const tach_ledger_t *ledger, sums_t *sums) {
    double clock = clock_cost();
    fprintf(to, "\n%s: %d descriptors compared, %d of the agent's, %d kept\n", what, ledger->fd_count, ledger->own_count,
           ledger->expected_count - ledger->fd_count - ledger->own_count);
    fprintf(to, "  %-16s p50 %6.2f us   p99 %6.2f us\n", "settle", percentile(sums->settle, sums->rounds, 0.5) - clock,
           percentile(sums->settle, sums->rounds, 0.99) - clock);
    fprintf(to, "  %-16s p50 %6.2f us   p99 %6.2f us\n", "finish", percentile(sums->finish, sums->rounds, 0.5) - clock,
           percentile(sums->finish, sums->rounds, 0.99) - clock);
    for (int row = 0; row < tach_row_count; row++) {
        double p50 = percentile(sums->row[row], sums->rounds, 0.5) - clock;
        fprintf(to, "    %-16s %6.2f us\n", tach_rows[row].name, p50 > 0 ? p50 : 0);
    }
}

typedef struct setting {
    const char *name;
    void (*prepare)(void);
    unsigned facts;
    int rounds;
    bool cold;
} setting_t;

/* Standard streams and two files; the agent has a channel, memfds, and what it reads pages with. */
static void be_a_worker(void) {
    place(open_regular(0), RIG_REGULAR);
    place(open_regular(O_APPEND), RIG_APPEND);
}

/* With 0 to 2 twenty: files, pipes, a listener, a pair, an eventfd, an epoll set, a terminal and its master,
 * directories. */
static void have_twenty(void) {
    rig_open();
    close(RIG_OWN);
    for (int fd = 50; fd < 54; fd++) {
        place(open_regular(0), fd);
    }
}

static int measure(const void *argument) {
    const setting_t *setting = argument;
    int own[12] = {RIG_REPORT};
    char reason[160];
    FILE *report = fdopen(RIG_REPORT, "w");
    setting->prepare();
    for (int i = 1; i < 12; i++) {
        own[i] = fcntl(0, F_DUPFD_CLOEXEC, 60);
    }
    tach_ledger_t *ledger = rig_ledger();
    uint64_t start = now_ns();
    if (tach_ledger_take(ledger, own, 12, reason, sizeof reason) != 0) {
        rig_fail("take: %s", reason);
    }
    double take_us = (double)(now_ns() - start) / 1000;
    tach_ledger_assume(ledger, setting->facts);
    uint64_t *rows[32];
    for (int i = 0; i < tach_row_count; i++) {
        rows[i] = allocate(setting->rounds);
    }
    sums_t sums = {allocate(setting->rounds), allocate(setting->rounds), rows, setting->rounds, setting->cold};
    measure_whole(ledger, &sums);
    measure_rows(ledger, &sums);
    print(report, setting->name, ledger, &sums);
    fprintf(report, "  take, once       %6.0f us\n", take_us);
    fflush(report);
    return 0;
}

static int failed;

static void run(const char *name, void (*prepare)(void), unsigned facts, rig_user_t user, int rounds, bool cold) {
    setting_t setting = {name, prepare, facts, rounds, cold};
    int status;
    int file = dup(1);
    fflush(stdout);
    pid_t pid = fork();
    if (pid == 0) {
        run_child(file, user, measure, &setting);
    }
    waitpid(pid, &status, 0);
    close(file);
    failed |= status != 0;
}

int main(int count, char **arguments) {
    int rounds = count > 1 ? atoi(arguments[1]) : 5000;
    run("a worker, nobody", be_a_worker, 0, RIG_NOBODY, rounds, false);
    run("a worker, root, confined", be_a_worker, TACH_LEDGER_CONFINED, RIG_ROOT, rounds, false);
    run("a worker, root", be_a_worker, 0, RIG_ROOT, rounds, false);
    run("20 descriptors, nobody", have_twenty, 0, RIG_NOBODY, rounds, false);
    run("20 descriptors, root", have_twenty, 0, RIG_ROOT, rounds, false);
    run("a worker, nobody, cold", be_a_worker, 0, RIG_NOBODY, rounds / 5, true);
    run("a worker, root, cold", be_a_worker, 0, RIG_ROOT, rounds / 5, true);
    return failed;
}
