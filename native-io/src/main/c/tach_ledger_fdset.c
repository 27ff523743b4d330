/* Which descriptors there are: new ones are closed, missing ones end the process. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/close_range.h>
#include <string.h>
#include <sys/stat.h>

#include "tach_ledger_state.h"

#define CLOSED (-1)

/* How many there are, without listing them: the size of /proc/self/fd (Linux 6.2). */
static long count_open(const tach_ledger_t *ledger) {
    struct stat directory;
    long result = tach_sys2(SYS_fstat, ledger->kept[TACH_KEPT_FDS], &directory);
    return result < 0 ? result : (long)directory.st_size;
}

static bool is_open(int fd) {
    return tach_sys3(SYS_fcntl, fd, F_GETFD, 0) >= 0;
}

/* Into an ascending list, once. */
static void expect(tach_ledger_t *ledger, int fd) {
    int at = ledger->expected_count;
    while (at > 0 && ledger->expected[at - 1] > fd) {
        at--;
    }
    if (fd < 0 || (at > 0 && ledger->expected[at - 1] == fd)) {
        return;
    }
    for (int i = ledger->expected_count++; i > at; i--) {
        ledger->expected[i] = ledger->expected[i - 1];
    }
    ledger->expected[at] = fd;
}

int tach_fdset_take(tach_ledger_t *ledger, tach_say_t *say) {
    ledger->expected_count = 0;
    for (int i = 0; i < ledger->own_count; i++) {
        expect(ledger, ledger->own[i]);
    }
    for (int i = 0; i < TACH_KEPT_COUNT; i++) {
        expect(ledger, ledger->kept[i]);
    }
    for (int i = 0; i < ledger->fd_count; i++) {
        expect(ledger, ledger->fd[i].fd);
        expect(ledger, ledger->fd[i].info);
    }
    if (count_open(ledger) != ledger->expected_count) {
        return tach_say_discard(say, "descriptors cannot be counted");
    }
    return 0;
}

/* Everything between what belongs here, a system call for each gap. */
static void close_gaps(const tach_ledger_t *ledger) {
    unsigned from = 0;
    for (int i = 0; i < ledger->expected_count; i++) {
        unsigned fd = (unsigned)ledger->expected[i];
        if (fd > from) {
            tach_sys3(SYS_close_range, from, fd - 1, 0);
        }
        from = fd + 1;
    }
    tach_sys3(SYS_close_range, from, ~0u, 0);
}

static int first_missing(const tach_ledger_t *ledger) {
    for (int i = 0; i < ledger->expected_count; i++) {
        if (!is_open(ledger->expected[i])) {
            return ledger->expected[i];
        }
    }
    return CLOSED;
}

static bool is_baseline(const tach_ledger_t *ledger, int fd) {
    for (int i = 0; i < ledger->fd_count; i++) {
        if (ledger->fd[i].fd == fd) {
            return true;
        }
    }
    return false;
}

static int discard_missing(const tach_ledger_t *ledger, int fd, tach_say_t *say) {
    return tach_say_fd(say, fd, is_baseline(ledger, fd) ? "closed" : "of the agent closed");
}

/* -- close on exec -- */

static bool closes_on_exec(int fd) {
    return tach_sys3(SYS_fcntl, fd, F_GETFD, 0) == FD_CLOEXEC;
}

/* Ranges whose descriptors all close on exec, the agent's and the kept ones among them; gaps do not matter, nothing
 * is in them by the time the row runs. Those with an fdinfo need no help but do no harm. */
int tach_close_on_exec_take(tach_ledger_t *ledger, tach_say_t *say) {
    (void)say;
    bool inside = false;
    ledger->run_count = 0;
    for (int i = 0; i < ledger->expected_count; i++) {
        int fd = ledger->expected[i];
        bool closes = closes_on_exec(fd);
        if (closes && !inside && ledger->run_count < TACH_MOST_FDS) {
            ledger->run[ledger->run_count++][0] = fd;
        }
        if (closes && ledger->run_count > 0) {
            ledger->run[ledger->run_count - 1][1] = fd;
        }
        inside = closes;
    }
    return 0;
}

static int settle_inherited(const tach_fd_t *fd) {
    if (fd->info >= 0 || fd->closes_on_exec || !closes_on_exec(fd->fd)) {
        return TACH_LEDGER_SAME;
    }
    tach_sys3(SYS_fcntl, fd->fd, F_SETFD, 0);
    return TACH_LEDGER_RESTORED;
}

/* Set on whole ranges without asking (0.12 us a range instead of 0.14 us a descriptor); asked only where it should
 * be off. */
int tach_close_on_exec_settle(tach_ledger_t *ledger, tach_say_t *say) {
    (void)say;
    int worst = TACH_LEDGER_SAME;
    for (int i = 0; i < ledger->run_count; i++) {
        tach_sys3(SYS_close_range, ledger->run[i][0], ledger->run[i][1], CLOSE_RANGE_CLOEXEC);
    }
    for (int i = 0; i < ledger->fd_count; i++) {
        worst |= settle_inherited(&ledger->fd[i]);
    }
    return worst;
}

static bool is_expected(const tach_ledger_t *ledger, int fd) {
    int low = 0;
    int high = ledger->expected_count;
    while (low < high) {
        int middle = (low + high) / 2;
        if (ledger->expected[middle] < fd) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < ledger->expected_count && ledger->expected[low] == fd;
}

static bool is_ring(int fd) {
    char path[64];
    char target[64];
    tach_path(path, "/proc/self/fd/", fd, "");
    long bytes = tach_sys4(SYS_readlinkat, AT_FDCWD, path, target, sizeof target - 1);
    target[bytes > 0 ? bytes : 0] = '\0';
    return strcmp(target, "anon_inode:[io_uring]") == 0;
}

/* Closing an io_uring does not wait for what it has under way: the kernel could write into memory that was put back.
 * The number of a new one, or CLOSED. */
static int new_ring(tach_ledger_t *ledger) {
    int directory = ledger->kept[TACH_KEPT_FDS];
    long bytes;
    tach_sys3(SYS_lseek, directory, 0, SEEK_SET);
    while ((bytes = tach_sys3(SYS_getdents64, directory, ledger->scratch, sizeof ledger->scratch)) > 0) {
        for (long at = 0; at < bytes;) {
            const struct tach_dirent *entry = (const struct tach_dirent *)(ledger->scratch + at);
            const char *name = entry->name;
            int fd = (int)tach_parse(&name, 10);
            at += entry->bytes;
            if (name != entry->name && !is_expected(ledger, fd) && is_ring(fd)) {
                return fd;
            }
        }
    }
    return CLOSED;
}

/* As many as before may still be one closed and one opened: the rows of single descriptors and the poll of the
 * agent's ask for each whether it is there, so that the number alone is enough here. */
int tach_fdset_settle(tach_ledger_t *ledger, tach_say_t *say) {
    if (count_open(ledger) == ledger->expected_count) {
        return TACH_LEDGER_SAME;
    }
    int ring = new_ring(ledger);
    if (ring != CLOSED) {
        return tach_say_fd(say, ring, "is an io_uring left open");
    }
    close_gaps(ledger);
    int missing = first_missing(ledger);
    return missing == CLOSED ? TACH_LEDGER_RESTORED : discard_missing(ledger, missing, say);
}
