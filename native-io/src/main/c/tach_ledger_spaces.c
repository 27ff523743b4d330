/* Namespaces, root directory, host name, control group: nothing of it can be undone.
 *
 * Who has no CAP_SYS_ADMIN can only leave the other namespaces through a new user namespace, and change root and host name
 * only there: one link to read (1 us) instead of eight and two more calls. Where filters deny all of that, nothing is read.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/utsname.h>

#include "tach_ledger_state.h"

static const char *const NAMES[8] = {"user namespace",   "mount namespace", "pid namespace", "network namespace",
                                     "cgroup namespace", "ipc namespace",   "uts namespace", "time namespace"};

static void read_space(const tach_ledger_t *ledger, int i, char to[32]) {
    memset(to, 0, 32);
    tach_sys4(SYS_readlinkat, ledger->kept[TACH_KEPT_SPACES + i], "", to, 31);
}

static void read_root(uint64_t root[3]) {
    struct statx now = {0};
    TACH_SYS(SYS_statx, AT_FDCWD, "/", 0, STATX_INO | STATX_MNT_ID, &now, 0);
    root[0] = (uint64_t)now.stx_dev_major << 32 | now.stx_dev_minor;
    root[1] = now.stx_ino;
    root[2] = now.stx_mnt_id;
}

static void read_host(char host[2 * 65]) {
    struct utsname now;
    tach_sys1(SYS_uname, &now);
    memcpy(host, now.nodename, 65);
    memcpy(host + 65, now.domainname, 65);
}

int tach_spaces_take(tach_ledger_t *ledger, tach_say_t *say) {
    (void)say;
    for (int i = 0; i < 8; i++) {
        read_space(ledger, i, ledger->space[i]);
    }
    read_root(ledger->root);
    read_host(ledger->host);
    return 0;
}

static int settle_links(const tach_ledger_t *ledger, int count, tach_say_t *say) {
    for (int i = 0; i < count; i++) {
        char now[32];
        read_space(ledger, i, now);
        if (memcmp(now, ledger->space[i], sizeof now) != 0) {
            return tach_say_discard(say, NAMES[i]);
        }
    }
    return TACH_LEDGER_SAME;
}

static int settle_root(const tach_ledger_t *ledger, tach_say_t *say) {
    uint64_t root[3];
    read_root(root);
    bool same = memcmp(root, ledger->root, sizeof root) == 0;
    return same ? TACH_LEDGER_SAME : tach_say_discard(say, "root directory");
}

static int settle_host(const tach_ledger_t *ledger, tach_say_t *say) {
    char host[sizeof ledger->host];
    read_host(host);
    bool same = memcmp(host, ledger->host, sizeof host) == 0;
    return same ? TACH_LEDGER_SAME : tach_say_discard(say, "host name");
}

int tach_spaces_settle(tach_ledger_t *ledger, tach_say_t *say) {
    if ((ledger->facts & TACH_LEDGER_CONFINED) != 0) {
        return TACH_LEDGER_SAME;
    }
    int verdict = settle_links(ledger, ledger->privileged ? 8 : 1, say);
    if (verdict == TACH_LEDGER_SAME && ledger->privileged) {
        verdict = settle_root(ledger, say);
    }
    if (verdict == TACH_LEDGER_SAME && ledger->privileged) {
        verdict = settle_host(ledger, say);
    }
    return verdict;
}

/* PIDFD_GET_INFO, Linux 6.13: the number of the control group in a sixth of the time of /proc/self/cgroup. It knows version 2
 * only: where version 1 is mounted and may be written, the text is read. */
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

/* Lines of version 1 begin with "1:" and more, that of version 2 with "0:". */
static bool has_version_1(tach_ledger_t *ledger) {
    return cgroup_text(ledger) != 0 && (ledger->scratch[0] != '0' || strchr(ledger->scratch, '\n')[1] != '\0');
}

int tach_cgroup_take(tach_ledger_t *ledger, tach_say_t *say) {
    (void)say;
    bool writable = tach_sys1(SYS_geteuid, 0) == 0;
    ledger->cgroup_by_text = (writable && has_version_1(ledger)) || cgroup_number(ledger) == 0;
    ledger->cgroup = read_cgroup(ledger);
    return 0;
}

int tach_cgroup_settle(tach_ledger_t *ledger, tach_say_t *say) {
    bool looked_at = (ledger->facts & TACH_LEDGER_CONFINED) == 0;
    bool same = !looked_at || read_cgroup(ledger) == ledger->cgroup;
    return same ? TACH_LEDGER_SAME : tach_say_discard(say, "control group");
}
