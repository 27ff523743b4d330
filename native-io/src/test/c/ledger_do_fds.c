/* What a test may do: descriptors, their locks, what waits in them; directory and mask. */
#include "ledger_do.h"

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
