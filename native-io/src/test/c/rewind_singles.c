/* What does not fit the table: several checkpoints, refused arguments, what a refusal leaves, the two readers of mappings. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "rewind_rig.h"
#include "tach_checkpoint.h"
#include "tach_fault.h"
#include "tach_layout.h"
#include "tach_verify.h"

static int open_fds(void) {
    int count = 0;
    DIR *directory = opendir("/proc/self/fd");
    while (readdir(directory) != NULL) {
        count++;
    }
    closedir(directory);
    return count;
}

static const int single_own[] = {RIG_OWN, RIG_REPORT};

static int take(tach_reason_t *reason) {
    reason->text[0] = '\0';
    return tach_checkpoint(single_own, 2, -1, reason);
}

/* With somebody who looks on. */
static int take_watched(int verify_fd, tach_reason_t *reason) {
    const int own[] = {RIG_OWN, RIG_REPORT, verify_fd};
    return tach_checkpoint(own, 3, verify_fd, reason);
}

/* After a refused checkpoint the process is what it was, and may try again. */
static int refused_checkpoint(const void *fault) {
    tach_reason_t reason;
    int before = open_fds();
    tach_fault_choose(fault);
    EXPECT(take(&reason) == -1);
    EXPECT(open_fds() == before && tach_current() == NULL);
    EXPECT(waitpid(-1, NULL, __WALL | WNOHANG) == -1 && errno == ECHILD);
    EXPECT(fcntl(0, F_GETFD) >= 0);
    tach_fault_choose(NULL);
    EXPECT(take(&reason) == 0);
    tach_release();
    EXPECT(open_fds() == before);
    return 0;
}

/* A second checkpoint is the first one, moved. */
static int second_checkpoint(const void *argument) {
    (void)argument;
    tach_reason_t reason;
    EXPECT(take(&reason) == 0);
    int before = open_fds();
    int twin = tach_current()->twin;
    EXPECT(take(&reason) == 0);
    EXPECT(tach_current()->stats.checkpoints == 1 && tach_current()->stats.moves == 1);
    EXPECT(open_fds() == before && tach_current()->twin == twin);
    tach_release();
    return 0;
}

/* What is written, mapped and unmapped between checkpoints lasts; what is between a checkpoint and a rewind does not. */
#define MODEL_PAGES 600u
#define MODEL_STEPS 400u

typedef struct model {
    unsigned step;
    unsigned rewinds;
    unsigned random;
    char pages[MODEL_PAGES * 4096];
    char *mapped[8]; /* of 16 pages each, filled with their number */
} model_t;

static unsigned draw(model_t *model, unsigned below) {
    model->random = model->random * 1103515245u + 12345u;
    return (model->random >> 16) % below;
}

static void scribble(model_t *model, char *pages, bool lasts) {
    for (unsigned n = draw(model, 40); n > 0; n--) {
        unsigned at = draw(model, MODEL_PAGES) * 4096 + draw(model, 4096);
        char value = (char)draw(model, 256);
        pages[at] = value;
        if (lasts) {
            model->pages[at] = value;
        }
    }
}

static void map_or_unmap(model_t *model) {
    char **place = &model->mapped[draw(model, 8)];
    if (*place != NULL) {
        munmap(*place, 16 * 4096);
        *place = NULL;
        return;
    }
    char *mapped = mmap(NULL, 16 * 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    memset(mapped + 4096, (int)(place - model->mapped) + 1, 15 * 4096); /* its first page is not touched */
    *place = mapped;
}

static void compare_with_model(const model_t *model, const char *pages) {
    EXPECT(memcmp(pages, model->pages, sizeof model->pages) == 0);
    for (size_t i = 0; i < 8; i++) {
        for (size_t at = 0; model->mapped[i] != NULL && at < 16 * 4096; at++) {
            EXPECT(model->mapped[i][at] == (at < 4096 ? 0 : (char)(i + 1)));
        }
    }
}

static _Noreturn void forget_what_was_done(model_t *model, char *pages) {
    tach_reason_t reason = {{0}};
    model->rewinds--;
    scribble(model, pages, false);
    for (size_t i = 0; i < 8; i++) {
        if (model->mapped[i] != NULL) {
            memset(model->mapped[i], 99, 16 * 4096);
        }
    }
    free(malloc(1u << draw(model, 22)));
    tach_rewind("", 0, &reason);
    rig_fail("step %u: %s", model->step, reason.text);
}

static _Noreturn void walk(model_t *model, int verify_fd) {
    char *pages = mmap(NULL, sizeof model->pages, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    tach_reason_t reason = {{0}};
    while (model->step++ < MODEL_STEPS) {
        scribble(model, pages, true);
        if (draw(model, 3) == 0) {
            map_or_unmap(model);
        }
        if (draw(model, 5) == 0) {
            memset(malloc(50000), 3, 50000); /* lost for good */
        }
        model->rewinds = draw(model, 5);
        if (take_watched(verify_fd, &reason) < 0) {
            rig_fail("step %u: %s", model->step, reason.text);
        }
        compare_with_model(model, pages);
        if (model->rewinds > 0) {
            forget_what_was_done(model, pages);
        }
    }
    EXPECT(tach_current()->stats.moves > MODEL_STEPS / 2);
    tach_release();
    _exit(0);
}

static int checkpoints_that_move(const void *seed) {
    model_t *model = mmap(NULL, sizeof *model, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    model->random = *(const unsigned *)seed;
    int fd;
    int status;
    pid_t pid = rewind_fork(&fd);
    if (pid == 0) {
        walk(model, fd);
    }
    EXPECT(rewind_watch(pid, fd) > MODEL_STEPS);
    EXPECT(waitpid(pid, &status, 0) == pid && status == 0);
    return 0;
}

static int no_checkpoint(const void *argument) {
    (void)argument;
    tach_reason_t reason = {{0}};
    tach_rewind("", 0, &reason);
    EXPECT(strcmp(reason.text, "there is no checkpoint") == 0);
    tach_release();
    EXPECT(tach_leak()[0] == '\0');
    return 0;
}

static int too_much_to_carry(const void *argument) {
    (void)argument;
    tach_reason_t reason;
    char *carry = malloc(TACH_CARRY_BYTES + 1);
    memset(carry, 8, TACH_CARRY_BYTES + 1);
    int result = take(&reason);
    if (result == 1) {
        size_t bytes;
        const char *carried = tach_carried(&bytes);
        EXPECT(bytes == TACH_CARRY_BYTES && memcmp(carried, carry, bytes) == 0);
        return 0;
    }
    EXPECT(result == 0);
    tach_rewind(carry, TACH_CARRY_BYTES + 1, &reason);
    EXPECT(strcmp(reason.text, "too much to carry") == 0);
    tach_rewind(carry, TACH_CARRY_BYTES, &reason);
    rig_fail("refused: %s", reason.text);
}

/* Checkpoints one after the other, each with rewinds: what the last one left protected or cached is not the next one's. */
static int checkpoints_in_turn(const void *argument) {
    (void)argument;
    static volatile unsigned *counts; /* shared: checkpoints, rewinds of this one */
    tach_reason_t reason;
    int before = open_fds();
    counts = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    char *pages = mmap(NULL, 64 * 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    while (counts[0] < 30) {
        unsigned number = ++counts[0];
        memset(pages, (int)number, 64 * 4096);
        counts[1] = 0;
        int result = take(&reason);
        if (result < 0) {
            rig_fail("checkpoint %u: %s", number, reason.text);
        }
        for (size_t i = 0; i < 64 * 4096; i++) {
            EXPECT(pages[i] == (char)number);
        }
        if (counts[1]++ < 20) {
            memset(pages + counts[1] * 4096, 0xee, 8 * 4096);
            tach_rewind("", 0, &reason);
            rig_fail("rewind: %s", reason.text);
        }
        tach_release();
        EXPECT(open_fds() == before);
    }
    return 0;
}

static char *numbered_pages(size_t count) {
    char *pages = mmap(NULL, count * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    for (size_t i = 0; i < count; i++) {
        pages[i * PAGE] = (char)i;
    }
    return pages;
}

static void expect_numbers(const char *pages, size_t first, size_t end) {
    for (size_t i = first; i < end; i++) {
        EXPECT(pages[i * PAGE] == (char)i);
    }
}

/* Each test writes pages that few others write, in the end many times what the cache holds. What one test costs stays the
 * same, and memory exact. */
static int more_than_the_cache_holds(const void *argument) {
    (void)argument;
    enum { PAGES = 3 * TACH_GOLDEN_PAGES, STEP = 64, ROUNDS = PAGES / STEP - 1 };
    static volatile unsigned *rounds; /* shared */
    tach_reason_t reason;
    rounds = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    char *pages = numbered_pages(PAGES);
    if (take(&reason) < 0) {
        rig_fail("checkpoint: %s", reason.text);
    }
    unsigned round = rounds[0]++;
    size_t first = (size_t)(round > 0 ? round - 1 : 0) * STEP; /* where the last test wrote */
    expect_numbers(pages, first, first + 2 * STEP);
    EXPECT(round == 0 || tach_current()->stats.last_pages < 16 * STEP);
    if (round == ROUNDS) {
        return 0;
    }
    for (size_t i = (size_t)round * STEP; i < (size_t)(round + 2) * STEP; i++) { /* each page in two tests in a row */
        pages[i * PAGE] = 'x';
    }
    tach_rewind("", 0, &reason);
    rig_fail("rewind: %s", reason.text);
}

/* A test that writes more than the cache holds gets it all back, and leaves the cache to the others. */
static int large_test_takes_no_room(const void *argument) {
    (void)argument;
    enum { PAGES = 2 * TACH_GOLDEN_PAGES, FEW = 64 };
    static volatile size_t *shared; /* the round, and how full the cache was after the first */
    tach_reason_t reason;
    shared = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    char *pages = numbered_pages(PAGES);
    if (take(&reason) < 0) {
        rig_fail("checkpoint: %s", reason.text);
    }
    size_t round = shared[0]++;
    expect_numbers(pages, 0, PAGES);
    if (round == 1) {
        shared[1] = tach_current()->golden_count;
        EXPECT(shared[1] >= FEW);
    } else if (round == 2) {
        EXPECT(tach_current()->golden_count == shared[1]);
        return 0;
    }
    for (size_t i = 0; i < (round == 0 ? FEW : PAGES); i++) {
        pages[i * PAGE] = 'x';
    }
    tach_rewind("", 0, &reason);
    rig_fail("rewind: %s", reason.text);
}

/* The checkpoint is moved behind what is written and mapped; then it is rewound once, and ends when it was looked at. */
static _Noreturn void stand_still(char *pages, char **mapped, int verify_fd) {
    tach_reason_t reason = {{0}};
    int result = take_watched(verify_fd, &reason);
    if (result == 0) {
        memset(pages, 'b', 2 * PAGE);
        *mapped = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        result = take_watched(verify_fd, &reason);
    }
    if (result == 0) {
        memset(pages, 'x', 10 * PAGE);
        memset(*mapped, 'x', 2 * PAGE);
        tach_rewind("", 0, &reason);
    }
    bool is_moved = tach_current() != NULL && tach_current()->stats.moves == 1;
    tach_release();
    _exit(result == 1 && is_moved ? 0 : 1);
}

static void write_into(pid_t pid, char *address, char byte) {
    struct iovec local = {.iov_base = &byte, .iov_len = 1};
    struct iovec remote = {.iov_base = address, .iov_len = 1};
    if (process_vm_writev(pid, &local, 1, &remote, 1, 0) != 1) {
        rig_fail("process_vm_writev: %s", strerror(errno));
    }
}

static void expect_wrong(pid_t pid, const tach_claim_t *claim, uint64_t bytes, const char *first) {
    tach_finding_t finding;
    tach_reason_t reason;
    for (int all = 0; all < 2; all++) {
        EXPECT(tach_verify(pid, claim, all, &finding, &reason) == 0);
        EXPECT(finding.wrong_bytes == bytes && (bytes == 0 || finding.first_wrong == (uint64_t)(uintptr_t)first));
        EXPECT(!all || finding.pages > 300);
    }
}

/* Who looks at rewound memory sees bytes that are not as they were, whether or not it looks at all pages: in memory that the
 * twin has so, or had so before the checkpoint was moved, or has not. */
static int wrong_bytes_are_seen(const void *argument) {
    (void)argument;
    char **mapped = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    char *pages = mmap(NULL, 300 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    memset(pages, 'a', 300 * PAGE);
    int fd;
    pid_t pid = rewind_fork(&fd);
    if (pid == 0) {
        stand_still(pages, mapped, fd);
    }
    tach_claim_t claim;
    tach_finding_t finding;
    tach_reason_t reason;
    EXPECT(read(fd, &claim, sizeof claim) == (ssize_t)sizeof claim && claim.is_moving);
    EXPECT(tach_verify(pid, &claim, false, &finding, &reason) == 0 && finding.pages == 0);
    EXPECT(write(fd, "!", 1) == 1);
    EXPECT(read(fd, &claim, sizeof claim) == (ssize_t)sizeof claim && !claim.is_moving);
    expect_wrong(pid, &claim, 0, NULL);
    write_into(pid, pages + 250 * PAGE, 'z');
    expect_wrong(pid, &claim, 1, pages + 250 * PAGE);
    write_into(pid, pages + 7 * PAGE + 5, 'x');
    expect_wrong(pid, &claim, 2, pages + 7 * PAGE + 5);
    write_into(pid, pages + PAGE, 'a'); /* as the twin has it */
    expect_wrong(pid, &claim, 3, pages + PAGE);
    write_into(pid, pages + PAGE, 'b');
    write_into(pid, pages + 7 * PAGE + 5, 'a');
    write_into(pid, pages + 250 * PAGE, 'a');
    expect_wrong(pid, &claim, 0, NULL);
    write_into(pid, *mapped + PAGE, 'y');
    expect_wrong(pid, &claim, 1, *mapped + PAGE);
    int status;
    EXPECT(write(fd, "!", 1) == 1 && waitpid(pid, &status, 0) == pid && status == 0);
    return 0;
}

/* Both readers see the same mappings. */
static int two_readers(const void *argument) {
    (void)argument;
    tach_reason_t reason = {{0}};
    for (int i = 0; i < 200; i++) {
        int protection = i % 3 == 0 ? PROT_NONE : i % 3 == 1 ? PROT_READ : PROT_READ | PROT_WRITE;
        MUST(mmap(NULL, PAGE, protection, (i % 5 == 0 ? MAP_SHARED : MAP_PRIVATE) | MAP_ANONYMOUS, -1, 0));
    }
    int file = open("/proc/self/exe", O_RDONLY);
    MUST(mmap(NULL, PAGE, PROT_READ | PROT_EXEC, MAP_PRIVATE, file, (off_t)PAGE));
    int fd = open("/proc/self/maps", O_RDONLY);
    if (!tach_layout_is_queryable(fd)) {
        return RIG_SKIP;
    }
    tach_layout_t layouts[2];
    for (int i = 0; i < 2; i++) {
        layouts[i] = (tach_layout_t){.mappings = mmap(NULL, TACH_MAPPINGS * sizeof(tach_mapping_t), PROT_READ | PROT_WRITE,
                                                      MAP_SHARED | MAP_ANONYMOUS, -1, 0),
                                     .capacity = TACH_MAPPINGS};
    }
    EXPECT(tach_layout_read_so(&layouts[0], fd, 0, &reason) == 0 && tach_layout_read_so(&layouts[1], fd, 1, &reason) == 0);
    EXPECT(layouts[0].count > 200 && layouts[0].count == layouts[1].count && layouts[0].brk == layouts[1].brk);
    for (size_t i = 0; i < layouts[0].count; i++) {
        if (memcmp(&layouts[0].mappings[i], &layouts[1].mappings[i], sizeof(tach_mapping_t)) != 0) {
            rig_fail("mapping %zu at %#lx is not the same", i, (unsigned long)layouts[0].mappings[i].start);
        }
    }
    tach_lost_t lost;
    EXPECT(tach_layout_check(&layouts[0], &layouts[1], &lost, &reason) == 0 && lost.count == 0);
    return 0;
}

/* So many rewinds that all pages come from the cache, and the twin is not needed for any. */
#define ENOUGH_ROUNDS 40

/* Rewinds itself until then; what `last` does in the last round is what the rewind must be refused for. */
static int refuse_late(int (*last)(bool is_last), const char *refusal) {
    int *rounds = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    tach_reason_t reason;
    EXPECT(take(&reason) >= 0);
    if (last(++*rounds == ENOUGH_ROUNDS) != 0) {
        return 0; /* not on this kernel */
    }
    reason.text[0] = '\0';
    tach_rewind("", 0, &reason);
    EXPECT(*rounds == ENOUGH_ROUNDS);
    EXPECT(strncmp(reason.text, refusal, strlen(refusal)) == 0);
    tach_release();
    return 0;
}

static int kill_the_twin(bool is_last) {
    siginfo_t end;
    kill(tach_current()->twin, is_last ? SIGKILL : 0);
    waitid(P_PID, (id_t)tach_current()->twin, &end, WEXITED | WNOWAIT | __WALL | (is_last ? 0 : WNOHANG));
    return 0;
}

/* Who has no privilege needs no_new_privs for a domain, and that is seen. */
static int enter_a_domain(bool is_last) {
    uint64_t handled = 1u << 7; /* making directories */
    long rules = syscall(SYS_landlock_create_ruleset, &handled, sizeof handled, 0);
    bool is_done = rules >= 0 && (!is_last || syscall(SYS_landlock_restrict_self, rules, 0) == 0);
    close((int)rules);
    return is_done ? 0 : -1;
}

static int twin_dies_late(const void *argument) {
    (void)argument;
    return refuse_late(kill_the_twin, "the twin is dead");
}

static int domain_is_entered_late(const void *argument) {
    (void)argument;
    return refuse_late(enter_a_domain, "read of the twin");
}

/* The twin ends with its process, however that ends. */
static int twin_ends(const void *argument) {
    (void)argument;
    int *twin = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    pid_t pid = fork();
    if (pid == 0) {
        tach_reason_t reason;
        EXPECT(take(&reason) == 0);
        *twin = tach_current()->twin;
        raise(SIGKILL);
    }
    EXPECT(waitpid(pid, NULL, 0) == pid);
    EXPECT(waitpid(*twin, NULL, __WALL) == *twin); /* or this hangs, and the case is killed */
    return 0;
}

void run_rewind_singles(rig_user_t user) {
    static const char *const faults[] = {"open", "register", "protect", "clone"};
    for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++) {
        rig_count("refused checkpoint", user, refused_checkpoint, faults[i]);
    }
    rig_count("second checkpoint", user, second_checkpoint, NULL);
    static const unsigned seeds[] = {1, 2, 3};
    for (size_t i = 0; i < sizeof seeds / sizeof seeds[0]; i++) {
        rig_count("checkpoints that move", user, checkpoints_that_move, &seeds[i]);
    }
    rig_count("no checkpoint", user, no_checkpoint, NULL);
    rig_count("too much to carry", user, too_much_to_carry, NULL);
    rig_count("wrong bytes are seen", user, wrong_bytes_are_seen, NULL);
    rig_count("more than the cache holds", user, more_than_the_cache_holds, NULL);
    rig_count("large test takes no room", user, large_test_takes_no_room, NULL);
    rig_count("checkpoints in turn", user, checkpoints_in_turn, NULL);
    rig_count("two readers", user, two_readers, NULL);
    rig_count("twin ends", user, twin_ends, NULL);
    rig_count("twin dies late", user, twin_dies_late, NULL);
    rig_count("domain is entered late", user, domain_is_entered_late, NULL);
}
