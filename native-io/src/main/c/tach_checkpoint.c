#include "tach_checkpoint.h"

#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/auxv.h>
#include <sys/mman.h>

#include "tach_aside.h"
#include "tach_fault.h"
#include "tach_golden.h"
#include "tach_move.h"
#include "tach_scan.h"
#include "tach_sys.h"
#include "tach_twin.h"
#include "tach_verify.h"
#include "tach_watch.h"

/* Every so many rewinds the whole layout is read, also where no sum of it has changed. */
#define LAYOUT_EVERY 16u

/* Both are set before the memory is frozen, so a rewind leaves them as they are. A fork of ours inherits them, but not the
 * area: whoever is not the owner must not look into it. */
static tach_area_t *current;
static int owner;

static bool is_owner(void) {
    return current != NULL && tach_sys1(SYS_getpid, 0) == owner;
}

tach_area_t *tach_current(void) {
    return is_owner() ? current : NULL;
}

/* --- signals ----------------------------------------------------------------------------------------------------- */

#define SIGNAL_SET_BYTES 8

static uint64_t block_signals(void) {
    uint64_t all = ~0ull;
    uint64_t before = 0;
    tach_sys4(SYS_rt_sigprocmask, SIG_SETMASK, &all, &before, SIGNAL_SET_BYTES);
    return before;
}

static void unblock_signals(uint64_t mask) {
    tach_sys4(SYS_rt_sigprocmask, SIG_SETMASK, &mask, 0, SIGNAL_SET_BYTES);
}

/* --- checkpoint -------------------------------------------------------------------------------------------------- */

static uint64_t decimal(const char **at) {
    uint64_t number = 0;
    for (; **at >= '0' && **at <= '9'; (*at)++) {
        number = number * 10 + (uint64_t)(**at - '0');
    }
    (*at)++;
    return number;
}

/* size, text and data of /proc/self/statm, in pages: they change with nearly every change of the layout. */
static int read_statm(int fd, uint64_t sums[3], tach_reason_t *reason) {
    char text[128];
    long bytes = tach_sys4(SYS_pread64, fd, text, sizeof text - 1, 0);
    if (bytes <= 0) {
        return tach_fail(reason, "read of /proc/self/statm", bytes);
    }
    text[bytes] = '\0';
    const char *at = text;
    uint64_t fields[6];
    for (int i = 0; i < 6; i++) {
        fields[i] = decimal(&at);
    }
    sums[0] = fields[0];
    sums[1] = fields[3];
    sums[2] = fields[5];
    return 0;
}

static size_t pages_of(uint64_t virtual_pages) {
    return (size_t)virtual_pages + 4096; /* room for what the area itself and the ledger add */
}

/* An area that is as large as this process needs. */
static int make_area(tach_area_t **area, tach_reason_t *reason) {
    long fd = tach_sys4(SYS_openat, AT_FDCWD, "/proc/self/statm", O_RDONLY | O_CLOEXEC, 0);
    if (fd < 0) {
        return tach_fail(reason, "/proc/self/statm", fd);
    }
    uint64_t sums[3];
    int result = read_statm((int)fd, sums, reason);
    tach_sys1(SYS_close, fd);
    if (result != 0) {
        return -1;
    }
    size_t pages = pages_of(sums[2]);
    if (tach_area_create(area, pages, reason) != 0) {
        return -1;
    }
    (*area)->slot_count = pages;
    return 0;
}

/* Processes that the engine does not know how to put back. */
static int is_of_another_kind(tach_reason_t *reason) {
    if (getauxval(AT_PAGESZ) != TACH_PAGE_BYTES) {
        return tach_fail(reason, "pages that are not of 4096 bytes", 0);
    }
    return tach_shadow_stack() == 0 ? 0 : tach_fail(reason, "a shadow stack", 0);
}

/* The caller's; the agent's are added as they are opened. */
static void keep_own_fds(tach_area_t *area, const int *own_fds, int own_count) {
    area->own_count = 0;
    for (int i = 0; i < own_count && i < TACH_OWN_FDS - 6; i++) {
        area->own_fds[area->own_count++] = own_fds[i];
    }
}

static int prepare(tach_area_t *area, const int *own_fds, int own_count, tach_reason_t *reason) {
    area->rseq = tach_rseq_address();
    area->rseq_end = area->rseq + tach_rseq_bytes();
    keep_own_fds(area, own_fds, own_count);
    area->baseline.own_start = (uint64_t)(uintptr_t)area;
    area->baseline.own_end = area->baseline.own_start + area->bytes;
    return is_of_another_kind(reason) || tach_fault(TACH_FAULT_OPEN, reason) || tach_watch_open(area, reason) ||
           tach_layout_read(&area->baseline, area->maps_fd, reason) || tach_fault(TACH_FAULT_REGISTER, reason) ||
           tach_watch_register(area, reason) || tach_watch_spans(area, reason);
}

static int take_ledger(tach_area_t *area, tach_reason_t *reason) {
    area->has_ledger = tach_ledger_take(area->ledger, area->own_fds, area->own_count, reason->text, sizeof reason->text) == 0;
    return area->has_ledger ? read_statm(area->statm_fd, area->statm, reason) : -1;
}

/* Freezes a copy and starts to watch. Protection comes first: what is written after it, by the fork itself too, counts
 * as dirty; the other way round it would be taken for clean. */
static int freeze(tach_area_t *area, tach_reason_t *reason) {
    if (tach_fault(TACH_FAULT_PROTECT, reason) || tach_watch_protect_all(area, reason) ||
        tach_fault(TACH_FAULT_CLONE, reason) || tach_twin_create(area, reason) || tach_aside_take(area, reason)) {
        return -1;
    }
    return take_ledger(area, reason);
}

static int refuse(tach_area_t *area) {
    uint64_t mask = area->signal_mask;
    tach_release();
    unblock_signals(mask);
    return -1;
}

/* `sums`: of the checkpoints before it in this process. */
static int checkpoint_anew(
    const int *own_fds, int own_count, int verify_fd, const tach_stats_t *sums, tach_reason_t *reason) {
    uint64_t started_ns = tach_now_ns();
    if (make_area(&current, reason) != 0) {
        current = NULL;
        return -1;
    }
    owner = (int)tach_sys1(SYS_getpid, 0);
    tach_area_t *area = current;
    area->stats = *sums;
    area->verify_fd = verify_fd;
    area->signal_mask = block_signals();
    if (prepare(area, own_fds, own_count, reason) != 0) {
        return refuse(area);
    }
    if (tach_regs_save(&area->at_checkpoint) != 0) {
        unblock_signals(current->signal_mask); /* through the static: locals are those of the first time */
        return 1;
    }
    if (freeze(area, reason) != 0) {
        return refuse(area);
    }
    area->stats.checkpoints++;
    area->stats.checkpoint_ns += tach_now_ns() - started_ns;
    unblock_signals(area->signal_mask);
    return 0;
}

static void exchange_ledger(tach_area_t *area, const int *own_fds, int own_count) {
    const int agents[] = {area->uffd, area->maps_fd, area->statm_fd, area->pagemap_fd, area->twin_fd};
    tach_ledger_close(area->ledger);
    area->has_ledger = 0;
    keep_own_fds(area, own_fds, own_count);
    for (size_t i = 0; i < sizeof agents / sizeof agents[0]; i++) {
        area->own_fds[area->own_count++] = agents[i];
    }
}

/* Lets somebody outside look at the memory as it is now, and waits until they have. */
static void be_looked_at(const tach_area_t *area, bool is_moving) {
    if (area->verify_fd < 0) {
        return;
    }
    tach_claim_t claim = {
        .regs = (uint64_t)(uintptr_t)&area->at_checkpoint,
        .rewinds = area->stats.rewinds,
        .twin = (uint32_t)area->twin,
        .aside_count = (uint32_t)area->aside_count,
        .aside = (uint64_t)(uintptr_t)area->aside,
        .moves = area->stats.moves + is_moving,
        .is_moving = is_moving,
    };
    char byte;
    tach_sys3(SYS_write, area->verify_fd, &claim, sizeof claim);
    while (tach_sys3(SYS_read, area->verify_fd, &byte, 1) == -4 /* EINTR */) {
    }
}

/* On the private stack, so that nothing of the process's memory is written while it is copied. */
static void move(void *argument) {
    tach_area_t *area = argument;
    be_looked_at(area, true);
    area->is_moved = tach_move(area, &area->reason) == 0;
    tach_regs_restore(&area->at_call);
}

/* As checkpoint_anew, from the checkpoint there is. -1: it has to be taken anew. */
static int checkpoint_by_move(const int *own_fds, int own_count, tach_reason_t *reason) {
    uint64_t started_ns = tach_now_ns();
    tach_area_t *area = current;
    area->signal_mask = block_signals();
    exchange_ledger(area, own_fds, own_count);
    if (!tach_move_is_possible(area) || !tach_twin_is_alive(area)) {
        return refuse(area);
    }
    if (tach_regs_save(&area->at_checkpoint) != 0) {
        unblock_signals(current->signal_mask);
        return 1;
    }
    if (tach_regs_save(&area->at_call) == 0) {
        tach_on_stack(area->stack_top, move, area);
    }
    if (!area->is_moved || take_ledger(area, reason) != 0) {
        return refuse(area);
    }
    area->stats.checkpoint_ns += tach_now_ns() - started_ns;
    unblock_signals(area->signal_mask);
    return 0;
}

int tach_checkpoint(const int *own_fds, int own_count, int verify_fd, tach_reason_t *reason) {
    if (current != NULL && !is_owner()) {
        return tach_fail(reason, "not the process of the checkpoint", 0);
    }
    fflush(NULL); /* what is still buffered would be written again after every rewind */
    tach_stats_t sums = current == NULL ? (tach_stats_t){0} : current->stats;
    if (current != NULL && current->verify_fd == verify_fd) {
        int result = checkpoint_by_move(own_fds, own_count, reason);
        if (result >= 0) {
            return result;
        }
    }
    tach_release();
    return checkpoint_anew(own_fds, own_count, verify_fd, &sums, reason);
}

/* --- rewind ------------------------------------------------------------------------------------------------------ */

static uint64_t page_of(uint64_t address) {
    return (address + TACH_PAGE_BYTES - 1) / TACH_PAGE_BYTES;
}

/* Whether the sums are those of the checkpoint and of a heap that has grown or shrunk since. */
static bool is_same_size(const tach_area_t *area, const uint64_t sums[3]) {
    uint64_t brk = (uint64_t)tach_sys1(SYS_brk, 0);
    uint64_t grown = page_of(brk) - page_of(area->baseline.brk);
    return sums[0] - grown == area->statm[0] && sums[1] == area->statm[1] && sums[2] - grown == area->statm[2];
}

/* Only looks: what a test has mapped may still be in use by who tells that this process is refused. */
static int check_layout(tach_area_t *area, tach_reason_t *reason) {
    uint64_t sums[3];
    if (tach_fault(TACH_FAULT_LAYOUT, reason) || read_statm(area->statm_fd, sums, reason) != 0) {
        return -1;
    }
    area->is_layout_read = !is_same_size(area, sums) || !tach_layout_has_all_data(&area->baseline) ||
                           (area->stats.rewinds + 1) % LAYOUT_EVERY == 0;
    area->lost.count = 0;
    if (!area->is_layout_read) {
        return 0;
    }
    area->stats.layout_reads++;
    return tach_layout_read(&area->now, area->maps_fd, reason) ||
           tach_layout_check(&area->baseline, &area->now, &area->lost, reason);
}

static int put_layout_back(tach_area_t *area, tach_reason_t *reason) {
    if (tach_layout_restore_brk(&area->baseline, reason) != 0) {
        return -1;
    }
    if (!area->is_layout_read && area->lost.count == 0) {
        return 0;
    }
    return (area->is_layout_read && tach_layout_unmap_new(&area->baseline, &area->now, reason)) ||
           tach_layout_map_lost(&area->lost, reason) || tach_watch_register_lost(area, reason) ||
           read_statm(area->statm_fd, area->statm, reason); /* the stack may have grown, and stays so */
}

/* Adds what has passed since *since to a sum. */
static void lap(uint64_t *since, uint64_t *sum) {
    uint64_t now = tach_now_ns();
    *sum += now - *since;
    *since = now;
}

static _Noreturn void leave_half_restored(void) {
    for (;;) {
        tach_sys1(SYS_exit_group, TACH_EXIT_HALF_RESTORED);
    }
}

/* On the private stack. Up to the restoring nothing of the process's memory is written or unmapped, so that it may still
 * go on as it is. */
static void put_back(void *argument) {
    tach_area_t *area = argument;
    uint64_t clock = tach_now_ns();
    if (tach_fault(TACH_FAULT_SCAN, &area->reason) || tach_scan(area, &area->reason) != 0 ||
        tach_fault(TACH_FAULT_READ, &area->reason) || tach_golden_fetch(area, &area->reason) != 0) {
        tach_regs_restore(&area->at_call);
    }
    lap(&clock, &area->stats.scan_ns);
    if (put_layout_back(area, &area->reason) != 0 || tach_golden_restore(area, &area->reason) != 0) {
        leave_half_restored();
    }
    lap(&clock, &area->stats.copy_ns);
    area->stats.rewinds++;
    area->stats.last_ns = clock - area->started_ns;
    area->stats.rewind_ns += area->stats.last_ns;
    be_looked_at(area, false);
    tach_regs_restore(&area->at_checkpoint);
}

static int settle_kernel_state(tach_area_t *area, tach_reason_t *reason) {
    uint64_t clock = area->started_ns;
    int verdict = tach_ledger_settle(area->ledger, reason->text, sizeof reason->text);
    if (verdict == TACH_LEDGER_DISCARD || tach_fault(TACH_FAULT_LEDGER, reason)) {
        return -1;
    }
    area->leak = *reason; /* what was put in order has a name too, but is no reason to refuse */
    reason->text[0] = '\0';
    lap(&clock, &area->stats.ledger_ns);
    if (tach_twin_check(area, reason) != 0 || check_layout(area, reason) != 0) {
        return -1;
    }
    lap(&clock, &area->stats.layout_ns);
    if (tach_ledger_finish(area->ledger, reason->text, sizeof reason->text) != 0) {
        return -1;
    }
    lap(&clock, &area->stats.ledger_ns);
    return 0;
}

void tach_rewind(const void *carry, size_t bytes, tach_reason_t *reason) {
    tach_area_t *area = current;
    if (!is_owner()) {
        (void)tach_fail(reason, area == NULL ? "there is no checkpoint" : "not the process of the checkpoint", 0);
        return;
    }
    if (bytes > TACH_CARRY_BYTES) {
        (void)tach_fail(reason, "too much to carry", 0);
        return;
    }
    area->started_ns = tach_now_ns();
    area->reason.text[0] = '\0';
    tach_copy(area->carry, carry, bytes);
    area->carry_bytes = bytes;
    uint64_t mask = block_signals();
    if (settle_kernel_state(area, reason) == 0 && tach_regs_save(&area->at_call) == 0) {
        tach_on_stack(area->stack_top, put_back, area);
    }
    if (reason->text[0] == '\0') {
        *reason = current->reason;
    }
    unblock_signals(mask);
}

int tach_examine(const int *own_fds, int own_count, tach_reason_t *reason) {
    void *memory = mmap(NULL, TACH_LEDGER_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) {
        return tach_fail(reason, "ledger", 0);
    }
    tach_ledger_t *ledger = memory;
    int result = tach_ledger_take(ledger, own_fds, own_count, reason->text, sizeof reason->text);
    if (result == 0) {
        result = -tach_ledger_entangled(ledger, reason->text, sizeof reason->text);
        tach_ledger_close(ledger);
    }
    munmap(memory, TACH_LEDGER_BYTES);
    return result;
}

const void *tach_carried(size_t *bytes) {
    *bytes = current->carry_bytes;
    return current->carry;
}

const char *tach_leak(void) {
    return is_owner() ? current->leak.text : "";
}

void tach_release(void) {
    tach_area_t *area = current;
    if (!is_owner()) {
        return;
    }
    tach_twin_end(area);
    if (area->has_ledger) {
        tach_ledger_close(area->ledger);
    }
    const int fds[] = {area->uffd, area->pagemap_fd, area->statm_fd, area->maps_fd};
    for (size_t i = 0; i < sizeof fds / sizeof fds[0]; i++) {
        if (fds[i] > 0) {
            tach_sys1(SYS_close, fds[i]);
        }
    }
    tach_area_destroy(area);
    current = NULL;
}
