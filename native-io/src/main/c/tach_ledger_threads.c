/* Threads. A second one makes a rewind fatal, always; so it is only asked whether one that is about to end has ended.
 *
 * join() returns before the kernel has taken the thread out of the list: microseconds on an idle machine, time slices
 * on a busy one. Who is on the way out runs or waits for a processor; who sleeps, look after look, is not on the way
 * out.
 */
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "tach_ledger_state.h"

#define PATIENCE_NS 30000000u
#define STEP_NS 50000
#define SLEEPS_ENOUGH 20

static int count(void) {
    struct stat task;
    long result = tach_sys4(SYS_newfstatat, AT_FDCWD, "/proc/self/task", &task, 0);
    return result < 0 ? -1 : (int)task.st_nlink - 2;
}

/* The id of some thread that is not the first one, or 0. */
static long other_thread(void) {
    char entries[1024];
    long own = tach_sys1(SYS_getpid, 0);
    long found = 0;
    long fd = tach_sys4(SYS_openat, AT_FDCWD, "/proc/self/task", O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0);
    long bytes = fd < 0 ? 0 : tach_sys3(SYS_getdents64, fd, entries, sizeof entries);
    for (long at = 0; at < bytes && found == 0;) {
        const struct tach_dirent *entry = (const struct tach_dirent *)(entries + at);
        const char *name = entry->name;
        long id = tach_parse(&name, 10);
        found = id != own ? id : 0;
        at += entry->bytes;
    }
    tach_sys1(SYS_close, fd);
    return found;
}

/* The state stands behind the name: "12 (python3) S ...". */
static bool is_asleep(long thread) {
    char path[64];
    char text[128];
    tach_path(path, "/proc/self/task/", thread, "/stat");
    long fd = tach_sys4(SYS_openat, AT_FDCWD, path, O_RDONLY | O_CLOEXEC, 0);
    long bytes = fd < 0 ? 0 : tach_sys3(SYS_read, fd, text, sizeof text - 1);
    tach_sys1(SYS_close, fd);
    text[bytes > 0 ? bytes : 0] = '\0';
    const char *state = strrchr(text, ')');
    return state != NULL && state[1] == ' ' && state[2] == 'S';
}

int tach_threads_wait(void) {
    uint64_t start = tach_now_ns();
    int threads = count();
    int sleeps = 0;
    while (threads > 1 && sleeps < SLEEPS_ENOUGH && tach_now_ns() - start < PATIENCE_NS) {
        int64_t step[2] = {0, STEP_NS};
        tach_sys2(SYS_nanosleep, step, 0);
        sleeps = is_asleep(other_thread()) ? sleeps + 1 : 0;
        threads = count();
    }
    return threads;
}

int tach_threads_discard(tach_say_t *say) {
    char name[16] = "?";
    long thread = other_thread();
    if (thread > 0) {
        tach_comm_of("/proc/self/task/", thread, name);
    }
    tach_say_discard(say, "");
    tach_say_named(say, "thread", name);
    return TACH_LEDGER_DISCARD;
}
