/* Each descriptor of the checkpoint: what file it is, its flags, its offset, its locks, what it watches.
 *
 * Files, directories and anonymous inodes by one pread of a kept /proc/self/fdinfo/N (0.67 us), which tells all of it;
 * fstat, F_GETFL, lseek and unlocking three kinds of locks would be nearly twice that. Offset first, a hash of
 * everything after it: equal means nothing to do. Pipes, sockets and character devices have neither offsets nor, by any
 * sane use, locks: for them fstat and F_GETFL (0.35 us) say as much.
 */
#define _GNU_SOURCE
#include <asm/ioctls.h>
#include <asm/termbits.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>

#include "tach_ledger_state.h"

#define INFO_BYTES 4096u
/* F_SETFL touches these and no others. */
#define SETTABLE (O_APPEND | O_NONBLOCK | O_ASYNC | O_DIRECT | O_NOATIME)

typedef struct info {
    int64_t offset;
    int64_t flags;
    uint64_t tail_hash;
    bool locked;
} info_t;

/* "pos:\t<decimal>\nflags:\t0<octal>\n..." */
static void parse_offset(const char *text, long bytes, info_t *info, const char **tail) {
    const char *at = text + sizeof "pos:" - 1;
    info->offset = tach_parse(&at, 10);
    *tail = at;
    info->tail_hash = tach_hash(at, (size_t)(text + bytes - at));
}

static void parse_tail(const char *tail, info_t *info) {
    const char *at = strstr(tail, "flags:");
    if (at != NULL) {
        at += sizeof "flags:" - 1;
        info->flags = tach_parse(&at, 8);
    }
    info->locked = strstr(tail, "\nlock:") != NULL;
}

/* The quick look: offset and hash. `tail` is where the rest stands in the scratch space. */
static long read_info(tach_ledger_t *ledger, const tach_fd_t *fd, info_t *info, const char **tail) {
    long bytes = tach_sys4(SYS_pread64, fd->info, ledger->scratch, INFO_BYTES - 1, 0);
    if (bytes < (long)sizeof "pos:\t0\n") {
        return bytes < 0 ? bytes : -EIO;
    }
    ledger->scratch[bytes] = '\0';
    parse_offset(ledger->scratch, bytes, info, tail);
    return 0;
}

static long read_whole_info(tach_ledger_t *ledger, const tach_fd_t *fd, info_t *info) {
    const char *tail = NULL;
    long result = read_info(ledger, fd, info, &tail);
    if (result == 0) {
        parse_tail(tail, info);
    }
    return result;
}

/* Where the next write goes of a file that is only written is no state but a record growing: put back, each test would
 * overwrite the log of the one before. */
static bool has_offset(const struct stat *file, int64_t flags) {
    bool seekable = S_ISREG(file->st_mode) || S_ISDIR(file->st_mode) || S_ISBLK(file->st_mode);
    return seekable && (flags & O_APPEND) == 0 && (flags & O_ACCMODE) != O_WRONLY;
}

static bool is_simple(const struct stat *file) {
    return S_ISFIFO(file->st_mode) || S_ISSOCK(file->st_mode) || S_ISCHR(file->st_mode);
}

static int fill(tach_ledger_t *ledger, tach_fd_t *fd, tach_say_t *say) {
    struct stat file;
    info_t info = {0};
    if (fd->info < 0 || tach_sys2(SYS_fstat, fd->fd, &file) < 0 || read_whole_info(ledger, fd, &info) < 0) {
        return tach_say_fd(say, fd->fd, "cannot be looked at");
    }
    if (is_simple(&file)) {
        tach_sys1(SYS_close, fd->info);
        fd->info = -1;
        info.flags = tach_sys3(SYS_fcntl, fd->fd, F_GETFL, 0);
    }
    fd->closes_on_exec = tach_sys3(SYS_fcntl, fd->fd, F_GETFD, 0) == FD_CLOEXEC;
    fd->mode = file.st_mode;
    fd->dev = file.st_dev;
    fd->ino = file.st_ino;
    fd->rdev = file.st_rdev;
    fd->offset = info.offset;
    fd->flags = info.flags;
    fd->tail_hash = info.tail_hash;
    fd->locked = info.locked;
    fd->seeks = has_offset(&file, info.flags);
    fd->tty = S_ISCHR(file.st_mode) && tach_ioctl(fd->fd, TCGETS2, fd->termios) == 0;
    return 0;
}

static int add(tach_ledger_t *ledger, int number, tach_say_t *say) {
    char path[64];
    if (ledger->fd_count == TACH_MOST_FDS) {
        return tach_say_discard(say, "too many descriptors");
    }
    tach_fd_t *fd = &ledger->fd[ledger->fd_count++];
    memset(fd, 0, sizeof *fd);
    fd->fd = number;
    fd->info = tach_keep(tach_path(path, "/proc/self/fdinfo/", number, ""), O_RDONLY);
    return fill(ledger, fd, say);
}

static bool is_ours(const tach_ledger_t *ledger, int fd) {
    for (int i = 0; i < ledger->own_count; i++) {
        if (ledger->own[i] == fd) {
            return true;
        }
    }
    for (int i = 0; i < TACH_KEPT_COUNT; i++) {
        if (ledger->kept[i] == fd) {
            return true;
        }
    }
    return false;
}

/* Only the numbers, before anything is opened: adding a descriptor opens another. Their count, or -1 for too many. */
static int list_numbers(tach_ledger_t *ledger, int *number) {
    int count = 0;
    long bytes;
    int directory = ledger->kept[TACH_KEPT_FDS];
    tach_sys3(SYS_lseek, directory, 0, SEEK_SET);
    while ((bytes = tach_sys3(SYS_getdents64, directory, ledger->scratch, sizeof ledger->scratch)) > 0) {
        for (long at = 0; at < bytes;) {
            const struct tach_dirent *entry = (const struct tach_dirent *)(ledger->scratch + at);
            const char *name = entry->name;
            int fd = (int)tach_parse(&name, 10);
            at += entry->bytes;
            if (name == entry->name || is_ours(ledger, fd)) {
                continue; /* "." and "..", or not to be compared */
            }
            if (count == TACH_MOST_FDS) {
                return -1;
            }
            number[count++] = fd;
        }
    }
    return count;
}

static void mark_stdio(tach_ledger_t *ledger) {
    for (int i = 0; i < ledger->fd_count; i++) {
        tach_fd_t *fd = &ledger->fd[i];
        for (int other = 0; other < ledger->fd_count; other++) {
            const tach_fd_t *low = &ledger->fd[other];
            fd->stdio |= low->fd <= 2 && low->dev == fd->dev && low->ino == fd->ino;
        }
        fd->seeks &= !(fd->stdio && (fd->flags & O_ACCMODE) != O_RDONLY);
    }
}

int tach_fds_take(tach_ledger_t *ledger, tach_say_t *say) {
    int number[TACH_MOST_FDS];
    int count = list_numbers(ledger, number);
    if (count < 0) {
        return tach_say_discard(say, "too many descriptors");
    }
    ledger->fd_count = 0;
    for (int i = 0; i < count; i++) {
        if (add(ledger, number[i], say) != 0) {
            return TACH_LEDGER_DISCARD;
        }
    }
    mark_stdio(ledger);
    return 0;
}

static bool is_same(const tach_fd_t *fd, const struct stat *now) {
    return now->st_dev == fd->dev && now->st_ino == fd->ino && now->st_rdev == fd->rdev &&
           ((now->st_mode ^ fd->mode) & S_IFMT) == 0;
}

static bool same_file(const tach_fd_t *fd) {
    struct stat now;
    return tach_sys2(SYS_fstat, fd->fd, &now) == 0 && is_same(fd, &now);
}

/* Changes the flags of a pipe, socket or device back. SAME if they were the same. */
static int settle_flags(const tach_fd_t *fd, tach_say_t *say) {
    long now = tach_sys3(SYS_fcntl, fd->fd, F_GETFL, 0);
    if (now == fd->flags) {
        return TACH_LEDGER_SAME;
    }
    if (now < 0 || ((now ^ fd->flags) & ~(long)SETTABLE) != 0) {
        return tach_say_fd(say, fd->fd, now < 0 ? "closed" : "changed");
    }
    tach_sys3(SYS_fcntl, fd->fd, F_SETFL, fd->flags & SETTABLE);
    return TACH_LEDGER_RESTORED;
}

static int settle_simple(const tach_fd_t *fd, tach_say_t *say) {
    struct stat now;
    if (tach_sys2(SYS_fstat, fd->fd, &now) < 0) {
        return tach_say_fd(say, fd->fd, "closed");
    }
    return is_same(fd, &now) ? settle_flags(fd, say) : tach_say_fd(say, fd->fd, "replaced");
}

/* All kinds, when none was held: flock, POSIX, open file description, lease. */
static void unlock(int fd) {
    struct flock whole = {.l_type = F_UNLCK};
    tach_sys2(SYS_flock, fd, LOCK_UN);
    tach_sys3(SYS_fcntl, fd, F_SETLK, &whole);
    tach_sys3(SYS_fcntl, fd, F_OFD_SETLK, &whole);
    tach_sys3(SYS_fcntl, fd, F_SETLEASE, F_UNLCK);
}

static void put_back(const tach_fd_t *fd, const info_t *now) {
    if ((now->flags ^ fd->flags) & O_CLOEXEC) {
        tach_sys3(SYS_fcntl, fd->fd, F_SETFD, (fd->flags & O_CLOEXEC) != 0 ? FD_CLOEXEC : 0);
    }
    if ((now->flags ^ fd->flags) & SETTABLE) {
        tach_sys3(SYS_fcntl, fd->fd, F_SETFL, fd->flags & SETTABLE);
    }
    if (now->locked && !fd->locked) {
        unlock(fd->fd);
    }
    if (fd->seeks && now->offset != fd->offset) {
        tach_sys3(SYS_lseek, fd->fd, fd->offset, SEEK_SET);
    }
}

static bool same_info(const tach_fd_t *fd, const info_t *now) {
    return now->tail_hash == fd->tail_hash && (!fd->seeks || now->offset == fd->offset);
}

static int restore(tach_ledger_t *ledger, const tach_fd_t *fd, tach_say_t *say) {
    info_t now = {0};
    if (read_whole_info(ledger, fd, &now) < 0) {
        return tach_say_fd(say, fd->fd, "closed");
    }
    if (!same_file(fd)) {
        return tach_say_fd(say, fd->fd, "replaced");
    }
    put_back(fd, &now);
    if (read_whole_info(ledger, fd, &now) < 0 || !same_info(fd, &now)) {
        return tach_say_fd(say, fd->fd, now.locked != fd->locked ? "locks changed" : "changed");
    }
    return TACH_LEDGER_RESTORED;
}

static int settle_terminal(const tach_fd_t *fd, tach_say_t *say) {
    char now[sizeof fd->termios] = {0};
    if (tach_ioctl(fd->fd, TCGETS2, now) == 0 && memcmp(now, fd->termios, sizeof now) == 0) {
        return TACH_LEDGER_SAME;
    }
    /* SIGTTOU would stop a background process here; all signals are blocked, which lets it pass. */
    if (tach_ioctl(fd->fd, TCSETS2, (void *)fd->termios) < 0) {
        return tach_say_fd(say, fd->fd, "terminal modes");
    }
    return TACH_LEDGER_RESTORED;
}

static int settle_by_info(tach_ledger_t *ledger, const tach_fd_t *fd, tach_say_t *say) {
    info_t now;
    const char *tail;
    bool same = read_info(ledger, fd, &now, &tail) == 0 && same_info(fd, &now);
    return same ? TACH_LEDGER_SAME : restore(ledger, fd, say);
}

static int settle_fd(tach_ledger_t *ledger, const tach_fd_t *fd, tach_say_t *say) {
    int verdict = fd->info < 0 ? settle_simple(fd, say) : settle_by_info(ledger, fd, say);
    if (verdict == TACH_LEDGER_DISCARD || !fd->tty) {
        return verdict;
    }
    return verdict | settle_terminal(fd, say);
}

int tach_fds_settle(tach_ledger_t *ledger, tach_say_t *say) {
    int worst = TACH_LEDGER_SAME;
    for (int i = 0; i < ledger->fd_count; i++) {
        int verdict = settle_fd(ledger, &ledger->fd[i], say);
        if (verdict >= TACH_LEDGER_DISCARD) {
            return TACH_LEDGER_DISCARD;
        }
        worst |= verdict;
    }
    return worst;
}
