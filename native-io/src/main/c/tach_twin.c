#include "tach_twin.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/prctl.h>
#include <sys/uio.h>
#include <sys/wait.h>

#include "tach_sys.h"

#define FIRST_HIGH_FD 200
#define MOST_AT_ONCE ((size_t)1 << 30) /* the kernel gives no more than 2 GiB in one call */

static _Noreturn void leave(void) {
    for (;;) {
        tach_sys1(SYS_exit_group, 0);
    }
}

/* The twin's whole life, on a stack of its own: not a byte of the frozen memory is written. `life` is a pidfd of the process it is the twin of: readable when that one is dead, whoever else
 * holds its pipes and sockets, and whatever it did to its credentials (PR_SET_PDEATHSIG is lost with those). */
static void be_twin(long life) {
    tach_sys2(SYS_setpgid, 0, 0);
    if (life > 0) {
        tach_sys3(SYS_close_range, 0, life - 1, 0);
    }
    tach_sys3(SYS_close_range, life + 1, ~0u, 0);
    struct pollfd waited = {.fd = (int)life, .events = POLLIN};
    for (;;) {
        struct pollfd *order = &waited;
        long result = TACH_SYS(SYS_ppoll, order, 1, 0, 0, 0, 0);
        if (result != -4 /* EINTR */) {
            leave();
        }
    }
}

/* A pidfd of this very process, for the twin. */
static long open_own_pidfd(void) {
    return tach_sys2(SYS_pidfd_open, tach_sys1(SYS_getpid, 0), 0);
}

static int watch_twin(tach_area_t *area, tach_reason_t *reason) {
    long fd = tach_sys2(SYS_pidfd_open, area->twin, 0);
    if (fd < 0) {
        return tach_fail(reason, "pidfd_open", fd);
    }
    long high = tach_sys3(SYS_fcntl, fd, F_DUPFD_CLOEXEC, FIRST_HIGH_FD);
    if (high >= 0) {
        tach_sys1(SYS_close, fd);
        fd = high;
    }
    area->twin_fd = (int)fd;
    area->own_fds[area->own_count++] = (int)fd;
    return 0;
}

int tach_twin_create(tach_area_t *area, tach_reason_t *reason) {
    long life = open_own_pidfd();
    if (life < 0) {
        return tach_fail(reason, "pidfd_open", life);
    }
    long pid = tach_fork_on_stack(area->twin_stack_top, be_twin, life);
    tach_sys1(SYS_close, life);
    if (pid < 0) {
        return tach_fail(reason, "clone", pid);
    }
    area->twin = (int)pid;
    tach_sys2(SYS_setpgid, pid, pid); /* both do it: whoever comes first */
    return watch_twin(area, reason);
}

int tach_twin_is_alive(const tach_area_t *area) {
    struct pollfd waited = {.fd = area->twin_fd, .events = POLLIN};
    int64_t at_once[2] = {0, 0};
    return TACH_SYS(SYS_ppoll, &waited, 1, at_once, 0, 0, 0) == 0;
}

void tach_twin_end(tach_area_t *area) {
    if (area->twin <= 0) {
        return;
    }
    long sent = tach_sys4(SYS_pidfd_send_signal, area->twin_fd, SIGKILL, 0, 0);
    if (sent == 0 || sent == -ESRCH) {
        TACH_SYS(SYS_wait4, area->twin, 0, __WALL, 0, 0, 0);
    } /* else a test has given up the right to signal it: it goes when it sees this process dead */
    tach_sys1(SYS_close, area->twin_fd);
    area->twin = 0;
}

/* All that is asked for, or a reason. */
static int read_vectors(
    tach_area_t *area, struct iovec *to, struct iovec *from, size_t count, size_t wanted, tach_reason_t *reason) {
    if (!tach_twin_is_alive(area)) {
        return tach_fail(reason, "the twin is dead", 0); /* and its number may be somebody else's */
    }
    long bytes = TACH_SYS(SYS_process_vm_readv, area->twin, to, count, from, count, 0);
    return bytes == (long)wanted ? 0 : tach_fail(reason, "read of the twin", bytes < 0 ? bytes : 0);
}

int tach_twin_check(tach_area_t *area, tach_reason_t *reason) {
    uint64_t word;
    struct iovec to = {.iov_base = &word, .iov_len = sizeof word};
    char *stack = area->twin_stack_top; /* the one part of the area that it has */
    struct iovec from = {.iov_base = stack - sizeof word, .iov_len = sizeof word};
    return read_vectors(area, &to, &from, 1, sizeof word, reason);
}

int tach_twin_read(tach_area_t *area, char *const *to, const uint64_t *page, size_t count, tach_reason_t *reason) {
    struct iovec local[TACH_TWIN_BATCH];
    struct iovec remote[TACH_TWIN_BATCH];
    for (size_t i = 0; i < count; i++) {
        local[i] = (struct iovec){.iov_base = to[i], .iov_len = TACH_PAGE_BYTES};
        remote[i] = (struct iovec){.iov_base = (void *)(uintptr_t)page[i], .iov_len = TACH_PAGE_BYTES};
    }
    return read_vectors(area, local, remote, count, count * TACH_PAGE_BYTES, reason);
}

int tach_twin_read_run(tach_area_t *area, uint64_t start, uint64_t end, tach_reason_t *reason) {
    while (start < end) {
        size_t bytes = end - start < MOST_AT_ONCE ? end - start : MOST_AT_ONCE;
        struct iovec place = {.iov_base = (void *)(uintptr_t)start, .iov_len = bytes};
        struct iovec same = place;
        if (read_vectors(area, &place, &same, 1, bytes, reason) != 0) {
            return -1;
        }
        start += bytes;
    }
    return 0;
}
