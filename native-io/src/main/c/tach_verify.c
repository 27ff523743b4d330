#include "tach_verify.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/uio.h>

#include "tach_area.h"
#include "tach_kernel.h"
#include "tach_learnt.h"
#include "tach_sys.h"

#define CHUNK_PAGES 64u
#define RANGES 512u

/* Ranges of pages that are read with one call; none is longer than a chunk. */
typedef struct chunk {
    size_t count;
    size_t bytes;
    struct iovec parts[CHUNK_PAGES];
} chunk_t;

/* Runs in the process that watches, where libc and static memory may be used. */
typedef struct watched {
    pid_t process;
    pid_t twin;
    int pagemap_fd;
    uint64_t rseq;
    size_t aside_count;
    uint64_t aside[TACH_ASIDE];
    chunk_t chunk;
    tach_finding_t *finding;
} watched_t;

/* The checkpoint that was last looked at: its mappings. With tach_learnt.h it lasts from one look to the next. */
static struct {
    pid_t process;
    pid_t twin;
    tach_layout_t layout;
} known;

static tach_mapping_t mappings[2][TACH_MAPPINGS];
static char ours[CHUNK_PAGES * TACH_PAGE_BYTES];
static char theirs[CHUNK_PAGES * TACH_PAGE_BYTES];

static int read_parts(pid_t pid, const struct iovec *parts, size_t count, void *to, size_t bytes, tach_reason_t *reason) {
    struct iovec local = {.iov_base = to, .iov_len = bytes};
    long result = TACH_SYS(SYS_process_vm_readv, pid, &local, 1, parts, count, 0);
    return result == (long)bytes ? 0 : tach_fail(reason, "reading the rewound process", result < 0 ? result : 0);
}

static int read_memory(pid_t pid, uint64_t address, void *to, size_t bytes, tach_reason_t *reason) {
    struct iovec part = {.iov_base = (void *)(uintptr_t)address, .iov_len = bytes};
    return read_parts(pid, &part, 1, to, bytes, reason);
}

static bool is_of_rseq(const watched_t *watched, uint64_t address) {
    return address >= watched->rseq && address < watched->rseq + tach_rseq_bytes();
}

static bool is_aside(const watched_t *watched, uint64_t address) {
    for (size_t i = 0; i < watched->aside_count; i++) {
        if (watched->aside[i] == (address & ~(uint64_t)(TACH_PAGE_BYTES - 1))) {
            return true;
        }
    }
    return false;
}

static void count_wrong(const watched_t *watched, uint64_t start, const char *is, const char *should_be, size_t bytes) {
    tach_finding_t *finding = watched->finding;
    for (size_t i = 0; i < bytes; i++) {
        if (is[i] != should_be[i] && !is_of_rseq(watched, start + i) && !is_aside(watched, start + i)) {
            finding->first_wrong = finding->wrong_bytes == 0 ? start + i : finding->first_wrong;
            finding->wrong_bytes++;
        }
    }
}

static void count_all_wrong(const watched_t *watched, const chunk_t *chunk) {
    size_t offset = 0;
    for (size_t i = 0; i < chunk->count; i++) {
        const struct iovec *part = &chunk->parts[i];
        count_wrong(watched, (uint64_t)(uintptr_t)part->iov_base, ours + offset, theirs + offset, part->iov_len);
        offset += part->iov_len;
    }
}

static int compare_chunk(watched_t *watched, tach_reason_t *reason) {
    chunk_t *chunk = &watched->chunk;
    if (chunk->count == 0) {
        return 0;
    }
    if (read_parts(watched->process, chunk->parts, chunk->count, ours, chunk->bytes, reason) != 0 ||
        read_parts(watched->twin, chunk->parts, chunk->count, theirs, chunk->bytes, reason) != 0) {
        return -1;
    }
    if (memcmp(ours, theirs, chunk->bytes) != 0) {
        count_all_wrong(watched, chunk);
    }
    watched->finding->pages += chunk->bytes / TACH_PAGE_BYTES;
    chunk->count = chunk->bytes = 0;
    return 0;
}

/* Puts a range into the chunk, and compares that as often as it is full. */
static int compare_with_twin(watched_t *watched, uint64_t start, uint64_t end, tach_reason_t *reason) {
    chunk_t *chunk = &watched->chunk;
    while (start < end) {
        size_t room = sizeof ours - chunk->bytes;
        size_t bytes = end - start < room ? end - start : room;
        chunk->parts[chunk->count++] = (struct iovec){.iov_base = (void *)(uintptr_t)start, .iov_len = bytes};
        chunk->bytes += bytes;
        start += bytes;
        if (chunk->bytes == sizeof ours && compare_chunk(watched, reason) != 0) {
            return -1;
        }
    }
    return 0;
}

static int compare_with_copy(watched_t *watched, const tach_learnt_t *learnt, tach_reason_t *reason) {
    char page[TACH_PAGE_BYTES];
    if (read_memory(watched->process, learnt->page, page, sizeof page, reason) != 0) {
        return -1;
    }
    count_wrong(watched, learnt->page, page, learnt->bytes, sizeof page);
    watched->finding->pages++;
    return 0;
}

/* What was learnt is compared with that, and what lies between with the twin. */
static int compare_range(watched_t *watched, uint64_t start, uint64_t end, tach_reason_t *reason) {
    while (start < end) {
        const tach_learnt_t *learnt = tach_learnt_from(start);
        uint64_t until = learnt == NULL || learnt->page > end ? end : learnt->page;
        if (compare_with_twin(watched, start, until, reason) != 0 ||
            (until < end && compare_with_copy(watched, learnt, reason) != 0)) {
            return -1;
        }
        start = until < end ? until + TACH_PAGE_BYTES : end;
    }
    return 0;
}

static int learn_range(watched_t *watched, uint64_t start, uint64_t end, tach_reason_t *reason) {
    char page[TACH_PAGE_BYTES];
    for (; start < end; start += sizeof page) {
        if (read_memory(watched->process, start, page, sizeof page, reason) != 0 ||
            tach_learnt_put(start, page, reason) != 0) {
            return -1;
        }
    }
    return 0;
}

typedef int on_range_t(watched_t *watched, uint64_t start, uint64_t end, tach_reason_t *reason);

/* The written pages of one mapping; RANGES at a time. */
static int each_written(watched_t *watched, const tach_mapping_t *mapping, on_range_t *on_range, tach_reason_t *reason) {
    uint64_t start = mapping->start;
    uint64_t end = mapping->end;
    struct tach_page_region ranges[RANGES];
    while (start < end) {
        struct tach_scan_arg order = {
            .size = sizeof order,
            .start = start,
            .end = end,
            .vec = (uint64_t)(uintptr_t)ranges,
            .vec_len = RANGES,
            .category_mask = TACH_PAGE_IS_WRITTEN,
            .return_mask = TACH_PAGE_IS_WRITTEN,
        };
        long found = tach_ioctl(watched->pagemap_fd, TACH_PAGEMAP_SCAN, &order);
        if (found < 0) {
            return tach_fail(reason, "PAGEMAP_SCAN of the rewound process", found);
        }
        for (long i = 0; i < found; i++) {
            if (on_range(watched, ranges[i].start, ranges[i].end, reason) != 0) {
                return -1;
            }
        }
        start = found == RANGES ? ranges[RANGES - 1].end : end;
    }
    return 0;
}

static bool is_private_writable(const tach_mapping_t *mapping) {
    return (mapping->flags & TACH_MAP_WRITE) != 0 && (mapping->flags & TACH_MAP_SHARED) == 0;
}

static int open_of(pid_t pid, const char *name, tach_reason_t *reason) {
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/%s", (int)pid, name);
    long fd = tach_sys4(SYS_openat, AT_FDCWD, path, O_RDONLY | O_CLOEXEC, 0);
    return fd < 0 ? tach_fail(reason, path, fd) : (int)fd;
}

/* Into the list that is not in use. */
static int read_layout(pid_t pid, tach_layout_t *layout, tach_reason_t *reason) {
    int fd = open_of(pid, "maps", reason);
    if (fd < 0) {
        return -1;
    }
    tach_mapping_t *list = known.layout.mappings == mappings[0] ? mappings[1] : mappings[0];
    *layout = (tach_layout_t){.mappings = list, .capacity = TACH_MAPPINGS};
    int result = tach_layout_read(layout, fd, reason);
    tach_sys1(SYS_close, fd);
    return result;
}

static int learn_aside(watched_t *of, const tach_claim_t *claim, tach_reason_t *reason) {
    of->aside_count = claim->aside_count < TACH_ASIDE ? claim->aside_count : TACH_ASIDE;
    return of->aside_count == 0 ? 0
                                : read_memory(of->process, claim->aside, of->aside, of->aside_count * sizeof *of->aside, reason);
}

/* Another twin is another checkpoint. The twin's mappings are those of the checkpoint; the process's stack may have grown
 * since. */
static int know(const watched_t *watched, tach_reason_t *reason) {
    if (known.process == watched->process && known.twin == watched->twin) {
        return 0;
    }
    tach_learnt_forget();
    known.process = known.twin = 0;
    if (read_layout(watched->twin, &known.layout, reason) != 0) {
        return -1;
    }
    known.process = watched->process;
    known.twin = watched->twin;
    return 0;
}

/* What was written of what was mapped, and all of what is new: the twin does not have it. */
static int learn(watched_t *watched, tach_reason_t *reason) {
    tach_layout_t now;
    tach_lost_t added;
    if (read_layout(watched->process, &now, reason) != 0) {
        return -1;
    }
    if (tach_layout_new(&known.layout, &now, &added) != 0) {
        return tach_fail(reason, "too much that is new", 0);
    }
    for (size_t i = 0; i < known.layout.count; i++) {
        const tach_mapping_t *mapping = &known.layout.mappings[i];
        if (is_private_writable(mapping) && each_written(watched, mapping, learn_range, reason) != 0) {
            return -1;
        }
    }
    for (size_t i = 0; i < added.count; i++) {
        if (is_private_writable(&added.part[i]) &&
            learn_range(watched, added.part[i].start, added.part[i].end, reason) != 0) {
            return -1;
        }
    }
    tach_learnt_sort();
    known.layout = now;
    return 0;
}

static int compare(watched_t *watched, bool all, tach_reason_t *reason) {
    for (size_t i = 0; i < known.layout.count; i++) {
        const tach_mapping_t *mapping = &known.layout.mappings[i];
        if (!is_private_writable(mapping)) {
            continue;
        }
        int result = all ? compare_range(watched, mapping->start, mapping->end, reason)
                         : each_written(watched, mapping, compare_range, reason);
        if (result != 0) {
            return -1;
        }
    }
    return compare_chunk(watched, reason);
}

int tach_verify(pid_t process, const tach_claim_t *claim, bool all, tach_finding_t *finding, tach_reason_t *reason) {
    *finding = (tach_finding_t){0};
    static watched_t watched;
    watched = (watched_t){.process = process, .twin = (pid_t)claim->twin, .rseq = tach_rseq_address(), .finding = finding};
    if (know(&watched, reason) != 0 || learn_aside(&watched, claim, reason) != 0) {
        return -1;
    }
    watched.pagemap_fd = open_of(process, "pagemap", reason);
    if (watched.pagemap_fd < 0) {
        return -1;
    }
    int result = claim->is_moving != 0 ? learn(&watched, reason) : compare(&watched, all, reason);
    tach_sys1(SYS_close, watched.pagemap_fd);
    return result;
}

int tach_verify_regs(pid_t process, uint64_t address, tach_regs_t *regs, tach_reason_t *reason) {
    return read_memory(process, address, regs, sizeof *regs, reason);
}
