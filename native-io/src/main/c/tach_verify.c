#include "tach_verify.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/uio.h>

#include "tach_area.h"
#include "tach_kernel.h"
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
    int maps_fd;
    int pagemap_fd;
    uint64_t rseq;
    size_t aside_count;
    uint64_t aside[TACH_ASIDE];
    chunk_t chunk;
    tach_finding_t *finding;
} watched_t;

static tach_mapping_t mappings[TACH_MAPPINGS];
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

/* offset: where the bytes from `start` on are in the chunk. */
static void count_wrong(const watched_t *watched, uint64_t start, size_t bytes, size_t offset) {
    tach_finding_t *finding = watched->finding;
    for (size_t i = 0; i < bytes; i++) {
        if (ours[offset + i] != theirs[offset + i] && !is_of_rseq(watched, start + i) && !is_aside(watched, start + i)) {
            finding->first_wrong = finding->wrong_bytes == 0 ? start + i : finding->first_wrong;
            finding->wrong_bytes++;
        }
    }
}

static void count_all_wrong(const watched_t *watched, const chunk_t *chunk) {
    size_t offset = 0;
    for (size_t i = 0; i < chunk->count; i++) {
        const struct iovec *part = &chunk->parts[i];
        count_wrong(watched, (uint64_t)(uintptr_t)part->iov_base, part->iov_len, offset);
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
static int compare_range(watched_t *watched, uint64_t start, uint64_t end, tach_reason_t *reason) {
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

/* The written pages of one mapping; RANGES at a time. */
static int compare_written(watched_t *watched, uint64_t start, uint64_t end, tach_reason_t *reason) {
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
            if (compare_range(watched, ranges[i].start, ranges[i].end, reason) != 0) {
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

static int compare_all(watched_t *watched, bool all, tach_reason_t *reason) {
    tach_layout_t layout = {.mappings = mappings, .capacity = TACH_MAPPINGS};
    if (tach_layout_read(&layout, watched->maps_fd, reason) != 0) {
        return -1;
    }
    for (size_t i = 0; i < layout.count; i++) {
        const tach_mapping_t *mapping = &layout.mappings[i];
        if (!is_private_writable(mapping)) {
            continue;
        }
        int result = all ? compare_range(watched, mapping->start, mapping->end, reason)
                         : compare_written(watched, mapping->start, mapping->end, reason);
        if (result != 0) {
            return -1;
        }
    }
    return compare_chunk(watched, reason);
}

static int open_of(pid_t pid, const char *name, tach_reason_t *reason) {
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/%s", (int)pid, name);
    long fd = tach_sys4(SYS_openat, AT_FDCWD, path, O_RDONLY | O_CLOEXEC, 0);
    return fd < 0 ? tach_fail(reason, path, fd) : (int)fd;
}

static int learn_aside(watched_t *of, const tach_claim_t *claim, tach_reason_t *reason) {
    of->aside_count = claim->aside_count < TACH_ASIDE ? claim->aside_count : TACH_ASIDE;
    return of->aside_count == 0 ? 0
                                : read_memory(of->process, claim->aside, of->aside, of->aside_count * sizeof *of->aside, reason);
}

int tach_verify(pid_t process, const tach_claim_t *claim, bool all, tach_finding_t *finding, tach_reason_t *reason) {
    *finding = (tach_finding_t){0};
    static watched_t watched;
    watched = (watched_t){.process = process, .twin = (pid_t)claim->twin, .rseq = tach_rseq_address(), .finding = finding};
    if (learn_aside(&watched, claim, reason) != 0) {
        return -1;
    }
    /* The twin's mappings are those of the checkpoint; the process's stack may have grown since. */
    watched.maps_fd = open_of(watched.twin, "maps", reason);
    if (watched.maps_fd < 0) {
        return -1;
    }
    watched.pagemap_fd = open_of(process, "pagemap", reason);
    int result = watched.pagemap_fd < 0 ? -1 : compare_all(&watched, all, reason);
    if (watched.pagemap_fd >= 0) {
        tach_sys1(SYS_close, watched.pagemap_fd);
    }
    tach_sys1(SYS_close, watched.maps_fd);
    return result;
}

int tach_verify_regs(pid_t process, uint64_t address, tach_regs_t *regs, tach_reason_t *reason) {
    return read_memory(process, address, regs, sizeof *regs, reason);
}
