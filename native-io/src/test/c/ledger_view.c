/* The state of a process as a later test could see it, gathered without the ledger's code: the judge of its
 * restoring. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/utsname.h>
#include <termios.h>
#include <unistd.h>

#include "ledger_rig.h"

#define KEPT_FROM 200

typedef struct view {
    char *text;
    size_t bytes;
    size_t used;
} view_t;

static void add(view_t *view, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void add(view_t *view, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(view->text + view->used, view->bytes - view->used, format, arguments);
    va_end(arguments);
    view->used += (size_t)length;
    if (view->used >= view->bytes) {
        rig_fail("the view is too small");
    }
}

static size_t read_file(const char *path, char *to, size_t bytes) {
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t got = fd < 0 ? 0 : read(fd, to, bytes - 1);
    if (fd >= 0) {
        close(fd);
    }
    to[got > 0 ? got : 0] = '\0';
    return (size_t)(got > 0 ? got : 0);
}

static void add_file(view_t *view, const char *path) {
    char text[8192];
    read_file(path, text, sizeof text);
    add(view, "%s: %s\n", path, text);
}

static void add_link(view_t *view, const char *path) {
    char target[512] = "";
    if (readlink(path, target, sizeof target - 1) < 0) {
        snprintf(target, sizeof target, "%s", strerror(errno));
    }
    add(view, "%s -> %s\n", path, target);
}

static const char *const CHANGING[] = {"State",   "VmPeak", "VmSize", "VmHWM", "VmRSS",  "RssAnon", "RssFile", "RssShmem",
                                       "VmData",  "VmStk",  "VmExe",  "VmLib", "VmPTE",  "VmSwap",  "SigQ",    "voluntary_ctxt_switches",
                                       "FDSize",  "nonvoluntary_ctxt_switches"};

static int is_changing(const char *line) {
    for (size_t i = 0; i < sizeof CHANGING / sizeof CHANGING[0]; i++) {
        size_t length = strlen(CHANGING[i]);
        if (strncmp(line, CHANGING[i], length) == 0 && line[length] == ':') {
            return 1;
        }
    }
    return 0;
}

static void add_status(view_t *view) {
    char text[8192];
    char *rest = text;
    read_file("/proc/self/status", text, sizeof text);
    for (char *line = strsep(&rest, "\n"); line != NULL; line = strsep(&rest, "\n")) {
        if (!is_changing(line)) {
            add(view, "%s\n", line);
        }
    }
}

static int is_directory(int fd) {
    struct stat file;
    return fstat(fd, &file) == 0 && S_ISDIR(file.st_mode);
}

/* Where the last write to them ended says nothing to the next one. */
static int is_record(int fd) {
    return fd == RIG_APPEND || fd == RIG_LOG || fd == RIG_OUTPUT || fd == 1;
}

static void add_descriptor(view_t *view, int fd) {
    char path[64];
    int queue = 0;
    struct termios modes;
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    add_link(view, path);
    snprintf(path, sizeof path, "/proc/self/fdinfo/%d", fd);
    if (!is_record(fd)) {
        add_file(view, path);
    }
    if (!is_directory(fd) && !is_record(fd) && ioctl(fd, FIONREAD, &queue) == 0) {
        add(view, "fd %d has %d bytes\n", fd, queue);
    }
    if (tcgetattr(fd, &modes) == 0) {
        add(view, "fd %d: %x %x %x %x\n", fd, modes.c_iflag, modes.c_oflag, modes.c_cflag, modes.c_lflag);
    }
}

static void add_descriptors(view_t *view) {
    DIR *directory = opendir("/proc/self/fd");
    int own = dirfd(directory);
    for (struct dirent *entry = readdir(directory); entry != NULL; entry = readdir(directory)) {
        int fd = atoi(entry->d_name);
        if (entry->d_name[0] != '.' && fd != own && fd < KEPT_FROM && fd != RIG_REPORT) {
            add_descriptor(view, fd);
        }
    }
    closedir(directory);
}

static void add_signals(view_t *view) {
    stack_t stack;
    for (int signal = 1; signal <= 64; signal++) {
        unsigned long action[4] = {0};
        syscall(SYS_rt_sigaction, signal, NULL, action, 8);
        add(view, "signal %d: %lx %lx %lx %lx\n", signal, action[0], action[1], action[2], action[3]);
    }
    sigaltstack(NULL, &stack);
    add(view, "stack %p %d %zu\n", stack.ss_sp, stack.ss_flags, stack.ss_size);
    for (int kind = 0; kind < 3; kind++) {
        struct itimerval timer;
        getitimer((__itimer_which_t)kind, &timer);
        add(view, "timer %d: %ld %ld\n", kind, (long)timer.it_value.tv_sec, (long)timer.it_interval.tv_usec);
    }
}

static void add_attributes(view_t *view) {
    int subreaper = 0;
    int death = 0;
    char schedule[56] = {0};
    prctl(PR_GET_CHILD_SUBREAPER, &subreaper);
    prctl(PR_GET_PDEATHSIG, &death);
    add(view, "subreaper %d death %d dumpable %d slack %d secure %d keep %d huge %d\n", subreaper, death, prctl(PR_GET_DUMPABLE),
        prctl(PR_GET_TIMERSLACK), prctl(PR_GET_SECUREBITS), prctl(PR_GET_KEEPCAPS), prctl(PR_GET_THP_DISABLE, 0, 0, 0, 0));
    add(view, "personality %x io %ld\n", personality(0xffffffff), syscall(SYS_ioprio_get, 1, 0));
    int policy = 0;
    syscall(SYS_get_mempolicy, &policy, NULL, 0, NULL, 0);
    add(view, "memory policy %d\n", policy);
    syscall(SYS_sched_getattr, 0, schedule, sizeof schedule, 0);
    for (size_t i = 0; i < sizeof schedule; i++) {
        add(view, "%02x", (unsigned char)schedule[i]);
    }
    void *head = NULL;
    size_t bytes = 0;
    syscall(SYS_get_robust_list, 0, &head, &bytes);
    add(view, " robust %p %zu\n", head, bytes);
}

static void add_objects(view_t *view) {
    struct shm_info shm = {0};
    struct seminfo sem = {0};
    struct msginfo msg = {0};
    struct utsname host;
    shmctl(0, SHM_INFO, (struct shmid_ds *)&shm);
    semctl(0, 0, SEM_INFO, &sem);
    msgctl(0, MSG_INFO, (struct msqid_ds *)&msg);
    uname(&host);
    add(view, "shm %d sem %d msg %d host %s\n", shm.used_ids, sem.semusz, msg.msgpool, host.nodename);
}

static void add_umask(view_t *view) {
    mode_t mask = umask(0);
    umask(mask);
    add(view, "umask %o\n", mask);
}

void rig_view(char *text, size_t bytes) {
    static const char *const links[] = {"/proc/self/cwd",    "/proc/self/root",   "/proc/self/ns/user",
                                        "/proc/self/ns/mnt", "/proc/self/ns/net", "/proc/self/ns/pid_for_children",
                                        "/proc/self/ns/uts", "/proc/self/ns/ipc", "/proc/self/ns/cgroup"};
    static const char *const files[] = {"/proc/self/limits", "/proc/self/timers", "/proc/self/oom_score_adj",
                                        "/proc/self/coredump_filter", "/proc/self/cgroup", "/proc/thread-self/children"};
    view_t view = {.text = text, .bytes = bytes};
    add_umask(&view);
    add_status(&view);
    add_descriptors(&view);
    for (size_t i = 0; i < sizeof links / sizeof links[0]; i++) {
        add_link(&view, links[i]);
    }
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        add_file(&view, files[i]);
    }
    add_signals(&view);
    add_attributes(&view);
    add_objects(&view);
}
