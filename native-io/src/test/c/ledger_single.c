/* Cases of the ledger that do not fit the table; and which checkpoints are entangled. */
#include "ledger_do.h"

/* -- what does not fit the table -- */
static void take_or_fail(tach_ledger_t *ledger) {
    char reason[160];
    if (rig_take(ledger, reason, sizeof reason) != 0) {
        rig_fail("take: %s", reason);
    }
}

static int settle(tach_ledger_t *ledger, char *reason) {
    int verdict = tach_ledger_settle(ledger, reason, 160);
    if (verdict != DISCARD && tach_ledger_finish(ledger, reason, 160) != SAME) {
        rig_fail("finish: %s", reason);
    }
    tach_ledger_unblock(ledger);
    return verdict;
}

/* A thread that was joined may still be about to end: never a discard. */
static int joined_threads_do_not_count(const void *argument) {
    (void)argument;
    char reason[160];
    tach_ledger_t *ledger = rig_ledger();
    rig_open();
    take_or_fail(ledger);
    for (int i = 0; i < 200; i++) {
        join_thread();
        if (settle(ledger, reason) == DISCARD) {
            rig_fail("round %d: %s", i, reason);
        }
    }
    return 0;
}

static int be_quiet(void *argument) {
    (void)argument;
    for (;;) {
        pause();
    }
    return 0;
}

/* The twin: exit signal 0, neither seen nor killed, with or without other children. */
static int twin_is_not_a_child(const void *argument) {
    (void)argument;
    char reason[160];
    tach_ledger_t *ledger = rig_ledger();
    rig_open();
    char *stack = mmap(NULL, 65536, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    int twin = clone(be_quiet, stack + 65536, 0, NULL);
    MUST(twin);
    take_or_fail(ledger);
    if (settle(ledger, reason) != SAME) {
        rig_fail("with a twin: %s", reason);
    }
    leave_child();
    if (settle(ledger, reason) != RESTORED || settle(ledger, reason) != SAME) {
        rig_fail("with a twin and a child: %s", reason);
    }
    MUST(kill(twin, 0));
    if (waitpid(twin, NULL, __WALL | WNOHANG) != 0) {
        rig_fail("the twin has ended");
    }
    return 0;
}

/* Checkpoints may be stacked: the inner ledger is closed first, or its descriptors are those of a test. */
static int ledgers_nest(const void *argument) {
    (void)argument;
    char reason[160];
    tach_ledger_t *outer = rig_ledger();
    tach_ledger_t *inner = rig_ledger();
    rig_open();
    take_or_fail(outer);
    take_or_fail(inner);
    open_one();
    if (settle(inner, reason) != RESTORED || settle(inner, reason) != SAME) {
        rig_fail("inner: %s", reason);
    }
    tach_ledger_close(inner);
    if (settle(outer, reason) != SAME) {
        rig_fail("outer: %s", reason);
    }
    take_or_fail(inner);
    if (settle(outer, reason) != RESTORED || settle(outer, reason) != SAME) {
        rig_fail("outer, with the inner one open: %s", reason);
    }
    return 0;
}

/* A fork of the process must not settle what is not its own. */
static int child_does_not_settle(const void *argument) {
    (void)argument;
    char reason[160];
    tach_ledger_t *ledger = rig_ledger();
    rig_open();
    take_or_fail(ledger);
    pid_t pid = fork();
    if (pid == 0) {
        _exit(tach_ledger_settle(ledger, reason, sizeof reason) != DISCARD);
    }
    int status;
    MUST(waitpid(pid, &status, 0));
    return status == 0 ? 0 : 1;
}

static int refuses(int (*prepare)(void), const char *expected) {
    char reason[160];
    tach_ledger_t *ledger = rig_ledger();
    rig_open();
    MUST(prepare());
    if (rig_take(ledger, reason, sizeof reason) == 0 || strstr(reason, expected) == NULL) {
        rig_fail("taken, or refused with '%s'", reason);
    }
    for (int fd = 200; fd < 400; fd++) {
        if (fcntl(fd, F_GETFD) >= 0) {
            rig_fail("fd %d left open", fd);
        }
    }
    return 0;
}

static int make_thread(void) {
    leave_thread();
    return 0;
}
static int make_limit(void) {
    struct rlimit limit;
    MUST(getrlimit(RLIMIT_NOFILE, &limit));
    limit.rlim_cur = 150;
    return setrlimit(RLIMIT_NOFILE, &limit);
}
static int make_alarm(void) {
    alarm(3600);
    return 0;
}
static int make_timer(void) {
    create_timers();
    return 0;
}
static int make_pending(void) {
    leave_pending();
    return 0;
}

/* A child that ended while all signals were blocked. */
static int unnoticed_signals_do_not_matter(const void *argument) {
    (void)argument;
    tach_ledger_t *ledger = rig_ledger();
    rig_open();
    block_signals();
    MUST(raise(SIGCHLD));
    MUST(raise(SIGWINCH));
    take_or_fail(ledger);
    return 0;
}
static int make_fds(void) {
    struct rlimit limit;
    MUST(getrlimit(RLIMIT_NOFILE, &limit));
    set_limit(RLIMIT_NOFILE, limit.rlim_max < 4096 ? limit.rlim_max : 4096, limit.rlim_max);
    for (int i = 0; i < 190; i++) {
        MUST(fcntl(0, F_DUPFD, 400));
    }
    return 0;
}

static int refuses_a_thread(const void *argument) { return refuses(make_thread, argument); }
static int refuses_a_low_limit(const void *argument) { return refuses(make_limit, argument); }
static int refuses_an_alarm(const void *argument) { return refuses(make_alarm, argument); }
static int refuses_a_timer(const void *argument) { return refuses(make_timer, argument); }
static int refuses_pending_signals(const void *argument) { return refuses(make_pending, argument); }
static int refuses_too_many_fds(const void *argument) { return refuses(make_fds, argument); }

/* What the zygote sends between two tests must not be drained away. */
static int parents_signal_discards(const void *argument) {
    (void)argument;
    int go[2];
    int done[2];
    char byte;
    MUST(pipe(go));
    MUST(pipe(done));
    pid_t pid = fork();
    if (pid == 0) {
        char reason[160];
        tach_ledger_t *ledger = rig_ledger();
        block_signals();
        take_or_fail(ledger);
        MUST(write(go[1], "g", 1));
        MUST(read(done[0], &byte, 1));
        int verdict = tach_ledger_settle(ledger, reason, sizeof reason);
        _exit(verdict == DISCARD && strstr(reason, "signal 15") != NULL ? 0 : 1);
    }
    close(go[1]);
    if (read(go[0], &byte, 1) != 1) {
        return 1;
    }
    MUST(kill(pid, SIGTERM));
    MUST(write(done[1], "d", 1));
    int status;
    MUST(waitpid(pid, &status, 0));
    return status == 0 ? 0 : 1;
}

static int settle_in_group(const char *directory) {
    char path[128];
    char reason[160];
    tach_ledger_t *ledger = rig_ledger();
    take_or_fail(ledger);
    snprintf(path, sizeof path, "%s/cgroup.procs", directory);
    write_text(path, "0");
    int verdict = tach_ledger_settle(ledger, reason, sizeof reason);
    return verdict == DISCARD && strstr(reason, "control group") != NULL ? 0 : 1;
}

/* In a child, so that the directory is empty and can be removed when that has ended. */
static int control_group_discards(const void *argument) {
    char directory[96];
    int status;
    snprintf(directory, sizeof directory, "%s/cgroup.procs", (const char *)argument);
    bool is_cgroup = access(directory, W_OK) == 0;
    snprintf(directory, sizeof directory, "%s/tach-ledger-%d", (const char *)argument, getpid());
    if (!is_cgroup || mkdir(directory, 0755) != 0) {
        return RIG_SKIP;
    }
    pid_t pid = fork();
    if (pid == 0) {
        _exit(settle_in_group(directory));
    }
    MUST(waitpid(pid, &status, 0));
    while (rmdir(directory) != 0 && errno == EBUSY) {
    }
    return status == 0 ? 0 : 1;
}

/* CPU time counts on over tests: the limit moves with it. */
static int cpu_limit_is_per_test(const void *argument) {
    (void)argument;
    char reason[160];
    struct rlimit limit;
    struct timespec used;
    tach_ledger_t *ledger = rig_ledger();
    rig_open();
    set_limit(RLIMIT_CPU, 5, 100);
    take_or_fail(ledger);
    do {
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
    } while (used.tv_sec == 0 && used.tv_nsec < 600000000);
    if (settle(ledger, reason) != SAME) {
        rig_fail("%s", reason);
    }
    MUST(getrlimit(RLIMIT_CPU, &limit));
    if (limit.rlim_cur != 6 || settle(ledger, reason) != SAME) {
        rig_fail("limit is %lu, %s", (unsigned long)limit.rlim_cur, reason);
    }
    return 0;
}

/* -- entangled -- */
static int entangled(const void *argument) {
    const rig_case_t *one = argument;
    char reason[160];
    tach_ledger_t *ledger = rig_ledger();
    if (one->prepare != NULL && one->prepare() != 0) {
        return RIG_SKIP;
    }
    one->mutate();
    if (tach_ledger_take(ledger, (int[]){RIG_REPORT}, 1, reason, sizeof reason) != 0) {
        rig_fail("take: %s", reason);
    }
    int is = tach_ledger_entangled(ledger, reason, sizeof reason);
    if (is != one->verdict || (is != 0 && strstr(reason, one->reason) == NULL)) {
        rig_fail("%d '%s'", is, reason);
    }
    return 0;
}
static void connect_pair(void) {
    int pair[2];
    MUST(socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
}
static void connect_tcp(void) {
    open_socket();
    struct sockaddr_in address;
    socklen_t bytes = sizeof address;
    MUST(getsockname(3, (struct sockaddr *)&address, &bytes));
    MUST(connect(socket(AF_INET, SOCK_STREAM, 0), (struct sockaddr *)&address, sizeof address));
}
static void make_epoll(void) { MUST(epoll_create1(0)); }
static void make_timerfd(void) { MUST(timerfd_create(CLOCK_MONOTONIC, 0)); }
static void make_pipe(void) {
    int pair[2];
    MUST(pipe(pair));
}
static void make_half_pipe(void) {
    int pair[2];
    MUST(pipe(pair));
    close(pair[0]);
}
static void make_standard_pipe(void) {
    int pair[2];
    MUST(pipe(pair));
    MUST(dup2(pair[1], 1));
    close(pair[0]);
}
static void make_unconnected(void) { MUST(socket(AF_INET, SOCK_DGRAM, 0)); }
static void make_event(void) { MUST(eventfd(0, 0)); }

static const rig_case_t entanglements[] = {
    {"entangled: socket pair", BOTH, NULL, connect_pair, 1, "is a connected socket", 0},
    {"entangled: TCP connection", BOTH, NULL, connect_tcp, 1, "is a connected socket", 0},
    {"entangled: epoll", BOTH, NULL, make_epoll, 1, "eventpoll", 0},
    {"entangled: timerfd", BOTH, NULL, make_timerfd, 1, "timerfd", 0},
    {"entangled: io_uring", BOTH, prepare_ring, open_ring, 1, "io_uring", 0},
    {"entangled: one end of a pipe", BOTH, NULL, make_half_pipe, 1, "one end of a pipe", 0},
    {"not entangled: both ends of a pipe", BOTH, NULL, make_pipe, 0, NULL, 0},
    {"not entangled: standard output", BOTH, NULL, make_standard_pipe, 0, NULL, 0},
    {"not entangled: listener", BOTH, NULL, open_socket, 0, NULL, 0},
    {"not entangled: unconnected socket", BOTH, NULL, make_unconnected, 0, NULL, 0},
    {"not entangled: eventfd", BOTH, NULL, make_event, 0, NULL, 0},
};

void run_single_cases(rig_user_t user) {
    rig_count("joined threads do not count", user, joined_threads_do_not_count, NULL);
    rig_count("the twin is no child", user, twin_is_not_a_child, NULL);
    rig_count("ledgers nest", user, ledgers_nest, NULL);
    rig_count("a child does not settle", user, child_does_not_settle, NULL);
    rig_count("take refuses a thread", user, refuses_a_thread, "thread 'poller'");
    rig_count("take refuses a low limit of descriptors", user, refuses_a_low_limit, "limit of descriptors");
    rig_count("take refuses an alarm", user, refuses_an_alarm, "interval timer");
    rig_count("take refuses a timer", user, refuses_a_timer, "POSIX timer");
    rig_count("take refuses pending signals", user, refuses_pending_signals, "pending signal");
    rig_count("take does not mind SIGCHLD", user, unnoticed_signals_do_not_matter, NULL);
    rig_count("take refuses too many descriptors", user, refuses_too_many_fds, "too many descriptors");
    rig_count("a signal of the parent discards", user, parents_signal_discards, NULL);
    rig_count("the CPU limit is per test", user, cpu_limit_is_per_test, NULL);
    rig_count("control group, version 2", user, control_group_discards, "/sys/fs/cgroup");
    rig_count("control group, version 2 beside 1", user, control_group_discards, "/sys/fs/cgroup/unified");
    rig_count("control group, version 1", user, control_group_discards, "/sys/fs/cgroup/pids");
    for (size_t i = 0; i < sizeof entanglements / sizeof entanglements[0]; i++) {
        rig_count(entanglements[i].name, user, entangled, &entanglements[i]);
    }
}
