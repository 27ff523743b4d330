#include "tach_probe.h"

#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <sys/wait.h>

#include "tach_kernel.h"
#include "tach_layout.h"
#include "tach_sys.h"

static long open_uffd(void) {
    return tach_sys1(SYS_userfaultfd, O_CLOEXEC | O_NONBLOCK | TACH_UFFD_USER_MODE_ONLY);
}

static int probe_userfaultfd(tach_reason_t *reason) {
    long fd = open_uffd();
    if (fd < 0) {
        return tach_fail(reason, "userfaultfd is refused (Linux 5.11, or a container's seccomp profile)", fd);
    }
    tach_sys1(SYS_close, fd);
    return 0;
}

static int probe_wp_async(tach_reason_t *reason) {
    long fd = open_uffd();
    if (fd < 0) {
        return tach_fail(reason, "userfaultfd", fd);
    }
    struct tach_uffd_api api = {
        .api = TACH_UFFD_API,
        .features = TACH_UFFD_FEATURE_WP_ASYNC | TACH_UFFD_FEATURE_WP_UNPOPULATED,
    };
    long result = tach_ioctl((int)fd, TACH_UFFDIO_API, &api);
    tach_sys1(SYS_close, fd);
    return result == 0 ? 0 : tach_fail(reason, "no asynchronous write protection (Linux 6.7)", result);
}

static int probe_pagemap_scan(tach_reason_t *reason) {
    long fd = tach_sys4(SYS_openat, AT_FDCWD, "/proc/self/pagemap", O_RDONLY | O_CLOEXEC, 0);
    if (fd < 0) {
        return tach_fail(reason, "/proc/self/pagemap", fd);
    }
    uint64_t here = (uint64_t)(uintptr_t)&fd & ~(uint64_t)(TACH_PAGE_BYTES - 1);
    struct tach_page_region found;
    struct tach_scan_arg order = {
        .size = sizeof order,
        .start = here,
        .end = here + TACH_PAGE_BYTES,
        .vec = (uint64_t)(uintptr_t)&found,
        .vec_len = 1,
        .category_mask = TACH_PAGE_IS_WRITTEN,
        .return_mask = TACH_PAGE_IS_WRITTEN,
    };
    long result = tach_ioctl((int)fd, TACH_PAGEMAP_SCAN, &order);
    tach_sys1(SYS_close, fd);
    return result >= 0 ? 0 : tach_fail(reason, "no PAGEMAP_SCAN (Linux 6.7)", result);
}

static int probe_procmap_query(tach_reason_t *reason) {
    long fd = tach_sys4(SYS_openat, AT_FDCWD, "/proc/self/maps", O_RDONLY | O_CLOEXEC, 0);
    if (fd < 0) {
        return tach_fail(reason, "/proc/self/maps", fd);
    }
    int works = tach_layout_is_queryable((int)fd);
    tach_sys1(SYS_close, fd);
    return works ? 0 : tach_fail(reason, "no PROCMAP_QUERY (Linux 6.11): mappings are read as text", 0);
}

static int probe_pidfd(tach_reason_t *reason) {
    long fd = tach_sys2(SYS_pidfd_open, tach_sys1(SYS_getpid, 0), 0);
    if (fd < 0) {
        return tach_fail(reason, "no pidfd (Linux 5.3)", fd);
    }
    tach_sys1(SYS_close, fd);
    return 0;
}

static int read_byte_of(long pid, const char *address, tach_reason_t *reason) {
    char byte = 0;
    struct iovec local = {.iov_base = &byte, .iov_len = 1};
    struct iovec remote = {.iov_base = (void *)(uintptr_t)address, .iov_len = 1};
    long result = TACH_SYS(SYS_process_vm_readv, pid, &local, 1, &remote, 1, 0);
    return result == 1 ? 0 : tach_fail(reason, "reading a child's memory is refused", result);
}

/* The child waits for a signal that never comes; we read a byte of it and end it. */
static int probe_process_vm_readv(tach_reason_t *reason) {
    static const char byte = 'T';
    long pid = TACH_SYS(SYS_clone, 0, 0, 0, 0, 0, 0);
    if (pid == 0) {
        for (;;) {
            TACH_SYS(SYS_ppoll, 0, 0, 0, 0, 0, 0);
        }
    }
    if (pid < 0) {
        return tach_fail(reason, "clone", pid);
    }
    int result = read_byte_of(pid, &byte, reason);
    tach_sys2(SYS_kill, pid, SIGKILL);
    TACH_SYS(SYS_wait4, pid, 0, __WALL, 0, 0, 0);
    return result;
}

const tach_probe_t tach_probes[] = {
    {"userfaultfd", probe_userfaultfd},       {"wp_async", probe_wp_async},
    {"pagemap_scan", probe_pagemap_scan},     {"procmap_query", probe_procmap_query},
    {"process_vm_readv", probe_process_vm_readv}, {"pidfd", probe_pidfd},
};
const size_t tach_probe_count = sizeof tach_probes / sizeof tach_probes[0];
