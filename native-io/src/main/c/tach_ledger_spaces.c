/* Namespaces, root directory, host name: nothing of it can be undone.
 *
 * Who has no CAP_SYS_ADMIN can leave namespaces, and change root and host name, only in a new user namespace; that
 * comes with all capabilities, which the status shows. So nothing is read here for ordinary users, nor where filters
 * deny all of that. For the others there is the bell (tach_ledger_bell.c), and where that is not to be had 1 us a link.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>

#include "tach_ledger_state.h"

#define MOUNTS 7
static const char *const NAMES[8] = {"user namespace", "pid namespace", "network namespace", "cgroup namespace",
                                     "ipc namespace",  "uts namespace", "time namespace",    "mount namespace"};

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
    if (ledger->privileged) {
        tach_bell_open(ledger);
    }
    return 0;
}

static bool is_same_space(const tach_ledger_t *ledger, int i) {
    char now[32];
    read_space(ledger, i, now);
    return memcmp(now, ledger->space[i], sizeof now) == 0;
}

static int settle_links(const tach_ledger_t *ledger, tach_say_t *say) {
    for (int i = 0; i < MOUNTS; i++) {
        if (!is_same_space(ledger, i)) {
            return tach_say_discard(say, NAMES[i]);
        }
    }
    return TACH_LEDGER_SAME; /* unshare has other uses than namespaces */
}

/* A mount namespace has mounts, and so a root, with numbers of its own: no need to read its link when the root is
 * the same. */
static int settle_root(const tach_ledger_t *ledger, tach_say_t *say) {
    uint64_t root[3];
    read_root(root);
    if (memcmp(root, ledger->root, sizeof root) == 0) {
        return TACH_LEDGER_SAME;
    }
    return tach_say_discard(say, is_same_space(ledger, MOUNTS) ? "root directory" : NAMES[MOUNTS]);
}

static int settle_host(const tach_ledger_t *ledger, tach_say_t *say) {
    char host[sizeof ledger->host];
    read_host(host);
    bool same = memcmp(host, ledger->host, sizeof host) == 0;
    return same ? TACH_LEDGER_SAME : tach_say_discard(say, "host name");
}

int tach_spaces_settle(tach_ledger_t *ledger, tach_say_t *say) {
    if ((ledger->facts & TACH_LEDGER_CONFINED) != 0 || !ledger->privileged) {
        return TACH_LEDGER_SAME;
    }
    int verdict = TACH_LEDGER_SAME;
    if (tach_bell_rang(ledger)) {
        verdict = settle_links(ledger, say);
        tach_bell_silence(ledger);
    }
    if (verdict == TACH_LEDGER_SAME) {
        verdict = settle_root(ledger, say);
    }
    return verdict == TACH_LEDGER_SAME ? settle_host(ledger, say) : verdict;
}
