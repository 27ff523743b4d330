/* What a ledger holds, and what its rows share. Only for tach_ledger*.c, their tests and the benchmark. */
#ifndef TACH_LEDGER_STATE_H
#define TACH_LEDGER_STATE_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/resource.h>

#include "tach_ledger.h"
#include "tach_sys.h"

#define TACH_FIRST_KEPT_FD 200
#define TACH_MOST_FDS 192
#define TACH_MOST_OWN 96
#define TACH_MOST_CHILDREN 32
#define TACH_MOST_NAMES 64
#define TACH_SIGNALS 64
#define TACH_STATUS_BYTES 4096
#define TACH_STATUS_LINES 96
#define TACH_SCRATCH_BYTES 8192

/* Files of /proc (and others) that stay open: opening one anew costs 3 to 10 times its reading. */
enum tach_kept {
    TACH_KEPT_STATUS,
    TACH_KEPT_FDS,
    TACH_KEPT_TIMERS,
    TACH_KEPT_CHILDREN,
    TACH_KEPT_OOM,
    TACH_KEPT_COREDUMP,
    TACH_KEPT_CWD,
    TACH_KEPT_SELF,
    TACH_KEPT_CGROUP,
    TACH_KEPT_SHM,
    TACH_KEPT_MQUEUE,
    TACH_KEPT_BELL,
    TACH_KEPT_SPACES,
    TACH_KEPT_COUNT = TACH_KEPT_SPACES + 8
};

/* The kernel's struct sigaction, which is not libc's. */
typedef struct tach_action {
    uint64_t handler;
    uint64_t flags;
    uint64_t restorer;
    uint64_t mask;
} tach_action_t;

/* One descriptor of the checkpoint. */
typedef struct tach_fd {
    int fd;
    int info;      /* its /proc/self/fdinfo, kept open: of whatever stands at the number now; -1: asked by single calls */
    uint32_t mode; /* st_mode */
    bool stdio;    /* 0 to 2, or another descriptor of the same file: a conversation with the outside by its nature */
    bool seeks;    /* its offset is state */
    bool locked;   /* locks were held on it already */
    bool polled;   /* its readiness is state */
    bool queued;   /* its number of bytes is state, beyond being readable or not */
    bool tty;
    bool closes_on_exec;
    uint64_t dev;
    uint64_t ino;
    uint64_t rdev;
    int64_t offset;
    int64_t flags;      /* as in fdinfo: file status flags and O_CLOEXEC */
    uint64_t tail_hash; /* of fdinfo from "flags:" on */
    int queue[2];       /* bytes to read, bytes not sent */
    char termios[44];
} tach_fd_t;

typedef struct tach_pollfd {
    int32_t fd;
    int16_t events;
    int16_t revents;
} tach_pollfd_t;

typedef struct tach_line {
    uint16_t at;
    uint16_t bytes;
    uint8_t role;
} tach_line_t;

typedef struct tach_names {
    uint64_t hash[TACH_MOST_NAMES];
    int count;
    int64_t changed[3]; /* mtime and size of the directory when it was last listed */
} tach_names_t;

typedef struct tach_sysv {
    int ids[TACH_MOST_NAMES];
    int count;
    int used;
} tach_sysv_t;

struct tach_ledger {
    int owner;
    unsigned facts;
    int kept[TACH_KEPT_COUNT];

    int own[TACH_MOST_OWN];
    int own_count;
    tach_fd_t fd[TACH_MOST_FDS];
    int fd_count;
    int run[TACH_MOST_FDS][2]; /* ranges of descriptors that all close on exec */
    int run_count;
    int expected[2 * TACH_MOST_FDS + TACH_MOST_OWN + TACH_KEPT_COUNT]; /* all descriptors, ascending */
    int expected_count;
    tach_pollfd_t poll[TACH_MOST_OWN + TACH_MOST_FDS];
    int16_t ready[TACH_MOST_OWN + TACH_MOST_FDS];
    int poll_count;

    char status[TACH_STATUS_BYTES];
    tach_line_t line[TACH_STATUS_LINES];
    int line_count;
    tach_line_t stretch[TACH_STATUS_LINES]; /* neighbouring lines that all matter, as one */
    int stretch_count;
    char comm[16];
    uint64_t affinity[16];
    bool actions_suspect; /* SigIgn or SigCgt differ */
    bool privileged;      /* CAP_SYS_ADMIN is effective */
    bool capable;         /* any capability is permitted */

    tach_action_t action[TACH_SIGNALS + 1];
    uint8_t watched[TACH_SIGNALS + 1]; /* signals whose action may change without SigIgn and SigCgt showing it */
    int watched_count;
    uint64_t mask;
    uint64_t alternate_stack[3];

    int child[TACH_MOST_CHILDREN];
    bool child_ended[TACH_MOST_CHILDREN]; /* a zombie already */
    int child_count;

    struct rlimit limit[RLIM_NLIMITS];
    int64_t cpu_budget; /* seconds a test may use, -1 without limit */

    long attribute[16];
    char schedule[56];
    char oom[16];
    char coredump[16];
    int umask;
    uint64_t robust_head;
    uint64_t robust_bytes;

    bool cgroup_fixed; /* we may not leave it */
    bool cgroup_by_text;
    uint64_t cgroup;
    struct perf_event_mmap_page *bell; /* null: there is none, it must be taken to have rung */
    char space[8][32];
    uint64_t root[3];
    char host[2 * 65];
    tach_sysv_t sysv[3];
    tach_names_t names[2];

    char scratch[TACH_SCRATCH_BYTES];
};

/* What getdents64 gives. */
struct tach_dirent {
    uint64_t ino;
    int64_t off;
    uint16_t bytes;
    uint8_t type;
    char name[];
};

/* A reason under construction. */
typedef struct tach_say {
    char *text;
    size_t bytes;
    size_t used;
} tach_say_t;

void tach_say_start(tach_say_t *say, char *text, size_t bytes);
void tach_say_text(tach_say_t *say, const char *text);
void tach_say_number(tach_say_t *say, long number);
/* "what 'name'". */
void tach_say_named(tach_say_t *say, const char *what, const char *name);
/* Starts anew with a text, returns DISCARD (which is what a refusal of take is, too). */
int tach_say_discard(tach_say_t *say, const char *text);
/* "fd 5 closed". */
int tach_say_fd(tach_say_t *say, int fd, const char *what);

/* Opens all that is kept; -1 if one is missing without which nothing can be said. */
int tach_kept_open(struct tach_ledger *ledger);
/* Reads a kept file from its start; the text ends with NUL. Bytes, or -errno. */
long tach_kept_read(const struct tach_ledger *ledger, enum tach_kept kept, char *to, size_t bytes);
/* Opens a file for keeping: a high number, close-on-exec. The descriptor, or -errno. */
int tach_keep(const char *path, int flags);
/* Moves a descriptor (or passes an -errno on) to a high number. */
int tach_keep_high(long fd);
/* Small parsing. Moves *text behind what was read. */
long tach_parse(const char **text, int base);
uint64_t tach_hash(const char *text, size_t bytes);
/* Writes "<before><number><after>" and returns `to`; `to` is large enough by construction. */
char *tach_path(char *to, const char *before, long number, const char *after);
/* The comm of a process or thread, from "<directory><id>/comm"; "?" if it is gone. */
void tach_comm_of(const char *directory, long id, char name[16]);

/* One row: take records (0, or DISCARD: do not checkpoint), settle compares and restores (a verdict). Rows run in
 * order. */
typedef struct tach_row {
    const char *name;
    int (*take)(tach_ledger_t *ledger, tach_say_t *say);
    int (*settle)(tach_ledger_t *ledger, tach_say_t *say);
} tach_row_t;

extern const tach_row_t tach_rows[];
extern const int tach_row_count;

#define TACH_ROW(name)                                            \
    int tach_##name##_take(tach_ledger_t *ledger, tach_say_t *say); \
    int tach_##name##_settle(tach_ledger_t *ledger, tach_say_t *say)

TACH_ROW(attributes);
TACH_ROW(timers);
TACH_ROW(status);
TACH_ROW(children);
TACH_ROW(fdset);
TACH_ROW(close_on_exec);
TACH_ROW(fds);
TACH_ROW(queues);
TACH_ROW(actions);
TACH_ROW(alternate_stack);
TACH_ROW(limits);
TACH_ROW(schedule);
TACH_ROW(tunables);
TACH_ROW(spaces);
TACH_ROW(cgroup);
TACH_ROW(sysv);
TACH_ROW(names);
TACH_ROW(pending);

/* What several files need of one another. */
int tach_threads_discard(tach_say_t *say);
int tach_threads_wait(void);
void tach_limits_rebase_cpu(tach_ledger_t *ledger);
void tach_bell_open(tach_ledger_t *ledger);
bool tach_bell_rang(const tach_ledger_t *ledger);
void tach_bell_silence(tach_ledger_t *ledger);
void tach_bell_close(tach_ledger_t *ledger);

#endif
