/* What a test may do: signals, timers, children, threads. */
#include "ledger_do.h"

/* -- signals -- */
static void handler(int signal) { (void)signal; }
static int prepare_handlers(void) {
    signal(SIGINT, handler);
    signal(SIGHUP, SIG_IGN);
    return 0;
}
static void other(int signal) { (void)signal; }
static void catch_signal(void) { MUST(signal(SIGUSR1, handler) == SIG_ERR ? -1 : 0); }
static void catch_late_signal(void) { MUST(signal(SIGRTMIN + 5, handler) == SIG_ERR ? -1 : 0); }
static void swap_handler(void) { MUST(signal(SIGINT, other) == SIG_ERR ? -1 : 0); }
static void change_action_flags(void) {
    struct sigaction action = {.sa_handler = handler, .sa_flags = SA_NODEFER};
    MUST(sigaction(SIGINT, &action, NULL));
}
static void reset_signals(void) {
    signal(SIGINT, SIG_DFL);
    signal(SIGHUP, SIG_DFL);
}
static void ignore_signal(void) { MUST(signal(SIGPIPE, SIG_IGN) == SIG_ERR ? -1 : 0); }
static void leave_no_zombies(void) {
    struct sigaction action = {.sa_handler = SIG_DFL, .sa_flags = SA_NOCLDWAIT};
    MUST(sigaction(SIGCHLD, &action, NULL));
}
static void block_signals(void) {
    sigset_t set;
    sigfillset(&set);
    MUST(sigprocmask(SIG_BLOCK, &set, NULL));
}
static void leave_pending(void) {
    block_signals();
    MUST(raise(SIGTERM));
    MUST(raise(SIGRTMIN + 3));
    MUST(raise(SIGRTMIN + 3));
}
static void use_alternate_stack(void) {
    static char memory[65536];
    stack_t stack = {.ss_sp = memory, .ss_size = sizeof memory};
    MUST(sigaltstack(&stack, NULL));
}

/* -- timers -- */
static void arm(int kind) {
    struct itimerval hour = {.it_value.tv_sec = 3600, .it_interval.tv_sec = 3600};
    MUST(setitimer((__itimer_which_t)kind, &hour, NULL));
}
static void arm_all(void) {
    arm(ITIMER_REAL);
    arm(ITIMER_VIRTUAL);
    arm(ITIMER_PROF);
}
static void create_timers(void) {
    timer_t id;
    struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR2};
    struct itimerspec hour = {.it_value.tv_sec = 3600};
    for (int i = 0; i < 12; i++) {
        MUST(timer_create(CLOCK_MONOTONIC, &event, &id));
        MUST(timer_settime(id, 0, &hour, NULL));
    }
}

/* -- children -- */
static int ready[2];
static int start_child(void (*body)(void)) {
    pid_t pid = fork();
    MUST(pid);
    if (pid == 0) {
        prctl(PR_SET_NAME, "sleeper");
        body();
        MUST(write(ready[1], "r", 1));
        for (;;) {
            pause();
        }
    }
    return pid;
}
static int leave_children(int count, void (*body)(void)) {
    int pid = 0;
    char byte;
    MUST(pipe(ready));
    for (int i = 0; i < count; i++) {
        pid = start_child(body);
    }
    for (int i = 0; i < count; i++) {
        MUST(read(ready[0], &byte, 1));
    }
    close(ready[0]);
    close(ready[1]);
    return pid;
}
static void leave_child(void) { leave_children(1, nothing); }
static void leave_twenty(void) { leave_children(20, nothing); }
static void hide(void) {
    setsid();
    signal(SIGTERM, SIG_IGN);
}
static void leave_hidden(void) { leave_children(1, hide); }
static void leave_stopped(void) {
    int pid = leave_children(1, nothing);
    MUST(kill(pid, SIGSTOP));
    MUST(waitid(P_PID, (id_t)pid, &(siginfo_t){0}, WSTOPPED | WNOWAIT));
}
static void fork_once_more(void) {
    if (fork() == 0) {
        for (;;) {
            pause();
        }
    }
}
static void leave_tree(void) { leave_children(1, fork_once_more); }
static int prepare_ignoring(void) { return signal(SIGCHLD, SIG_IGN) == SIG_ERR ? -1 : 0; }
static void ignore_and_leave(void) {
    leave_children(3, fork_once_more);
    signal(SIGCHLD, SIG_IGN);
}
static void leave_zombie(void) {
    pid_t pid = fork();
    MUST(pid);
    if (pid == 0) {
        _exit(3);
    }
    MUST(waitid(P_PID, (id_t)pid, &(siginfo_t){0}, WEXITED | WNOWAIT));
}
static pid_t fixture_child;
static int prepare_child(void) {
    fixture_child = leave_children(1, nothing);
    return 0;
}
static void end_fixture_child(void) {
    MUST(kill(fixture_child, SIGKILL));
    MUST(waitpid(fixture_child, NULL, 0));
}
static void kill_fixture_child(void) {
    MUST(kill(fixture_child, SIGKILL));
    MUST(waitid(P_PID, (id_t)fixture_child, &(siginfo_t){0}, WEXITED | WNOWAIT));
}

static void use_up_descriptors(void) {
    while (open("/dev/null", O_RDONLY) >= 0) {
    }
    MUST(errno == EMFILE ? 0 : -1);
}
static int prepare_few_descriptors(void) {
    struct rlimit limit;
    MUST(getrlimit(RLIMIT_NOFILE, &limit));
    limit.rlim_cur = limit.rlim_cur < 1024 ? limit.rlim_cur : 1024;
    return setrlimit(RLIMIT_NOFILE, &limit);
}
static void use_up_all(void) {
    leave_child();
    use_up_descriptors();
}

/* -- threads -- */
static void *sleep_for_ever(void *argument) {
    prctl(PR_SET_NAME, "poller");
    MUST(write(*(int *)argument, "r", 1));
    for (;;) {
        pause();
    }
    return NULL;
}
static void leave_thread(void) {
    pthread_t thread;
    char byte;
    MUST(pipe(ready));
    MUST(-pthread_create(&thread, NULL, sleep_for_ever, &ready[1]));
    MUST(read(ready[0], &byte, 1));
}
static void *end_at_once(void *argument) { return argument; }
static void join_thread(void) {
    pthread_t thread;
    MUST(-pthread_create(&thread, NULL, end_at_once, NULL));
    MUST(-pthread_join(thread, NULL));
}
