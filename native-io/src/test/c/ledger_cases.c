/* What a test may do to its process, and what the ledger must say. A function each, then the table. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/fsuid.h>
#include <sys/inotify.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/msg.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "ledger_rig.h"

/* A mutation that does not work would make its case pass for nothing. */
#define MUST(call)                                        \
    do {                                                  \
        if ((long)(call) < 0) {                           \
            rig_fail("%s: %s", #call, strerror(errno));   \
        }                                                 \
    } while (0)

static void nothing(void) {}

/* -- descriptors -- */
static void open_one(void) { MUST(open("/dev/null", O_RDONLY)); }
static void open_high(void) { MUST(fcntl(0, F_DUPFD, 150)); }
static void open_above_all(void) { MUST(fcntl(0, F_DUPFD, 600)); }
static void open_many(void) {
    for (int i = 0; i < 120; i++) {
        MUST(open("/dev/null", O_RDONLY));
    }
}
static void open_anonymous(void) {
    MUST(memfd_create("left", 0));
    MUST(timerfd_create(CLOCK_MONOTONIC, 0));
    MUST(eventfd(1, 0));
    MUST(inotify_init());
    MUST(epoll_create1(0));
    MUST(syscall(SYS_pidfd_open, getpid(), 0));
}
static void open_ring(void) {
    char parameters[256] = {0};
    MUST(syscall(SYS_io_uring_setup, 4, parameters));
}
static int prepare_ring(void) {
    char parameters[256] = {0};
    long fd = syscall(SYS_io_uring_setup, 4, parameters);
    return fd < 0 ? -1 : close((int)fd);
}
static void open_socket(void) {
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    MUST(bind(fd, (struct sockaddr *)&address, sizeof address));
    MUST(listen(fd, 1));
}
static void close_regular(void) { MUST(close(RIG_REGULAR)); }
static void close_standard(void) { MUST(close(1)); }
static void close_own(void) { MUST(close(RIG_OWN)); }
static void close_everything(void) { MUST(close_range(3, RIG_REPORT - 1, 0) + close_range(RIG_REPORT + 1, ~0u, 0)); }
static void close_and_open(void) {
    MUST(close(RIG_REGULAR));
    MUST(fcntl(0, F_DUPFD, 150));
}
static void close_own_and_open(void) {
    MUST(close(RIG_OWN));
    MUST(fcntl(0, F_DUPFD, 150));
}
static void replace_regular(void) { MUST(dup2(0, RIG_REGULAR)); }
static void replace_by_sibling(void) { MUST(dup3(RIG_APPEND, RIG_REGULAR, O_CLOEXEC)); }
static void replace_pipe(void) {
    int other[2];
    MUST(pipe(other));
    MUST(dup3(other[0], RIG_PIPE_READ, O_CLOEXEC));
}
static void swap_pipe_ends(void) {
    int spare = dup(RIG_PIPE_READ);
    MUST(dup3(RIG_PIPE_WRITE, RIG_PIPE_READ, O_CLOEXEC));
    MUST(dup3(spare, RIG_PIPE_WRITE, O_CLOEXEC));
}
static void replace_event(void) { MUST(dup3(eventfd(0, 0), RIG_EVENT, O_CLOEXEC)); }
static void replace_standard(void) { MUST(dup2(RIG_REGULAR, 1)); }
static void reopen_otherwise(void) {
    int fd = open("/proc/self/fd/20", O_RDONLY | O_CLOEXEC);
    MUST(fd);
    MUST(dup3(fd, RIG_REGULAR, O_CLOEXEC));
}
static void make_nonblocking(void) {
    MUST(fcntl(RIG_PIPE_READ, F_SETFL, O_NONBLOCK));
    MUST(fcntl(RIG_LISTENER, F_SETFL, O_NONBLOCK));
    MUST(fcntl(RIG_TTY, F_SETFL, O_NONBLOCK));
}
static void make_appending(void) { MUST(fcntl(RIG_REGULAR, F_SETFL, O_APPEND)); }
static void unmake_appending(void) { MUST(fcntl(RIG_APPEND, F_SETFL, 0)); }
static void toggle_close_on_exec(void) {
    MUST(fcntl(RIG_REGULAR, F_SETFD, 0));
    MUST(fcntl(RIG_PIPE_WRITE, F_SETFD, 0));
    MUST(fcntl(1, F_SETFD, FD_CLOEXEC));
}
static void seek(void) { MUST(lseek(RIG_REGULAR, 500, SEEK_SET)); }
static void read_on(void) {
    char bytes[10];
    MUST(read(RIG_REGULAR, bytes, sizeof bytes));
}
static void list_directory(void) {
    char entries[1024];
    MUST(syscall(SYS_getdents64, RIG_DIRECTORY, entries, sizeof entries));
}
static void append(void) { MUST(write(RIG_APPEND, "line\n", 5)); }
static void write_log(void) { MUST(write(RIG_LOG, "line\n", 5)); }
static int prepare_output_file(void) { return dup2(RIG_OUTPUT, 1) == 1 ? 0 : -1; }
static void write_output(void) { MUST(write(1, "line\n", 5)); }
static void chmod_regular(void) { MUST(fchmod(RIG_REGULAR, 0444)); }

/* -- locks -- */
static void lock_flock(void) { MUST(flock(RIG_REGULAR, LOCK_EX)); }
static void lock_directory(void) { MUST(flock(RIG_DIRECTORY, LOCK_SH)); }
static void lock_posix(void) {
    struct flock part = {.l_type = F_WRLCK, .l_start = 10, .l_len = 5};
    MUST(fcntl(RIG_REGULAR, F_SETLK, &part));
}
static void lock_description(void) {
    struct flock part = {.l_type = F_RDLCK, .l_len = 5};
    MUST(fcntl(RIG_APPEND, F_OFD_SETLK, &part));
}
static void lock_all(void) {
    lock_flock();
    lock_posix();
    lock_description();
}
static void unlock_held(void) { MUST(flock(RIG_LOCKED, LOCK_UN)); }
static void downgrade_held(void) { MUST(flock(RIG_LOCKED, LOCK_SH)); }

/* -- what waits, what is watched -- */
static void fill_pipe(void) { MUST(write(RIG_PIPE_WRITE, "x", 1)); }
static void fill_socket(void) { MUST(write(RIG_PAIR_A, "xyz", 3)); }
static void hang_up(void) { MUST(shutdown(RIG_PAIR_A, SHUT_WR)); }
static void connect_listener(void) {
    struct sockaddr_in address;
    socklen_t bytes = sizeof address;
    MUST(getsockname(RIG_LISTENER, (struct sockaddr *)&address, &bytes));
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    MUST(connect(fd, (struct sockaddr *)&address, sizeof address));
}
static void count_event(void) { MUST(eventfd_write(RIG_EVENT, 3)); }
static void watch_more(void) {
    struct epoll_event event = {.events = EPOLLIN};
    MUST(epoll_ctl(RIG_EPOLL, EPOLL_CTL_ADD, RIG_LISTENER, &event));
}
static void watch_less(void) { MUST(epoll_ctl(RIG_EPOLL, EPOLL_CTL_DEL, RIG_PIPE_READ, NULL)); }
static void change_terminal(void) {
    struct termios modes;
    MUST(tcgetattr(RIG_TTY, &modes));
    modes.c_lflag &= ~(tcflag_t)(ECHO | ICANON);
    MUST(tcsetattr(RIG_TTY, TCSANOW, &modes));
}

/* -- directory, mask -- */
static void change_directory(void) { MUST(chdir("/proc")); }
static void change_to_deleted(void) {
    char path[] = "/tmp/ledger-XXXXXX";
    if (mkdtemp(path) == NULL) {
        rig_fail("mkdtemp");
    }
    MUST(chdir(path));
    MUST(rmdir(path));
}
static void change_umask(void) { umask(0); }
static void change_root(void) { MUST(chroot("/proc")); }

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

/* -- limits -- */
static void set_limit(int which, rlim_t soft, rlim_t hard) {
    struct rlimit limit = {soft, hard};
    MUST(setrlimit((__rlimit_resource_t)which, &limit));
}
static void lower_soft(int which) {
    struct rlimit limit;
    MUST(getrlimit((__rlimit_resource_t)which, &limit));
    set_limit(which, limit.rlim_cur == RLIM_INFINITY ? 1u << 30 : limit.rlim_cur - 1, limit.rlim_max);
}
static int prepare_limits(void) {
    set_limit(RLIMIT_CORE, 4096, 8192);
    return 0;
}
static void lower_soft_limits(void) {
    static const int which[] = {RLIMIT_FSIZE, RLIMIT_DATA, RLIMIT_STACK, RLIMIT_CORE, RLIMIT_NPROC, RLIMIT_NOFILE, RLIMIT_AS, RLIMIT_CPU};
    for (size_t i = 0; i < sizeof which / sizeof which[0]; i++) {
        lower_soft(which[i]);
    }
}
enum { RESOURCE = 24, SYS_NICE = 23 };
static int has_capability(int number) {
    struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
    struct __user_cap_data_struct sets[2] = {0};
    MUST(syscall(SYS_capget, &header, sets));
    return (sets[number / 32].effective >> number % 32 & 1) != 0;
}
static void drop_capability(int number) {
    struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
    struct __user_cap_data_struct sets[2] = {0};
    MUST(syscall(SYS_capget, &header, sets));
    sets[number / 32].effective &= ~(1u << number % 32);
    sets[number / 32].permitted &= ~(1u << number % 32);
    MUST(syscall(SYS_capset, &header, sets));
    MUST(prctl(PR_SET_DUMPABLE, 1));
}
static int prepare_raising(void) { return has_capability(RESOURCE) ? 0 : -1; }
static int prepare_no_raising(void) {
    drop_capability(RESOURCE);
    return 0;
}
static int prepare_no_nice(void) {
    drop_capability(SYS_NICE);
    return getpriority(PRIO_PROCESS, 0) < 19 ? 0 : -1;
}
static void lower_hard_limit(void) {
    struct rlimit limit;
    MUST(getrlimit(RLIMIT_NOFILE, &limit));
    set_limit(RLIMIT_NOFILE, limit.rlim_cur / 2, limit.rlim_max / 2);
}

/* -- attributes -- */
static void change_attributes(void) {
    MUST(prctl(PR_SET_CHILD_SUBREAPER, 1));
    MUST(prctl(PR_SET_TIMERSLACK, 12345));
    MUST(prctl(PR_SET_PDEATHSIG, SIGTERM));
    MUST(prctl(PR_SET_KEEPCAPS, 1));
    MUST(personality(ADDR_NO_RANDOMIZE));
    MUST(prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0));
}
static void drop_dumpable(void) { MUST(prctl(PR_SET_DUMPABLE, 0)); }
static void change_name(void) { MUST(prctl(PR_SET_NAME, "other\nname")); }
static void change_io_priority(void) { MUST(syscall(SYS_ioprio_set, 1, 0, 2 << 13 | 6)); }
static void change_affinity(void) {
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(0, &set);
    MUST(sched_setaffinity(0, sizeof set, &set));
}
static void change_memory_policy(void) { MUST(syscall(SYS_set_mempolicy, 4 /* MPOL_LOCAL */, NULL, 0)); }
static int prepare_nice(void) { return getpriority(PRIO_PROCESS, 0) < 19 ? 0 : -1; }
static void be_nice(void) { MUST(setpriority(PRIO_PROCESS, 0, getpriority(PRIO_PROCESS, 0) + 1)); }
static void change_policy(void) { MUST(sched_setscheduler(0, SCHED_BATCH, &(struct sched_param){0})); }
static void write_text(const char *path, const char *text) {
    int fd = open(path, O_WRONLY);
    MUST(fd);
    MUST(write(fd, text, strlen(text)));
    close(fd);
}
static void change_tunables(void) {
    write_text("/proc/self/oom_score_adj", "100");
    write_text("/proc/self/coredump_filter", "0x7f");
}
static void lock_memory(void) {
    void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    MUST(syscall(SYS_mlock, page, 4096)); /* the address sanitizer makes libc's do nothing */
}
static void set_robust_list(void) {
    static void *head[3];
    head[0] = head;
    MUST(syscall(SYS_set_robust_list, head, sizeof head));
}

/* -- what cannot be undone -- */
static void change_user(void) { MUST(setresuid(65534, 65534, 65534)); }
static void change_saved_user(void) { MUST(setresuid(-1, -1, 65534)); }
static void change_file_user(void) { setfsuid(65534); }
static void change_groups(void) { MUST(setgroups(1, (gid_t[]){7})); }
static void drop_from_bounding_set(void) { MUST(prctl(PR_CAPBSET_DROP, 5)); }
static void change_secure_bits(void) { MUST(prctl(PR_SET_SECUREBITS, 1)); }
static void drop_privileges(void) { MUST(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)); }
static void install_filter(void) {
    struct sock_filter allow = BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
    struct sock_fprog program = {.len = 1, .filter = &allow};
    MUST(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program));
}
static int prepare_filter(void) {
    drop_privileges();
    install_filter();
    return 0;
}
static void new_session(void) { MUST(setsid()); }
static void lead_a_group(void) { MUST(setpgid(0, 0)); }
static int prepare_group_member(void) { return setpgid(0, leave_children(1, lead_a_group)); }
static void new_group(void) { MUST(setpgid(0, 0)); }

/* -- namespaces: each of a process that may make one -- */
/* Some systems keep user namespaces from ordinary users. */
static int prepare_unsharing(void) {
    int status = -1;
    pid_t pid = fork();
    if (pid == 0) {
        _exit(unshare(CLONE_NEWUSER) != 0);
    }
    waitpid(pid, &status, 0);
    return status == 0 ? 0 : -1;
}
static void new_user_space(void) { MUST(unshare(CLONE_NEWUSER)); }
static void new_user_space_without_capabilities(void) {
    struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
    struct __user_cap_data_struct sets[2] = {0};
    new_user_space();
    MUST(syscall(SYS_capset, &header, sets));
}
static void new_mount_space(void) { MUST(unshare(CLONE_NEWNS)); }
static void new_host_space(void) { MUST(unshare(CLONE_NEWUTS)); }
static void new_ipc_space(void) { MUST(unshare(CLONE_NEWIPC)); }
static void new_net_space(void) { MUST(unshare(CLONE_NEWNET)); }
static void new_pid_space(void) { MUST(unshare(CLONE_NEWPID)); }
static void new_cgroup_space(void) { MUST(unshare(CLONE_NEWCGROUP)); }
static void new_time_space(void) { MUST(unshare(CLONE_NEWTIME)); }
static void unshare_other_things(void) {
    for (int i = 0; i < 100; i++) {
        MUST(unshare(CLONE_FS | CLONE_SYSVSEM));
    }
}
/* As a ledger in memory that is not on a page, or a kernel without perf: the links are read. */
static int prepare_without_bell(void) {
    struct sock_filter code[] = {BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
                                 BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_perf_event_open, 0, 1),
                                 BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM), BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)};
    struct sock_fprog program = {.len = 4, .filter = code};
    drop_privileges();
    return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
}
static int prepare_host(void) { return unshare(CLONE_NEWUTS); }
static void change_host(void) { MUST(sethostname("elsewhere", 9)); }
static int prepare_user_space(void) {
    if (unshare(CLONE_NEWUSER) != 0) {
        return -1;
    }
    return prctl(PR_SET_DUMPABLE, 1);
}

/* -- what outlives processes -- */
static int prepare_ipc(void) {
    /* In a namespace of its own where possible: others' objects come and go. */
    if (unshare(CLONE_NEWIPC) != 0) {
        return unshare(CLONE_NEWUSER | CLONE_NEWIPC) == 0 ? prctl(PR_SET_DUMPABLE, 1) : -1;
    }
    MUST(shmget(IPC_PRIVATE, 4096, 0600));
    return 0;
}
static void leave_segment(void) { MUST(shmget(IPC_PRIVATE, 4096, 0600)); }
static void leave_used_semaphore(void) {
    int id = semget(IPC_PRIVATE, 1, 0600);
    struct sembuf up = {.sem_op = 1};
    MUST(semop(id, &up, 1));
}
static void leave_unused_semaphore(void) { MUST(semget(IPC_PRIVATE, 1, 0600)); }
static void leave_message(void) {
    struct {
        long type;
        char text[1];
    } message = {1, "x"};
    int id = msgget(IPC_PRIVATE, 0600);
    MUST(msgsnd(id, &message, 1, 0));
}
static int prepare_shm(void) {
    if (unshare(CLONE_NEWNS) != 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0) {
        return -1;
    }
    MUST(mount("tmpfs", "/dev/shm", "tmpfs", 0, NULL));
    MUST(open("/dev/shm/fixture", O_CREAT | O_CLOEXEC | O_RDWR, 0600));
    return 0;
}
static void leave_shm_name(void) {
    MUST(close(open("/dev/shm/left", O_CREAT | O_RDWR, 0600)));
    MUST(close(open("/dev/shm/left2", O_CREAT | O_RDWR, 0600)));
}

#define BOTH (RIG_ROOT | RIG_NOBODY)
#define SAME TACH_LEDGER_SAME
#define RESTORED TACH_LEDGER_RESTORED
#define DISCARD TACH_LEDGER_DISCARD
#define CONFINED TACH_LEDGER_CONFINED

const rig_case_t rig_cases[] = {
    {"nothing", BOTH, NULL, nothing, SAME, NULL, 0},

    {"fd opened", BOTH, NULL, open_one, RESTORED, NULL, 0},
    {"fd opened in a gap", BOTH, NULL, open_high, RESTORED, NULL, 0},
    {"fd opened above the agent's", BOTH, NULL, open_above_all, RESTORED, NULL, 0},
    {"many fds opened", BOTH, NULL, open_many, RESTORED, NULL, 0},
    {"memfd, timerfd, eventfd, inotify, epoll, pidfd opened", BOTH, NULL, open_anonymous, RESTORED, NULL, 0},
    {"listening socket opened", BOTH, NULL, open_socket, RESTORED, NULL, 0},
    {"io_uring opened", BOTH, prepare_ring, open_ring, DISCARD, "is an io_uring", 0},
    {"fd closed", BOTH, NULL, close_regular, DISCARD, "fd 20 closed", 0},
    {"stdout closed", BOTH, NULL, close_standard, DISCARD, "fd 1 closed", 0},
    {"fd of the agent closed", BOTH, NULL, close_own, DISCARD, "fd 35 of the agent closed", 0},
    {"all fds closed", BOTH, NULL, close_everything, DISCARD, "descriptors", 0},
    {"one closed, one opened", BOTH, NULL, close_and_open, DISCARD, "fd 20 closed", 0},
    {"one of the agent closed, one opened", BOTH, NULL, close_own_and_open, DISCARD, "fd 35 of the agent closed", 0},
    {"file replaced by a device", BOTH, NULL, replace_regular, DISCARD, "fd 20 replaced", 0},
    {"file replaced by another", BOTH, NULL, replace_by_sibling, DISCARD, "fd 20 replaced", 0},
    {"stdout replaced", BOTH, NULL, replace_standard, DISCARD, "fd 1 replaced", 0},
    {"pipe replaced", BOTH, NULL, replace_pipe, DISCARD, "fd 22 replaced", 0},
    {"pipe ends swapped", BOTH, NULL, swap_pipe_ends, DISCARD, "fd 22 changed", 0},
    {"eventfd replaced", BOTH, NULL, replace_event, DISCARD, "fd 27 changed", 0},
    {"same file opened otherwise", BOTH, NULL, reopen_otherwise, DISCARD, "fd 20 changed", 0},
    {"O_NONBLOCK", BOTH, NULL, make_nonblocking, RESTORED, NULL, 0},
    {"O_APPEND set", BOTH, NULL, make_appending, RESTORED, NULL, 0},
    {"O_APPEND cleared", BOTH, NULL, unmake_appending, RESTORED, NULL, 0},
    {"FD_CLOEXEC", BOTH, NULL, toggle_close_on_exec, RESTORED, NULL, 0},
    {"offset by lseek", BOTH, NULL, seek, RESTORED, NULL, 0},
    {"offset by read", BOTH, NULL, read_on, RESTORED, NULL, 0},
    {"offset of a directory", BOTH, NULL, list_directory, RESTORED, NULL, 0},
    {"appending file written", BOTH, NULL, append, SAME, NULL, 0},
    {"write-only file written", BOTH, NULL, write_log, SAME, NULL, 0},
    {"standard output, a file, written", BOTH, prepare_output_file, write_output, SAME, NULL, 0},
    {"permissions of a file", BOTH, NULL, chmod_regular, SAME, NULL, 0},

    {"flock", BOTH, NULL, lock_flock, RESTORED, NULL, 0},
    {"flock of a directory", BOTH, NULL, lock_directory, RESTORED, NULL, 0},
    {"POSIX lock", BOTH, NULL, lock_posix, RESTORED, NULL, 0},
    {"open file description lock", BOTH, NULL, lock_description, RESTORED, NULL, 0},
    {"all locks", BOTH, NULL, lock_all, RESTORED, NULL, 0},
    {"held lock given up", BOTH, NULL, unlock_held, DISCARD, "fd 32 locks changed", 0},
    {"held lock downgraded", BOTH, NULL, downgrade_held, DISCARD, "fd 32 changed", 0},

    {"data in a pipe", BOTH, NULL, fill_pipe, DISCARD, "fd 22 has data", 0},
    {"data in a socket", BOTH, NULL, fill_socket, DISCARD, "fd 25 has data", 0},
    {"socket shut down", BOTH, NULL, hang_up, DISCARD, "fd 2", 0},
    {"connection waits at a listener", BOTH, NULL, connect_listener, DISCARD, "fd 26 has data", 0},
    {"eventfd counted", BOTH, NULL, count_event, DISCARD, "fd 27", 0},
    {"epoll watches more", BOTH, NULL, watch_more, DISCARD, "fd 28 changed", 0},
    {"epoll watches less", BOTH, NULL, watch_less, DISCARD, "fd 28 changed", 0},
    {"terminal modes", BOTH, NULL, change_terminal, RESTORED, NULL, 0},

    {"cwd", BOTH, NULL, change_directory, SAME, NULL, 0},
    {"deleted cwd", BOTH, NULL, change_to_deleted, SAME, NULL, 0},
    {"umask", BOTH, NULL, change_umask, SAME, NULL, 0},
    {"root directory", RIG_ROOT, NULL, change_root, DISCARD, "root directory", 0},

    {"signal caught", BOTH, NULL, catch_signal, RESTORED, NULL, 0},
    {"real-time signal caught", BOTH, NULL, catch_late_signal, RESTORED, NULL, 0},
    {"handler swapped", BOTH, prepare_handlers, swap_handler, RESTORED, NULL, 0},
    {"flags of an action", BOTH, prepare_handlers, change_action_flags, RESTORED, NULL, 0},
    {"signals set to default", BOTH, prepare_handlers, reset_signals, RESTORED, NULL, 0},
    {"signal ignored", BOTH, NULL, ignore_signal, RESTORED, NULL, 0},
    {"SA_NOCLDWAIT", BOTH, NULL, leave_no_zombies, RESTORED, NULL, 0},
    {"signal mask", BOTH, NULL, block_signals, SAME, NULL, 0},
    {"pending signals", BOTH, NULL, leave_pending, SAME, NULL, 0},
    {"alternate signal stack", BOTH, NULL, use_alternate_stack, RESTORED, NULL, 0},
    {"interval timers", BOTH, NULL, arm_all, SAME, NULL, 0},
    {"POSIX timers", BOTH, NULL, create_timers, RESTORED, NULL, 0},

    {"child", BOTH, NULL, leave_child, RESTORED, "child process 'sleeper' (pid ", 0},
    {"twenty children", BOTH, NULL, leave_twenty, RESTORED, "and 19 more", 0},
    {"child in a session of its own, deaf to SIGTERM", BOTH, NULL, leave_hidden, RESTORED, "child process 'sleeper'", 0},
    {"stopped child", BOTH, NULL, leave_stopped, RESTORED, "child process 'sleeper'", 0},
    {"child with a child", BOTH, NULL, leave_tree, RESTORED, "and 1 more", 0},
    {"children, SIGCHLD ignored by the test", BOTH, NULL, ignore_and_leave, RESTORED, "child process 'sleeper'", 0},
    {"child, SIGCHLD ignored from the start", BOTH, prepare_ignoring, leave_tree, RESTORED, "child process 'sleeper'", 0},
    {"all descriptors used up", BOTH, prepare_few_descriptors, use_up_descriptors, RESTORED, NULL, 0},
    {"all descriptors used up, and a child", BOTH, prepare_few_descriptors, use_up_all, RESTORED, "child process", 0},
    {"zombie", BOTH, NULL, leave_zombie, RESTORED, NULL, 0},
    {"child of a fixture lives on", BOTH, prepare_child, nothing, SAME, NULL, 0},
    {"child beside that of a fixture", BOTH, prepare_child, leave_child, RESTORED, "child process 'sleeper'", 0},
    {"child of a fixture killed and reaped", BOTH, prepare_child, end_fixture_child, DISCARD, "child process of a fixture", 0},
    {"child of a fixture killed", BOTH, prepare_child, kill_fixture_child, DISCARD, "child process of a fixture", 0},

    {"thread", BOTH, NULL, leave_thread, DISCARD, "thread 'poller'", 0},

    {"soft limits", BOTH, prepare_limits, lower_soft_limits, RESTORED, NULL, 0},
    {"hard limit of one who may raise it", BOTH, prepare_raising, lower_hard_limit, RESTORED, NULL, 0},
    {"hard limit", BOTH, prepare_no_raising, lower_hard_limit, DISCARD, "rlimit NOFILE hard", 0},

    {"subreaper, timer slack, death signal, keepcaps, personality, THP", BOTH, NULL, change_attributes, RESTORED, NULL, 0},
    {"dumpable", BOTH, NULL, drop_dumpable, RESTORED, NULL, 0},
    {"process name", BOTH, NULL, change_name, RESTORED, NULL, 0},
    {"io priority", BOTH, NULL, change_io_priority, RESTORED, NULL, 0},
    {"memory policy", BOTH, NULL, change_memory_policy, RESTORED, NULL, 0},
    {"affinity", BOTH, NULL, change_affinity, RESTORED, NULL, 0},
    {"nice", RIG_ROOT, prepare_nice, be_nice, RESTORED, NULL, 0},
    {"nice of one who may not lower it", BOTH, prepare_no_nice, be_nice, DISCARD, "nice value", 0},
    {"scheduling policy", BOTH, NULL, change_policy, RESTORED, NULL, 0},
    {"oom_score_adj, coredump_filter", BOTH, NULL, change_tunables, RESTORED, NULL, 0},
    {"locked memory", BOTH, NULL, lock_memory, RESTORED, NULL, 0},
    {"robust list", BOTH, NULL, set_robust_list, SAME, NULL, 0},

    {"user", RIG_ROOT, NULL, change_user, DISCARD, "credentials", 0},
    {"saved user", RIG_ROOT, NULL, change_saved_user, DISCARD, "credentials", 0},
    {"file system user", RIG_ROOT, NULL, change_file_user, DISCARD, "credentials", 0},
    {"groups", RIG_ROOT, NULL, change_groups, DISCARD, "credentials", 0},
    {"bounding set", RIG_ROOT, NULL, drop_from_bounding_set, DISCARD, "capabilities", 0},
    {"securebits", RIG_ROOT, NULL, change_secure_bits, DISCARD, "securebits", 0},
    {"no_new_privs", BOTH, NULL, drop_privileges, DISCARD, "no_new_privs", 0},
    {"seccomp filter", RIG_ROOT, NULL, install_filter, DISCARD, "seccomp filter", 0},
    {"second seccomp filter", BOTH, prepare_filter, install_filter, DISCARD, "seccomp filter", 0},
    {"session", BOTH, prepare_group_member, new_session, DISCARD, "session", 0},
    {"process group", BOTH, prepare_group_member, new_group, DISCARD, "process group", 0},

    {"user namespace", BOTH, prepare_unsharing, new_user_space, DISCARD, "capabilities", 0},
    {"user namespace, capabilities dropped in it", RIG_ROOT, NULL, new_user_space_without_capabilities, DISCARD, "", 0},
    {"mount namespace", RIG_ROOT, NULL, new_mount_space, DISCARD, "mount namespace", 0},
    {"mount namespace within a user namespace", RIG_NOBODY, prepare_user_space, new_mount_space, DISCARD, "mount namespace", 0},
    {"uts namespace", RIG_ROOT, NULL, new_host_space, DISCARD, "uts namespace", 0},
    {"ipc namespace", RIG_ROOT, NULL, new_ipc_space, DISCARD, "ipc namespace", 0},
    {"network namespace", RIG_ROOT, NULL, new_net_space, DISCARD, "network namespace", 0},
    {"pid namespace", RIG_ROOT, NULL, new_pid_space, DISCARD, "pid namespace", 0},
    {"cgroup namespace", RIG_ROOT, NULL, new_cgroup_space, DISCARD, "cgroup namespace", 0},
    {"time namespace", RIG_ROOT, NULL, new_time_space, DISCARD, "time namespace", 0},
    {"unshare without namespaces", BOTH, NULL, unshare_other_things, SAME, NULL, 0},
    {"uts namespace, without perf", RIG_ROOT, prepare_without_bell, new_host_space, DISCARD, "uts namespace", 0},
    {"nothing, without perf", BOTH, prepare_without_bell, nothing, SAME, NULL, 0},
    {"host name", RIG_ROOT, prepare_host, change_host, DISCARD, "host name", 0},

    {"SysV shared memory", BOTH, prepare_ipc, leave_segment, RESTORED, NULL, 0},
    {"SysV semaphore, used", BOTH, prepare_ipc, leave_used_semaphore, RESTORED, NULL, 0},
    {"SysV semaphore, unused", BOTH, prepare_ipc, leave_unused_semaphore, DISCARD, "semaphore set", 0},
    {"SysV message queue", BOTH, prepare_ipc, leave_message, RESTORED, NULL, 0},
    {"names in a /dev/shm of ours", RIG_ROOT, prepare_shm, leave_shm_name, RESTORED, NULL, TACH_LEDGER_OWN_SHM},
    {"nothing, confined", BOTH, NULL, nothing, SAME, NULL, CONFINED},
};
const size_t rig_case_count = sizeof rig_cases / sizeof rig_cases[0];

static void (*const joined)(void) = join_thread;

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
        joined();
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
