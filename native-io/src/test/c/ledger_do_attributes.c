/* What a test may do: limits, attributes, credentials, namespaces, objects that outlive processes. */
#include "ledger_do.h"

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
