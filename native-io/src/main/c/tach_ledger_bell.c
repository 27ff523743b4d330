/* The bell: rings when this process calls unshare or setns.
 *
 * Asking for a namespace means reading a link, 1 us each, after every test, for something that hardly any test ever
 * does. The kernel tells instead: a perf event that counts nothing (the dummy) but notes each change of namespaces in
 * its ring. Whether the ring has grown is one look at memory. The ring is mapped over the last pages of the ledger, so
 * that it lies where the caller's own memory is and nobody takes it for a mapping that a test made. Where there is no
 * perf, the links are read.
 */
#define _GNU_SOURCE
#include <linux/perf_event.h>
#include <sys/mman.h>

#include "tach_ledger_state.h"

#define PAGE_BYTES 4096u
#define BELL_BYTES (2 * PAGE_BYTES)

_Static_assert(sizeof(struct tach_ledger) + BELL_BYTES <= TACH_LEDGER_BYTES, "room for the bell");

static char *bell_place(tach_ledger_t *ledger) {
    return (char *)ledger + TACH_LEDGER_BYTES - BELL_BYTES;
}

static long map_over(tach_ledger_t *ledger, int flags, int fd) {
    flags |= MAP_SHARED | MAP_FIXED;
    return TACH_SYS(SYS_mmap, bell_place(ledger), BELL_BYTES, PROT_READ | PROT_WRITE, flags, fd, 0);
}

static int open_event(void) {
    struct perf_event_attr attributes = {
        .type = PERF_TYPE_SOFTWARE,
        .size = sizeof attributes,
        .config = PERF_COUNT_SW_DUMMY,
        .namespaces = 1,
        .exclude_kernel = 1,
        .exclude_hv = 1,
        .watermark = 1,
    };
    long fd = TACH_SYS(SYS_perf_event_open, &attributes, 0, -1, -1, PERF_FLAG_FD_CLOEXEC, 0);
    return tach_keep_high(fd);
}

void tach_bell_open(tach_ledger_t *ledger) {
    ledger->bell = NULL;
    if ((uintptr_t)ledger % PAGE_BYTES != 0) {
        return;
    }
    ledger->kept[TACH_KEPT_BELL] = open_event();
    if (ledger->kept[TACH_KEPT_BELL] >= 0 && map_over(ledger, 0, ledger->kept[TACH_KEPT_BELL]) > 0) {
        ledger->bell = (struct perf_event_mmap_page *)(void *)bell_place(ledger);
    }
}

bool tach_bell_rang(const tach_ledger_t *ledger) {
    const struct perf_event_mmap_page *bell = ledger->bell;
    return bell == NULL || __atomic_load_n(&bell->data_head, __ATOMIC_ACQUIRE) != bell->data_tail;
}

/* All of the ring is read: the next change is news again. */
void tach_bell_silence(tach_ledger_t *ledger) {
    struct perf_event_mmap_page *bell = ledger->bell;
    if (bell != NULL) {
        __atomic_store_n(&bell->data_tail, __atomic_load_n(&bell->data_head, __ATOMIC_ACQUIRE), __ATOMIC_RELEASE);
    }
}

/* Ordinary memory again, as the caller gave it. */
void tach_bell_close(tach_ledger_t *ledger) {
    if (ledger->bell != NULL) {
        map_over(ledger, MAP_ANONYMOUS, -1);
        ledger->bell = NULL;
    }
}
