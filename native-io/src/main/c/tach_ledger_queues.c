/* What waits in pipes and sockets, whether the agent's descriptors are there at all, and which conversations are under
 * way.
 *
 * One ppoll asks all of them: a pipe or socket that had nothing to read and has nothing to read is as it was. Only
 * where something waited already, or where it can be seen from this end alone, bytes are counted.
 */
#define _GNU_SOURCE
#include <asm/ioctls.h>
#include <fcntl.h>
#include <linux/sockios.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "tach_ledger_state.h"

#define WATCHED (POLLIN | POLLPRI | POLLRDHUP)
#define TOLD (WATCHED | POLLHUP | POLLERR | POLLNVAL)

static void poll_for(tach_ledger_t *ledger, int fd, short events) {
    ledger->poll[ledger->poll_count++] = (tach_pollfd_t){.fd = fd, .events = events};
}

static void poll_all(tach_ledger_t *ledger) {
    int64_t at_once[2] = {0, 0};
    for (int i = 0; i < ledger->poll_count; i++) {
        ledger->poll[i].revents = 0;
    }
    if (ledger->poll_count > 0) {
        TACH_SYS(SYS_ppoll, ledger->poll, ledger->poll_count, at_once, 0, 0, 0);
    }
}

static void count_queue(const tach_fd_t *fd, int queue[2]) {
    queue[0] = queue[1] = 0;
    tach_ioctl(fd->fd, FIONREAD, &queue[0]);
    if (S_ISSOCK(fd->mode)) {
        tach_ioctl(fd->fd, SIOCOUTQ, &queue[1]);
    }
}

static bool is_connected(const tach_fd_t *fd) {
    char address[128];
    int bytes = sizeof address;
    return S_ISSOCK(fd->mode) && tach_sys3(SYS_getpeername, fd->fd, address, &bytes) == 0;
}

static bool has_other_end(const tach_ledger_t *ledger, const tach_fd_t *pipe) {
    for (int i = 0; i < ledger->fd_count; i++) {
        const tach_fd_t *other = &ledger->fd[i];
        if (other->dev == pipe->dev && other->ino == pipe->ino && ((other->flags ^ pipe->flags) & O_ACCMODE) != 0) {
            return true;
        }
    }
    return (pipe->flags & O_ACCMODE) == O_RDWR;
}

/* Files, directories and devices are always ready; anonymous inodes (eventfd, inotify...) say it in their st_mode of
 * 0600. */
static bool has_readiness(const tach_fd_t *fd) {
    return S_ISFIFO(fd->mode) || S_ISSOCK(fd->mode) || (fd->mode & S_IFMT) == 0;
}

static void take_one(tach_ledger_t *ledger, tach_fd_t *fd) {
    fd->polled = has_readiness(fd) && !fd->stdio;
    if (!fd->polled) {
        return;
    }
    poll_for(ledger, fd->fd, WATCHED);
    count_queue(fd, fd->queue);
    bool one_sided = S_ISFIFO(fd->mode) && !has_other_end(ledger, fd);
    fd->queued = fd->queue[0] != 0 || fd->queue[1] != 0 || one_sided || is_connected(fd);
}

int tach_queues_take(tach_ledger_t *ledger, tach_say_t *say) {
    (void)say;
    ledger->poll_count = 0;
    for (int i = 0; i < ledger->own_count; i++) {
        poll_for(ledger, ledger->own[i], 0);
    }
    for (int i = 0; i < ledger->fd_count; i++) {
        take_one(ledger, &ledger->fd[i]);
    }
    poll_all(ledger);
    for (int i = 0; i < ledger->poll_count; i++) {
        ledger->ready[i] = ledger->poll[i].revents;
    }
    return 0;
}

/* The agent's own descriptors are polled for nothing: all that is asked is whether they are open. */
static int settle_ready(const tach_ledger_t *ledger, int i, tach_say_t *say) {
    int now = ledger->poll[i].revents;
    if (i < ledger->own_count) {
        return (now & POLLNVAL) == 0 ? 0 : tach_say_fd(say, ledger->poll[i].fd, "of the agent closed");
    }
    if (((now ^ ledger->ready[i]) & TOLD) == 0) {
        return TACH_LEDGER_SAME;
    }
    return tach_say_fd(say, ledger->poll[i].fd, (now & POLLIN) != 0 ? "has data to read" : "is read out or hung up");
}

static int settle_queue(const tach_fd_t *fd, tach_say_t *say) {
    int now[2];
    count_queue(fd, now);
    bool same = now[0] == fd->queue[0] && now[1] == fd->queue[1];
    return same ? TACH_LEDGER_SAME : tach_say_fd(say, fd->fd, "has other data waiting");
}

int tach_queues_settle(tach_ledger_t *ledger, tach_say_t *say) {
    int verdict = TACH_LEDGER_SAME;
    poll_all(ledger);
    for (int i = 0; i < ledger->poll_count && verdict == TACH_LEDGER_SAME; i++) {
        verdict = settle_ready(ledger, i, say);
    }
    for (int i = 0; i < ledger->fd_count && verdict == TACH_LEDGER_SAME; i++) {
        if (ledger->fd[i].queued) {
            verdict = settle_queue(&ledger->fd[i], say);
        }
    }
    return verdict;
}

/* Anonymous inodes whose other side is the kernel at work: a rewind does not take back what they have under way. */
static const char *const LIVE[] = {"[eventpoll]", "[io_uring]", "[timerfd]", "[userfaultfd]", "[fanotify]", "[aio]"};

static const char *live_kind(int fd) {
    char path[64];
    static const size_t kinds = sizeof LIVE / sizeof LIVE[0];
    char target[64];
    tach_path(path, "/proc/self/fd/", fd, "");
    long bytes = tach_sys4(SYS_readlinkat, AT_FDCWD, path, target, sizeof target - 1);
    target[bytes > 0 ? bytes : 0] = '\0';
    for (size_t i = 0; i < kinds; i++) {
        if (strstr(target, LIVE[i]) != NULL) {
            return LIVE[i];
        }
    }
    return NULL;
}

/* What makes this descriptor a conversation, or null. */
static const char *conversation(const tach_ledger_t *ledger, const tach_fd_t *fd) {
    if (fd->stdio) {
        return NULL;
    }
    if (S_ISFIFO(fd->mode)) {
        return has_other_end(ledger, fd) ? NULL : "is one end of a pipe";
    }
    if (S_ISSOCK(fd->mode)) {
        return is_connected(fd) ? "is a connected socket" : NULL;
    }
    const char *kind = (fd->mode & S_IFMT) == 0 ? live_kind(fd->fd) : NULL;
    return kind;
}

int tach_ledger_entangled(const tach_ledger_t *ledger, char *reason, size_t reason_bytes) {
    tach_say_t say;
    tach_say_start(&say, reason, reason_bytes);
    for (int i = 0; i < ledger->fd_count; i++) {
        const char *what = conversation(ledger, &ledger->fd[i]);
        if (what != NULL) {
            tach_say_fd(&say, ledger->fd[i].fd, what);
            return 1;
        }
    }
    return 0;
}
