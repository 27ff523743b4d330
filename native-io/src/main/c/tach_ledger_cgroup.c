/* The control group. Nothing in it can be undone; who may not write to any group above its own cannot leave it, and
 * is not asked. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "tach_ledger_state.h"

#define PATH_BYTES 1024

/* PIDFD_GET_INFO, Linux 6.13: the number of the control group in a sixth of the time of /proc/self/cgroup. It knows
 * version 2 only: where version 1 is mounted and may be written, the text is read. */
struct pidfd_info {
    uint64_t mask;
    uint64_t cgroup;
    uint32_t others[12];
};
_Static_assert(sizeof(struct pidfd_info) == 64, "PIDFD_INFO_SIZE_VER0");
#define PIDFD_GET_INFO _IOWR(0xFF, 11, struct pidfd_info)
#define PIDFD_INFO_CGROUP 4u

static uint64_t cgroup_number(const tach_ledger_t *ledger) {
    struct pidfd_info info = {.mask = PIDFD_INFO_CGROUP};
    long result = tach_ioctl(ledger->kept[TACH_KEPT_SELF], PIDFD_GET_INFO, &info);
    return result == 0 && (info.mask & PIDFD_INFO_CGROUP) != 0 ? info.cgroup : 0;
}

static uint64_t cgroup_text(tach_ledger_t *ledger) {
    long bytes = tach_kept_read(ledger, TACH_KEPT_CGROUP, ledger->scratch, sizeof ledger->scratch);
    return bytes > 0 ? tach_hash(ledger->scratch, (size_t)bytes) : 0;
}

static uint64_t read_cgroup(tach_ledger_t *ledger) {
    return ledger->cgroup_by_text ? cgroup_text(ledger) : cgroup_number(ledger);
}

static bool is_writable(const char *directory) {
    char path[PATH_BYTES];
    tach_say_t say;
    tach_say_start(&say, path, sizeof path);
    tach_say_text(&say, directory);
    tach_say_text(&say, "/cgroup.procs");
    return tach_sys4(SYS_faccessat2, AT_FDCWD, path, W_OK, AT_EACCESS) == 0;
}

/* Moving takes writing to the group that is above both; so one writable from here upwards is enough. */
static bool may_leave(const char *mount, const char *group) {
    char path[PATH_BYTES];
    tach_say_t say;
    tach_say_start(&say, path, sizeof path);
    tach_say_text(&say, mount);
    size_t top = say.used;
    tach_say_text(&say, group);
    for (size_t end = say.used; end > top; end--) {
        if (path[end] == '\0' || path[end] == '/') {
            path[end] = '\0';
            if (is_writable(path)) {
                return true;
            }
        }
    }
    return is_writable(path);
}

/* The path in "0::/user.slice/...\n" of the text in scratch. */
static bool may_move(tach_ledger_t *ledger) {
    char *group = cgroup_text(ledger) == 0 ? NULL : strstr(ledger->scratch, "0::");
    if (group == NULL) {
        return false;
    }
    group += sizeof "0::" - 1;
    *strchrnul(group, '\n') = '\0';
    return may_leave("/sys/fs/cgroup", group) || may_leave("/sys/fs/cgroup/unified", group);
}

/* Lines of version 1 begin with "1:" and more, that of version 2 with "0:". */
static bool has_version_1(tach_ledger_t *ledger) {
    return cgroup_text(ledger) != 0 && (ledger->scratch[0] != '0' || strchr(ledger->scratch, '\n')[1] != '\0');
}

int tach_cgroup_take(tach_ledger_t *ledger, tach_say_t *say) {
    (void)say;
    bool is_root = tach_sys1(SYS_geteuid, 0) == 0;
    ledger->cgroup_fixed = !is_root && !may_move(ledger);
    ledger->cgroup_by_text = (is_root && has_version_1(ledger)) || cgroup_number(ledger) == 0;
    ledger->cgroup = read_cgroup(ledger);
    return 0;
}

int tach_cgroup_settle(tach_ledger_t *ledger, tach_say_t *say) {
    bool fixed = ledger->cgroup_fixed || (ledger->facts & TACH_LEDGER_CONFINED) != 0;
    bool same = fixed || read_cgroup(ledger) == ledger->cgroup;
    return same ? TACH_LEDGER_SAME : tach_say_discard(say, "control group");
}
