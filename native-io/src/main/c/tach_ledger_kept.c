/* The files that stay open. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <string.h>

#include "tach_ledger_state.h"

int tach_keep_high(long fd) {
    if (fd < 0 || fd >= TACH_FIRST_KEPT_FD) {
        return (int)fd;
    }
    long high = tach_sys3(SYS_fcntl, fd, F_DUPFD_CLOEXEC, TACH_FIRST_KEPT_FD);
    tach_sys1(SYS_close, fd);
    return (int)high;
}

int tach_keep(const char *path, int flags) {
    return tach_keep_high(tach_sys4(SYS_openat, AT_FDCWD, path, flags | O_CLOEXEC | O_NOCTTY, 0));
}

/* Writable if possible: the same descriptor puts the value back. */
static int keep_tunable(const char *path) {
    int fd = tach_keep(path, O_RDWR);
    return fd >= 0 ? fd : tach_keep(path, O_RDONLY);
}

static const char *const SPACES[8] = {
    "/proc/self/ns/user", "/proc/self/ns/pid_for_children", "/proc/self/ns/net",               "/proc/self/ns/cgroup",
    "/proc/self/ns/ipc",  "/proc/self/ns/uts",              "/proc/self/ns/time_for_children", "/proc/self/ns/mnt"};

/* The links themselves, not the namespaces: reading the link tells the namespace of the moment. */
static void keep_spaces(tach_ledger_t *ledger) {
    for (int i = 0; i < 8; i++) {
        ledger->kept[TACH_KEPT_SPACES + i] = tach_keep(SPACES[i], O_PATH | O_NOFOLLOW);
    }
}

static void keep_children(tach_ledger_t *ledger) {
    char path[64];
    tach_path(path, "/proc/self/task/", ledger->owner, "/children");
    ledger->kept[TACH_KEPT_CHILDREN] = tach_keep(path, O_RDONLY);
}

/* 0, or -1: without these nothing can be said about a process. The others are of kernels built without something. */
static int have_all_needed(const tach_ledger_t *ledger) {
    static const uint8_t needed[] = {TACH_KEPT_STATUS, TACH_KEPT_FDS, TACH_KEPT_TIMERS, TACH_KEPT_CHILDREN,
                                     TACH_KEPT_CWD};
    for (size_t i = 0; i < sizeof needed; i++) {
        if (ledger->kept[needed[i]] < 0) {
            return -1;
        }
    }
    return 0;
}

int tach_kept_open(tach_ledger_t *ledger) {
    int *kept = ledger->kept;
    kept[TACH_KEPT_STATUS] = tach_keep("/proc/self/status", O_RDONLY);
    kept[TACH_KEPT_FDS] = tach_keep("/proc/self/fd", O_RDONLY | O_DIRECTORY);
    kept[TACH_KEPT_TIMERS] = tach_keep("/proc/self/timers", O_RDONLY);
    kept[TACH_KEPT_OOM] = keep_tunable("/proc/self/oom_score_adj");
    kept[TACH_KEPT_COREDUMP] = keep_tunable("/proc/self/coredump_filter");
    kept[TACH_KEPT_CWD] = tach_keep(".", O_PATH | O_DIRECTORY);
    kept[TACH_KEPT_SELF] = tach_keep_high(tach_sys2(SYS_pidfd_open, ledger->owner, 0));
    kept[TACH_KEPT_CGROUP] = tach_keep("/proc/self/cgroup", O_RDONLY);
    kept[TACH_KEPT_SHM] = tach_keep("/dev/shm", O_RDONLY | O_DIRECTORY);
    kept[TACH_KEPT_MQUEUE] = tach_keep("/dev/mqueue", O_RDONLY | O_DIRECTORY);
    keep_children(ledger);
    keep_spaces(ledger);
    return have_all_needed(ledger);
}

static void close_if_open(int *fd) {
    if (*fd >= 0) {
        tach_sys1(SYS_close, *fd);
    }
    *fd = -1;
}

void tach_ledger_close(tach_ledger_t *ledger) {
    tach_bell_close(ledger);
    for (int i = 0; i < TACH_KEPT_COUNT; i++) {
        close_if_open(&ledger->kept[i]);
    }
    for (int i = 0; i < ledger->fd_count; i++) {
        close_if_open(&ledger->fd[i].info);
    }
    ledger->fd_count = 0;
    ledger->owner = -1;
}

long tach_kept_read(const tach_ledger_t *ledger, enum tach_kept kept, char *to, size_t bytes) {
    long got = tach_sys4(SYS_pread64, ledger->kept[kept], to, bytes - 1, 0);
    to[got > 0 ? got : 0] = '\0';
    return got;
}
