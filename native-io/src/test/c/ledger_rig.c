#include "ledger_rig.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <grp.h>
#include <sys/wait.h>
#include <unistd.h>

#define NOBODY 65534
#define CASE_LIMIT_MS 60000 /* on a machine that is busy */

int rig_passed;
int rig_failed;
int rig_skipped;

void rig_fail(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    vdprintf(RIG_REPORT, format, arguments);
    va_end(arguments);
    _exit(1);
}

static void place(int fd, int number) {
    if (fd < 0 || dup3(fd, number, O_CLOEXEC) < 0) {
        rig_fail("descriptor %d: %s", number, strerror(errno));
    }
    close(fd);
}

static int open_regular(int flags) {
    char block[1000] = {0};
    int fd = open("/tmp", O_TMPFILE | O_RDWR | flags, 0600);
    if (write(fd, block, sizeof block) != (ssize_t)sizeof block) {
        rig_fail("write: %s", strerror(errno));
    }
    lseek(fd, 100, SEEK_SET);
    return fd;
}

static int open_listener(void) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    if (bind(fd, (struct sockaddr *)&address, sizeof address) < 0 || listen(fd, 5) < 0) {
        rig_fail("listen: %s", strerror(errno));
    }
    return fd;
}

static void open_pairs(void) {
    int pair[2];
    if (pipe(pair) < 0) {
        rig_fail("pipe");
    }
    place(pair[0], RIG_PIPE_READ);
    place(pair[1], RIG_PIPE_WRITE);
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) < 0) {
        rig_fail("socketpair");
    }
    place(pair[0], RIG_PAIR_A);
    place(pair[1], RIG_PAIR_B);
}

static void open_terminal(void) {
    place(posix_openpt(O_RDWR | O_NOCTTY), RIG_TTY_MASTER);
    if (grantpt(RIG_TTY_MASTER) < 0 || unlockpt(RIG_TTY_MASTER) < 0) {
        rig_fail("pty: %s", strerror(errno));
    }
    char name[64];
    ptsname_r(RIG_TTY_MASTER, name, sizeof name);
    place(open(name, O_RDWR | O_NOCTTY), RIG_TTY);
}

void rig_open(void) {
    place(open_regular(0), RIG_REGULAR);
    place(open_regular(O_APPEND), RIG_APPEND);
    place(open_regular(0), RIG_LOCKED);
    flock(RIG_LOCKED, LOCK_EX);
    place(open("/tmp", O_TMPFILE | O_WRONLY, 0600), RIG_LOG);
    place(open("/tmp", O_TMPFILE | O_RDWR, 0600), RIG_OUTPUT);
    open_pairs();
    place(open_listener(), RIG_LISTENER);
    place(eventfd(0, 0), RIG_EVENT);
    place(epoll_create1(0), RIG_EPOLL);
    struct epoll_event event = {.events = EPOLLIN};
    epoll_ctl(RIG_EPOLL, EPOLL_CTL_ADD, RIG_PIPE_READ, &event);
    open_terminal();
    place(open("/proc", O_RDONLY | O_DIRECTORY), RIG_DIRECTORY);
    place(memfd_create("own", 0), RIG_OWN);
}

tach_ledger_t *rig_ledger(void) {
    return mmap(NULL, TACH_LEDGER_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
}

int rig_take(tach_ledger_t *ledger, char *reason, size_t bytes) {
    int own[] = {RIG_OWN, RIG_REPORT};
    return tach_ledger_take(ledger, own, 2, reason, bytes);
}

static void become(rig_user_t user) {
    if (geteuid() == 0 && user == RIG_NOBODY && (setgroups(0, NULL) < 0 || setresgid(NOBODY, NOBODY, NOBODY) < 0 ||
                               setresuid(NOBODY, NOBODY, NOBODY) < 0)) {
        rig_fail("setresuid: %s", strerror(errno));
    }
    prctl(PR_SET_DUMPABLE, 1); /* or /proc/self belongs to root */
}

/* In a process group of its own, as a worker is; leaves nothing open but its standard descriptors. */
static _Noreturn void run_child(int report, rig_user_t user, int (*body)(const void *), const void *argument) {
    dup3(report, RIG_REPORT, O_CLOEXEC);
    int null = open("/dev/null", O_RDWR);
    for (int fd = 0; fd < RIG_REPORT; fd++) {
        fd <= 2 ? dup2(null, fd) : close(fd);
    }
    close_range(RIG_REPORT + 1, ~0u, 0);
    become(user);
    _exit(body(argument));
}

/* Those whom a case left behind are ours, as we are a subreaper. */
static void reap_orphans(void) {
    int own = getpid();
    char path[64];
    snprintf(path, sizeof path, "/proc/self/task/%d/children", own);
    FILE *children = fopen(path, "r");
    int pid;
    while (children != NULL && fscanf(children, "%d", &pid) == 1) {
        kill(pid, SIGKILL);
    }
    if (children != NULL) {
        fclose(children);
    }
    while (waitpid(-1, NULL, __WALL) > 0) {
    }
}

static void tell(const char *name, rig_user_t user, int status, const char *report) {
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) {
        rig_passed++;
    } else if (WIFEXITED(status) && WEXITSTATUS(status) == RIG_SKIP) {
        rig_skipped++;
        printf("skipped %s (%s): %s\n", name, user == RIG_ROOT ? "root" : "nobody", report);
    } else {
        rig_failed++;
        printf("FAILED %s (%s), wait status %#x: %s\n", name, user == RIG_ROOT ? "root" : "nobody", status, report);
    }
}

/* A case that hangs is killed: its wait status says so. */
static int wait_or_kill(pid_t pid) {
    int status = 0;
    struct pollfd end = {.fd = (int)syscall(SYS_pidfd_open, pid, 0), .events = POLLIN};
    if (poll(&end, 1, CASE_LIMIT_MS) == 0) {
        kill(pid, SIGKILL);
    }
    close(end.fd);
    waitpid(pid, &status, 0);
    return status;
}

void rig_count(const char *name, rig_user_t user, int (*body)(const void *), const void *argument) {
    char report[8192] = "";
    int status = 0;
    fflush(stdout);
    int file = memfd_create("report", 0);
    pid_t pid = fork();
    if (pid == 0) {
        setpgid(0, 0);
        run_child(file, user, body, argument);
    }
    status = wait_or_kill(pid);
    reap_orphans();
    if (pread(file, report, sizeof report - 1, 0) < 0) {
        perror("report");
    }
    close(file);
    tell(name, user, status, report);
}
