/* The parts of the kernel's interface that are younger than the headers of the distributions we build on.
 *
 * Sources: Documentation/admin-guide/mm/{pagemap,userfaultfd}.rst, include/uapi/linux/{fs,userfaultfd}.h.
 */
#ifndef TACH_KERNEL_H
#define TACH_KERNEL_H

#include <stdint.h>
#include <sys/ioctl.h>

/* PAGEMAP_SCAN, Linux 6.7: which pages of a range are of some category, and write-protecting them on the way. */
struct tach_page_region {
    uint64_t start;
    uint64_t end;
    uint64_t categories;
};

struct tach_scan_arg {
    uint64_t size;
    uint64_t flags;
    uint64_t start;
    uint64_t end;
    uint64_t walk_end;
    uint64_t vec;
    uint64_t vec_len;
    uint64_t max_pages;
    uint64_t category_inverted;
    uint64_t category_mask;
    uint64_t category_anyof_mask;
    uint64_t return_mask;
};

#define TACH_PAGEMAP_SCAN _IOWR('f', 16, struct tach_scan_arg)
#define TACH_SCAN_WP_MATCHING (1u << 0)
#define TACH_SCAN_CHECK_WPASYNC (1u << 1)
#define TACH_PAGE_IS_WPALLOWED (1u << 0)
#define TACH_PAGE_IS_WRITTEN (1u << 1)
#define TACH_PAGE_IS_FILE (1u << 2)
#define TACH_PAGE_IS_PRESENT (1u << 3)
#define TACH_PAGE_IS_PFNZERO (1u << 5)

/* PROCMAP_QUERY, Linux 6.11: one mapping of /proc/<pid>/maps without its text. */
struct tach_procmap_query {
    uint64_t size;
    uint64_t query_flags;
    uint64_t query_addr;
    uint64_t vma_start;
    uint64_t vma_end;
    uint64_t vma_flags;
    uint64_t vma_page_size;
    uint64_t vma_offset;
    uint64_t inode;
    uint32_t dev_major;
    uint32_t dev_minor;
    uint32_t vma_name_size;
    uint32_t build_id_size;
    uint64_t vma_name_addr;
    uint64_t build_id_addr;
};

#define TACH_PROCMAP_QUERY _IOWR('f', 17, struct tach_procmap_query)
#define TACH_PROCMAP_COVERING_OR_NEXT 0x10u

/* userfaultfd: registration in write-protect mode that the kernel resolves itself (WP_ASYNC, Linux 6.7). */
struct tach_uffd_api {
    uint64_t api;
    uint64_t features;
    uint64_t ioctls;
};

struct tach_uffd_range {
    uint64_t start;
    uint64_t len;
};

struct tach_uffd_register {
    struct tach_uffd_range range;
    uint64_t mode;
    uint64_t ioctls;
};

struct tach_uffd_writeprotect {
    struct tach_uffd_range range;
    uint64_t mode;
};

#define TACH_UFFD_API 0xAAull
#define TACH_UFFD_USER_MODE_ONLY 1
#define TACH_UFFD_FEATURE_WP_UNPOPULATED (1ull << 13)
#define TACH_UFFD_FEATURE_WP_ASYNC (1ull << 15)
#define TACH_UFFD_REGISTER_MODE_WP (1ull << 1)
#define TACH_UFFD_WRITEPROTECT_ON (1ull << 0)
#define TACH_UFFDIO_API _IOWR(0xAA, 0x3F, struct tach_uffd_api)
#define TACH_UFFDIO_REGISTER _IOWR(0xAA, 0x00, struct tach_uffd_register)
#define TACH_UFFDIO_WRITEPROTECT _IOWR(0xAA, 0x06, struct tach_uffd_writeprotect)

#define TACH_PAGE_BYTES 4096u

_Static_assert(sizeof(struct tach_scan_arg) == 96, "the layout of struct pm_scan_arg");
_Static_assert(sizeof(struct tach_procmap_query) == 104, "the layout of struct procmap_query");
_Static_assert(sizeof(struct tach_page_region) == 24, "the layout of struct page_region");

#endif
