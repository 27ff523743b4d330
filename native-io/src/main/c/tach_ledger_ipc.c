/* System V objects, and names in /dev/shm and /dev/mqueue: what outlives every process.
 *
 * Both belong to everybody. Of System V objects the number in use is asked (three calls); only when it differs they are
 * looked at one by one, and only what is ours is removed. Names in directories say nothing of who made them, so they
 * are left alone unless the caller knows that the directories are ours.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/stat.h>

#include "tach_ledger_state.h"

enum sysv { SHM, SEM, MSG };

static const char *const KINDS[3] = {"shared memory segment ", "semaphore set ", "message queue "};

/* How many are in use, and through `highest` the last index there may be; -errno. */
static long count_used(enum sysv kind, long *highest) {
    struct shm_info shm = {0};
    struct seminfo sem = {0};
    struct msginfo msg = {0};
    switch (kind) {
    case SHM:
        *highest = tach_sys3(SYS_shmctl, 0, SHM_INFO, &shm);
        return *highest < 0 ? *highest : shm.used_ids;
    case SEM:
        *highest = tach_sys4(SYS_semctl, 0, 0, SEM_INFO, &sem);
        return *highest < 0 ? *highest : sem.semusz;
    default:
        *highest = tach_sys3(SYS_msgctl, 0, MSG_INFO, &msg);
        return *highest < 0 ? *highest : msg.msgpool;
    }
}

/* 1 ours, 0 another's, -1 nobody can tell: the kernel notes who made a segment, but of the others only who used them
 * last. */
static int whose(long process, long own, bool same_user) {
    if (process == own) {
        return 1;
    }
    return process == 0 && same_user ? -1 : 0;
}

/* The id at an index and whose it is; -errno if there is none. */
static long look(enum sysv kind, long index, int *owner) {
    struct shmid_ds shm = {0};
    struct semid_ds sem = {0};
    struct msqid_ds msg = {0};
    long own = tach_sys1(SYS_getpid, 0);
    long user = tach_sys1(SYS_geteuid, 0);
    long id;
    switch (kind) {
    case SHM:
        id = tach_sys3(SYS_shmctl, index, SHM_STAT, &shm);
        *owner = shm.shm_cpid == own;
        return id;
    case SEM:
        id = tach_sys4(SYS_semctl, index, 0, SEM_STAT, &sem);
        *owner = id < 0 ? 0 : whose(tach_sys4(SYS_semctl, id, 0, GETPID, 0), own, sem.sem_perm.cuid == user);
        return id;
    default:
        id = tach_sys3(SYS_msgctl, index, MSG_STAT, &msg);
        *owner = whose(msg.msg_lspid, own, msg.msg_perm.cuid == user);
        return id;
    }
}

static void remove_object(enum sysv kind, long id) {
    switch (kind) {
    case SHM:
        tach_sys3(SYS_shmctl, id, IPC_RMID, 0);
        break;
    case SEM:
        tach_sys4(SYS_semctl, id, 0, IPC_RMID, 0);
        break;
    case MSG:
        tach_sys3(SYS_msgctl, id, IPC_RMID, 0);
        break;
    }
}

static void take_kind(tach_sysv_t *table, enum sysv kind) {
    long highest = 0;
    table->count = 0;
    table->used = (int)count_used(kind, &highest);
    for (long index = 0; index <= highest && table->used > 0 && table->count < TACH_MOST_NAMES; index++) {
        int owner;
        long id = look(kind, index, &owner);
        if (id >= 0) {
            table->ids[table->count++] = (int)id;
        }
    }
}

int tach_sysv_take(tach_ledger_t *ledger, tach_say_t *say) {
    (void)say;
    for (int kind = SHM; kind <= MSG; kind++) {
        take_kind(&ledger->sysv[kind], (enum sysv)kind);
    }
    return 0;
}

static bool is_known(const tach_sysv_t *table, long id) {
    for (int i = 0; i < table->count; i++) {
        if (table->ids[i] == id) {
            return true;
        }
    }
    return false;
}

static int settle_object(const tach_sysv_t *table, enum sysv kind, long index, tach_say_t *say) {
    int owner = 0;
    long id = look(kind, index, &owner);
    if (id < 0 || owner == 0 || is_known(table, id)) {
        return TACH_LEDGER_SAME;
    }
    if (owner > 0) {
        remove_object(kind, id);
        return TACH_LEDGER_RESTORED;
    }
    tach_say_discard(say, KINDS[kind]);
    tach_say_number(say, id);
    return TACH_LEDGER_DISCARD;
}

/* Others make and remove theirs at any time: after a look the new number is what is compared with. */
static int settle_kind(tach_sysv_t *table, enum sysv kind, tach_say_t *say) {
    long highest = 0;
    int worst = TACH_LEDGER_SAME;
    if (count_used(kind, &highest) == table->used) {
        return TACH_LEDGER_SAME;
    }
    for (long index = 0; index <= highest && worst != TACH_LEDGER_DISCARD; index++) {
        int verdict = settle_object(table, kind, index, say);
        worst = verdict > worst ? verdict : worst;
    }
    table->used = (int)count_used(kind, &highest);
    return worst;
}

int tach_sysv_settle(tach_ledger_t *ledger, tach_say_t *say) {
    int worst = TACH_LEDGER_SAME;
    for (int kind = SHM; kind <= MSG && worst != TACH_LEDGER_DISCARD; kind++) {
        int verdict = settle_kind(&ledger->sysv[kind], (enum sysv)kind, say);
        worst = verdict > worst ? verdict : worst;
    }
    return worst;
}

static const enum tach_kept DIRECTORIES[2] = {TACH_KEPT_SHM, TACH_KEPT_MQUEUE};

static void read_change(const tach_ledger_t *ledger, int which, int64_t changed[3]) {
    struct stat now = {0};
    tach_sys2(SYS_fstat, ledger->kept[DIRECTORIES[which]], &now);
    changed[0] = now.st_mtim.tv_sec;
    changed[1] = now.st_mtim.tv_nsec;
    changed[2] = now.st_size;
}

static bool is_named(const tach_names_t *names, uint64_t hash) {
    for (int i = 0; i < names->count; i++) {
        if (names->hash[i] == hash) {
            return true;
        }
    }
    return false;
}

/* Calls visit for each name; stops at anything but 0 and returns it. */
static int each_name(tach_ledger_t *ledger, int which, int (*visit)(tach_ledger_t *, int, const char *, tach_say_t *),
                     tach_say_t *say) {
    int directory = ledger->kept[DIRECTORIES[which]];
    long bytes;
    int worst = 0;
    tach_sys3(SYS_lseek, directory, 0, SEEK_SET);
    while ((bytes = tach_sys3(SYS_getdents64, directory, ledger->scratch, sizeof ledger->scratch)) > 0) {
        for (long at = 0; at < bytes;) {
            const struct tach_dirent *entry = (const struct tach_dirent *)(ledger->scratch + at);
            at += entry->bytes;
            int verdict = entry->name[0] == '.' ? 0 : visit(ledger, which, entry->name, say);
            worst = verdict > worst ? verdict : worst;
        }
    }
    return worst;
}

static int note_name(tach_ledger_t *ledger, int which, const char *name, tach_say_t *say) {
    tach_names_t *names = &ledger->names[which];
    if (names->count == TACH_MOST_NAMES) {
        return tach_say_discard(say, "too many names in /dev/shm");
    }
    names->hash[names->count++] = tach_hash(name, strlen(name));
    return 0;
}

int tach_names_take(tach_ledger_t *ledger, tach_say_t *say) {
    (void)say;
    memset(ledger->names, 0, sizeof ledger->names);
    return 0;
}

void tach_ledger_assume(tach_ledger_t *ledger, unsigned facts) {
    char ignored[64];
    tach_say_t say;
    tach_say_start(&say, ignored, sizeof ignored);
    ledger->facts = facts;
    for (int which = 0; which < 2 && (facts & TACH_LEDGER_OWN_SHM) != 0; which++) {
        ledger->names[which].count = 0;
        each_name(ledger, which, note_name, &say);
        read_change(ledger, which, ledger->names[which].changed);
    }
}

static int unlink_new(tach_ledger_t *ledger, int which, const char *name, tach_say_t *say) {
    if (is_named(&ledger->names[which], tach_hash(name, strlen(name)))) {
        return TACH_LEDGER_SAME;
    }
    if (tach_sys3(SYS_unlinkat, ledger->kept[DIRECTORIES[which]], name, 0) < 0) {
        tach_say_discard(say, "");
        tach_say_named(say, "shared memory", name);
        return TACH_LEDGER_DISCARD;
    }
    return TACH_LEDGER_RESTORED;
}

int tach_names_settle(tach_ledger_t *ledger, tach_say_t *say) {
    int worst = TACH_LEDGER_SAME;
    for (int which = 0; which < 2 && (ledger->facts & TACH_LEDGER_OWN_SHM) != 0; which++) {
        int64_t changed[3];
        read_change(ledger, which, changed);
        if (memcmp(changed, ledger->names[which].changed, sizeof changed) != 0) {
            int verdict = each_name(ledger, which, unlink_new, say);
            read_change(ledger, which, ledger->names[which].changed);
            worst = verdict > worst ? verdict : worst;
        }
    }
    return worst;
}
