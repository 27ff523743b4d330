/* What a test may do to its memory. A function each, then the table. */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <fenv.h>
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "rewind_rig.h"
#include "tach_checkpoint.h"

#define PAGE ((size_t)TACH_PAGE_BYTES)
#ifndef MAP_DROPPABLE
#define MAP_DROPPABLE 0x08
#endif
#ifndef MADV_COLLAPSE
#define MADV_COLLAPSE 25
#endif
#ifndef MADV_POPULATE_WRITE
#define MADV_POPULATE_WRITE 23
#endif

/* A mutation that does not work would make its case pass for nothing. */
#define MUST(call)                                      \
    do {                                                \
        if ((long)(call) < 0) {                         \
            rig_fail("%s: %s", #call, strerror(errno)); \
        }                                               \
    } while (0)
#define EXPECT(condition)                   \
    do {                                    \
        if (!(condition)) {                 \
            rig_fail("not: %s", #condition); \
        }                                   \
    } while (0)

static void do_nothing(unsigned round) { (void)round; }

/* -- where a process keeps its memory -- */
static char data[16 * 4096] = {1, 2, 3};
static char bss[16 * 4096];
static _Thread_local char tls[8192] = {9};
static char *area;
static size_t area_pages;

static int guard_statics(void) {
    rewind_guard(data, sizeof data);
    rewind_guard(bss, sizeof bss);
    rewind_guard(tls, sizeof tls);
    return 0;
}
static void write_data(unsigned round) { memset(data + round % sizeof data / 2, (int)round, sizeof data / 2); }
static void write_bss(unsigned round) { memset(bss + round % sizeof bss / 2, (int)round, sizeof bss / 2); }
static void write_tls(unsigned round) { memset(tls, (int)round + 10, sizeof tls); }

static char *blocks[256];
static int guard_heap(void) {
    for (size_t i = 0; i < 256; i++) {
        blocks[i] = malloc(100 + i * 40);
        memset(blocks[i], (int)i, 100 + i * 40);
    }
    for (size_t i = 0; i < 60; i++) {
        rewind_guard(blocks[i * 4], 100 + i * 4 * 40);
    }
    return 0;
}
static void write_heap(unsigned round) {
    for (size_t i = round % 3; i < 256; i += 3) {
        memset(blocks[i], 0xee, 100 + i * 40);
    }
}
static void free_heap(unsigned round) {
    for (size_t i = 0; i < 256; i++) {
        if ((i + round) % 2 == 0) {
            free(blocks[i]);
        }
    }
    for (size_t i = 0; i < 300; i++) {
        char *piece = malloc((i * 977 + round) % 9000 + 1);
        memset(piece, 0xdd, (i * 977 + round) % 9000 + 1);
    }
}

static __attribute__((noinline)) void write_stack_of(size_t bytes, unsigned round) {
    char *below = __builtin_alloca(bytes);
    memset(below, (int)round, bytes);
    __asm__ volatile("" : : "r"(below) : "memory");
}
static void write_stack(unsigned round) { write_stack_of(4000 + round % 40 * 1000, round); }
static void grow_stack(unsigned round) { write_stack_of((1u << 20) + (round % 4 << 20), round); }

/* -- the break -- */
static int keep_break(void) {
    rewind_notes->address = sbrk(0);
    return 0;
}
static void check_break(void) {
    EXPECT(sbrk(0) == rewind_notes->address);
    char *fresh = sbrk(8192);
    for (size_t i = 0; i < 8192; i++) {
        EXPECT(fresh[i] == 0);
    }
    for (size_t i = 0; i < 40; i++) {
        char *piece = calloc(1, 60000);
        for (size_t at = 0; at < 60000; at++) {
            EXPECT(piece[at] == 0);
        }
    }
}
static void grow_break(unsigned round) {
    size_t bytes = 100000 + round % 10 * 5000;
    memset(sbrk((intptr_t)bytes), 0xff, bytes);
}
static void grow_by_malloc(unsigned round) {
    for (size_t i = 0; i < 64; i++) {
        memset(malloc(50000 + round % 100), 0xff, 50000 + round % 100);
    }
}
static int grow_break_before(void) {
    char *grown = sbrk(64 * 4096);
    memset(grown, 7, 64 * 4096);
    rewind_guard(grown, 64 * 4096);
    return keep_break();
}
static void shrink_break(unsigned round) {
    (void)round;
    MUST(sbrk(-32 * 4096));
}
static void shrink_and_grow_break(unsigned round) {
    MUST(sbrk(-40 * 4096));
    memset(sbrk(20 * 4096), (int)round, 20 * 4096);
}
static void shrink_break_and_map(unsigned round) {
    (void)round;
    char *end = sbrk(0);
    MUST(sbrk(-32 * 4096));
    MUST(mmap(end - 16 * 4096, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0));
}

/* -- mappings that are new -- */
static void map_private(unsigned round) {
    size_t bytes = (1 + round % 50) * PAGE;
    char *fresh = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    memset(fresh, 1, bytes);
    rewind_notes->address = fresh;
}
static void map_shared_one(unsigned round) {
    (void)round;
    char *fresh = mmap(NULL, 5 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    memset(fresh, 1, 5 * PAGE);
    rewind_notes->address = fresh;
}
static void map_file(unsigned round) {
    int fd = open("/proc/self/exe", O_RDONLY);
    char *fresh = mmap(NULL, 5 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
    memset(fresh, (int)round, 2 * PAGE);
    rewind_notes->address = fresh;
    close(fd);
}
static void check_unmapped(void) {
    EXPECT(msync(rewind_notes->address, PAGE, MS_ASYNC) < 0 && errno == ENOMEM);
}
static void map_many(unsigned round) {
    (void)round;
    for (int i = 0; i < 300; i++) {
        int protection = i % 2 == 0 ? PROT_READ : PROT_READ | PROT_WRITE;
        MUST(mmap(NULL, PAGE, protection, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
    }
}
static void map_too_many(unsigned round) {
    (void)round;
    for (unsigned i = 0; i < TACH_MAPPINGS + 8; i++) {
        int protection = i % 2 == 0 ? PROT_READ : PROT_READ | PROT_WRITE;
        MUST(mmap(NULL, PAGE, protection, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
    }
}
static void load_library(unsigned round) {
    (void)round;
    void *library = dlopen("libresolv.so.2", RTLD_NOW);
    EXPECT(library != NULL);
    rewind_notes->address = dlsym(library, "ns_get16");
    rewind_notes->address = (char *)rewind_notes->address - (uintptr_t)rewind_notes->address % PAGE;
}
static void *think(void *argument) { return argument; }
static void run_thread(unsigned round) {
    (void)round;
    pthread_t thread;
    EXPECT(pthread_create(&thread, NULL, think, NULL) == 0);
    pthread_join(thread, NULL);
}

/* -- mappings of the checkpoint -- */
static int map_pages(size_t pages, int protection) {
    area_pages = pages;
    MUST(mmap(NULL, PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)); /* what follows is no neighbour of its like */
    area = rewind_map(pages, protection);
    rewind_guard(&area, sizeof area);
    return 0;
}
static int map_small(void) { return map_pages(3, PROT_READ | PROT_WRITE); }
static int map_large(void) { return map_pages(64, PROT_READ | PROT_WRITE); }
static int map_huge(void) { return map_pages(4096, PROT_READ | PROT_WRITE); }
static int map_readable(void) { return map_pages(64, PROT_READ); }
static void write_area(unsigned round) { memset(area + round % area_pages * PAGE / 2, 0xee, area_pages * PAGE / 2); }
static void unmap_area(unsigned round) {
    (void)round;
    MUST(munmap(area, area_pages * PAGE));
}
static void unmap_middle(unsigned round) {
    (void)round;
    MUST(munmap(area + PAGE, PAGE));
}
static void unmap_and_map_elsewhere(unsigned round) {
    (void)round;
    char *other = mmap(NULL, area_pages * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    MUST(munmap(area, area_pages * PAGE));
    memset(other, 3, area_pages * PAGE);
}
static void unmap_and_map_again(unsigned round) {
    (void)round;
    MUST(munmap(area, area_pages * PAGE));
    MUST(mmap(area, area_pages * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0));
    memset(area, 3, area_pages * PAGE);
}
static void replace_parts(unsigned round) {
    for (size_t page = round % 5; page < area_pages; page += 7) {
        char *place = area + page * PAGE;
        MUST(munmap(place, PAGE));
        if (page % 3 != 0) { /* the rest stays a hole */
            MUST(mmap(place, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0));
        }
    }
    area[round % 5 * PAGE + PAGE] = 1; /* its neighbour is there */
}
static void replace_many_parts(unsigned round) {
    (void)round;
    for (size_t page = 0; page < area_pages; page += 20) {
        MUST(mmap(area + page * PAGE, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0));
    }
}
static void unmap_and_map_shared(unsigned round) {
    (void)round;
    MUST(mmap(area, area_pages * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS | MAP_FIXED, -1, 0));
}
static void unmap_and_map_file(unsigned round) {
    (void)round;
    int fd = open("/proc/self/exe", O_RDONLY);
    MUST(mmap(area, area_pages * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_FIXED, fd, 0));
    close(fd);
}
static void make_writable(unsigned round) {
    MUST(mprotect(area, area_pages * PAGE, PROT_READ | PROT_WRITE));
    memset(area, (int)round, PAGE);
}
static void make_readable(unsigned round) {
    write_area(round);
    MUST(mprotect(area, area_pages * PAGE, PROT_READ));
}
static void make_page_readable(unsigned round) {
    (void)round;
    MUST(mprotect(area + PAGE, PAGE, PROT_READ));
}
static void swap_protections(unsigned round) {
    (void)round;
    /* The sums stay what they were: so many pages more that are writable, as many less. */
    EXPECT(area_pages == 64);
    MUST(mprotect(area, 64 * PAGE, PROT_READ));
    char *other = mmap(NULL, 64 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    memset(other, 1, 64 * PAGE);
}
static void change_protection_for_a_while(unsigned round) {
    write_area(round);
    MUST(mprotect(area, area_pages * PAGE, PROT_READ));
    MUST(mprotect(area, area_pages * PAGE, PROT_NONE));
    MUST(mprotect(area, area_pages * PAGE, PROT_READ | PROT_WRITE));
    area[(round % area_pages) * PAGE] ^= 1;
}
static void remap_larger(unsigned round) {
    (void)round;
    MUST((long)mremap(area, area_pages * PAGE, 4 * area_pages * PAGE, MREMAP_MAYMOVE));
}
static void remap_smaller(unsigned round) {
    (void)round;
    MUST((long)mremap(area, area_pages * PAGE, area_pages * PAGE / 2, 0));
}
static int map_with_room_behind(void) {
    char *place = mmap(NULL, 128 * PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    area_pages = 64;
    area = mmap(place, 64 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
    memset(area, 6, 64 * PAGE);
    rewind_guard(area, 64 * PAGE);
    return munmap(place + 64 * PAGE, 64 * PAGE);
}
static void remap_in_place(unsigned round) {
    EXPECT(mremap(area, 64 * PAGE, 96 * PAGE, 0) == area);
    memset(area + 32 * PAGE, (int)round, 64 * PAGE);
    rewind_notes->address = area + 64 * PAGE;
}

/* -- advice -- */
static void drop_all(unsigned round) {
    MUST(madvise(area, area_pages * PAGE, MADV_DONTNEED));
    area[round % area_pages * PAGE] = 1;
}
static void drop_some(unsigned round) { MUST(madvise(area + round % 50 * PAGE, 8 * PAGE, MADV_DONTNEED)); }
static void free_and_page_out(unsigned round) {
    MUST(madvise(area, area_pages * PAGE, MADV_FREE));
    MUST(madvise(area, area_pages * PAGE, MADV_PAGEOUT));
    area[round % area_pages * PAGE] = 1;
}
static void page_out(unsigned round) {
    (void)round;
    MUST(madvise(area, area_pages * PAGE, MADV_PAGEOUT));
}
static void populate(unsigned round) {
    (void)round;
    MUST(madvise(area, area_pages * PAGE, MADV_POPULATE_WRITE));
}
static void advise_part(unsigned round) {
    MUST(madvise(area + 8 * PAGE, 8 * PAGE, MADV_DONTDUMP));
    write_area(round);
}
static char *aligned_huge(size_t bytes) {
    char *place = mmap(NULL, bytes + (2u << 20), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return (char *)(((uintptr_t)place + (2u << 20) - 1) & ~(uintptr_t)((2u << 20) - 1));
}
static int map_transparent(void) {
    area = aligned_huge(8u << 20);
    area_pages = 2048;
    if (madvise(area, 8u << 20, MADV_HUGEPAGE) != 0) {
        return RIG_SKIP;
    }
    memset(area, 6, 6u << 20); /* the last two megabytes are not there yet */
    rewind_guard(area, 6u << 20);
    return 0;
}
static void write_transparent(unsigned round) {
    area[round * 4099 % (8u << 20)] = 1;
    memset(area + (6u << 20), 1, PAGE);
}
static void collapse(unsigned round) {
    area[round * 4099 % (2u << 20)] = 1;
    if (madvise(area, 2u << 20, MADV_COLLAPSE) != 0) {
        area[1] = 2; /* what is protected cannot be */
    }
}
static void advise_huge(unsigned round) {
    MUST(madvise(area, area_pages * PAGE, MADV_HUGEPAGE));
    write_area(round);
}
static int map_sparse(void) {
    area = mmap(NULL, 256u << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    area[100 * PAGE] = 1;
    rewind_guard(area, 1u << 20);
    rewind_guard(area + (200u << 20), 1u << 20);
    return 0;
}
static void write_sparse(unsigned round) {
    area[round % 256 * PAGE] = 1;
    area[(200u << 20) + round % 256 * PAGE] = 1;
}

/* -- what forks do not inherit -- */
static int wipe_on_fork(size_t pages) {
    map_pages(pages, PROT_READ | PROT_WRITE);
    return madvise(area, pages * PAGE, MADV_WIPEONFORK);
}
static int wipe_small(void) { return wipe_on_fork(1); }
static int wipe_large(void) { return wipe_on_fork(64); }
static int wipe_too_large(void) { return wipe_on_fork(TACH_ASIDE + 1); }
static int wipe_untouched(void) {
    area_pages = 64;
    area = mmap(NULL, 64 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    rewind_guard(area, 64 * PAGE);
    return madvise(area, 64 * PAGE, MADV_WIPEONFORK);
}
static int dont_fork(void) {
    map_pages(64, PROT_READ | PROT_WRITE);
    return madvise(area, 64 * PAGE, MADV_DONTFORK);
}
static int dont_fork_untouched(void) {
    area_pages = 64;
    area = mmap(NULL, 64 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return madvise(area, 64 * PAGE, MADV_DONTFORK);
}
static int map_droppable(void) {
    area_pages = 4;
    area = mmap(NULL, 4 * PAGE, PROT_READ | PROT_WRITE, MAP_DROPPABLE | MAP_ANONYMOUS, -1, 0);
    if (area == MAP_FAILED) {
        return RIG_SKIP;
    }
    area[0] = 1;
    return 0;
}

/* -- files -- */
static int map_file_privately(void) {
    int fd = memfd_create("file", 0);
    area_pages = 64;
    MUST(ftruncate(fd, (off_t)(64 * PAGE)));
    area = mmap(NULL, 64 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
    close(fd);
    memset(area, 4, 32 * PAGE);
    rewind_guard(area, 64 * PAGE);
    return 0;
}

/* -- numbers -- */
static uint32_t mxcsr(void) {
    uint32_t value = 0;
#if defined(__x86_64__)
    __asm__ volatile("stmxcsr %0" : "=m"(value));
#endif
    return value;
}
static uint16_t x87_control(void) {
    uint16_t value = 0;
#if defined(__x86_64__)
    __asm__ volatile("fnstcw %0" : "=m"(value));
#endif
    return value;
}
static int keep_modes(void) {
    feclearexcept(FE_ALL_EXCEPT);
    fesetround(FE_UPWARD); /* unlike a fresh process */
    rewind_notes->number = (long)mxcsr() << 16 | x87_control();
    return 0;
}
static void change_modes(unsigned round) {
    static const int modes[] = {FE_TONEAREST, FE_DOWNWARD, FE_TOWARDZERO};
    fesetround(modes[round % 3]);
    feenableexcept(FE_DIVBYZERO);
    feraiseexcept(FE_INEXACT | FE_OVERFLOW);
}
static void check_modes(void) {
    EXPECT(fegetround() == FE_UPWARD);
    EXPECT(fegetexcept() == 0);
    EXPECT(fetestexcept(FE_ALL_EXCEPT) == 0);
    EXPECT(((long)mxcsr() << 16 | x87_control()) == rewind_notes->number);
}
static unsigned processor(void) {
    unsigned number = 0;
    syscall(SYS_getcpu, &number, NULL, NULL);
    return number;
}
static void change_processor(unsigned round) {
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(round % 2, &set);
    sched_setaffinity(0, sizeof set, &set);
}
static void check_processor(void) {
    for (int i = 0; i < 5; i++) {
        unsigned before = processor();
        int said = sched_getcpu();
        EXPECT(before != processor() || said == (int)before);
    }
}

/* -- many pages -- */
static int map_more_than_the_cache(void) {
    area_pages = TACH_GOLDEN_PAGES + 2000;
    map_pages(area_pages, PROT_READ | PROT_WRITE);
    return 0;
}
static void write_every_page(unsigned round) {
    for (size_t i = round % 2; i < area_pages; i += 1 + round % 2) {
        area[i * PAGE] ^= 1;
    }
}
static int map_for_many_ranges(void) {
    area_pages = 2 * TACH_RANGES + 100;
    area = mmap(NULL, area_pages * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return 0;
}
static void write_every_other_page(unsigned round) {
    (void)round;
    for (size_t i = 0; i < area_pages; i += 2) {
        area[i * PAGE] = 1;
    }
}
static void write_now_and_then(unsigned round) {
    for (size_t i = 0; i < area_pages; i++) {
        if (round % (i + 1) == 0 || (round > 300 && i % 3 == 0) || (round > 100 && round < 200)) {
            area[i * PAGE + round % PAGE] ^= 1;
        }
    }
}
static void write_what_is_there(unsigned round) {
    for (size_t i = 0; i < area_pages; i++) {
        ((volatile char *)area)[i * PAGE] = area[i * PAGE]; /* dirty, and not different */
    }
    area[round % area_pages * PAGE] ^= 1;
}
static void write_by_kernel(unsigned round) {
    int ends[2];
    MUST(pipe(ends));
    MUST(write(ends[1], "kernel", 6));
    MUST(read(ends[0], area + round % area_pages * PAGE, 6));
    struct iovec from = {"vector", 6};
    struct iovec to = {area + (round + 1) % area_pages * PAGE, 6};
    MUST(process_vm_writev(getpid(), &from, 1, &to, 1, 0));
    close(ends[0]);
    close(ends[1]);
}

/* -- other processes -- */
static void reap(pid_t pid, int expected) {
    int status = 0;
    MUST(waitpid(pid, &status, 0));
    if (status != expected << 8) {
        rig_fail("the child: wait status %#x", status);
    }
}
/* The child is not the one that has the checkpoint, whatever it tries. */
static void reach_agent_from_child(unsigned round) {
    write_area(round);
    pid_t pid = fork();
    if (pid == 0) {
        tach_reason_t reason = {{0}};
        tach_rewind("child", 5, &reason);
        bool refused = strcmp(reason.text, "not the process of the checkpoint") == 0;
        refused = refused && tach_checkpoint(NULL, 0, -1, &reason) == -1;
        tach_release();
        refused = refused && tach_current() == NULL && tach_leak()[0] == '\0';
        _exit(refused ? 55 : 1);
    }
    reap(pid, 55);
}
static void write_in_child(unsigned round) {
    pid_t pid = fork();
    if (pid == 0) {
        write_area(round);
        _exit(0);
    }
    area[round % area_pages * PAGE] ^= 1;
    reap(pid, 0);
}
static void run_program(unsigned round) {
    write_area(round);
    pid_t pid = vfork();
    if (pid == 0) {
        execl("/bin/true", "true", (char *)NULL);
        _exit(1);
    }
    reap(pid, 0);
}
static void kill_twin(unsigned round) {
    write_area(round);
    MUST(kill(tach_current()->twin, SIGKILL));
    siginfo_t end; /* the signal takes its time: until then it is still to be read from */
    MUST(waitid(P_PID, (id_t)tach_current()->twin, &end, WEXITED | WNOWAIT | __WALL));
}
static void kill_and_reap_twin(unsigned round) {
    kill_twin(round);
    MUST(waitpid(tach_current()->twin, NULL, __WALL));
}
static void kill_group(unsigned round) {
    signal(SIGTERM, SIG_IGN);
    MUST(kill(0, SIGTERM));
    signal(SIGTERM, SIG_DFL);
    write_area(round);
}

/* -- refusals and faults: what was allocated meanwhile stays usable -- */
static void allocate_everywhere(unsigned round) {
    grow_by_malloc(round);
    map_private(round);
    memset(malloc(3u << 20), 1, 3u << 20);
}

const rewind_case_t rewind_cases[] = {
    {.name = "nothing", .prepare = guard_statics, .mutate = do_nothing},
    {.name = "data", .prepare = guard_statics, .mutate = write_data},
    {.name = "bss", .prepare = guard_statics, .mutate = write_bss},
    {.name = "thread-local", .prepare = guard_statics, .mutate = write_tls},
    {.name = "heap", .prepare = guard_heap, .mutate = write_heap},
    {.name = "heap freed and allocated", .prepare = guard_heap, .mutate = free_heap},
    {.name = "stack", .prepare = guard_statics, .mutate = write_stack},
    {.name = "stack that grows", .prepare = guard_statics, .mutate = grow_stack},
    {.name = "break grows", .prepare = keep_break, .mutate = grow_break, .check = check_break},
    {.name = "break grows by malloc", .prepare = keep_break, .mutate = grow_by_malloc, .check = check_break},
    {.name = "break shrinks", .prepare = grow_break_before, .mutate = shrink_break, .check = check_break},
    {.name = "break shrinks and grows", .prepare = grow_break_before, .mutate = shrink_and_grow_break,
     .check = check_break},
    {.name = "break shrinks, something in its place", .prepare = grow_break_before, .mutate = shrink_break_and_map,
     .refusal = "mapping changed"},
    {.name = "new private mapping", .mutate = map_private, .check = check_unmapped},
    {.name = "new shared mapping", .mutate = map_shared_one, .check = check_unmapped},
    {.name = "new file mapping", .mutate = map_file, .check = check_unmapped},
    {.name = "new mappings, many", .prepare = guard_statics, .mutate = map_many},
    {.name = "new mappings, too many", .prepare = guard_statics, .mutate = map_too_many,
     .refusal = "too many mappings"},
    {.name = "new library", .prepare = guard_statics, .mutate = load_library, .check = check_unmapped},
    {.name = "new thread, joined", .prepare = guard_statics, .mutate = run_thread},
    {.name = "mapping small", .prepare = map_small, .mutate = write_area},
    {.name = "mapping large", .prepare = map_large, .mutate = write_area},
    {.name = "mapping removed, small", .prepare = map_small, .mutate = unmap_area},
    {.name = "mapping removed, large", .prepare = map_large, .mutate = unmap_area},
    {.name = "mapping removed, a page of it", .prepare = map_large, .mutate = unmap_middle},
    {.name = "mapping removed, another added", .prepare = map_large, .mutate = unmap_and_map_elsewhere},
    {.name = "mapping removed, another added, small", .prepare = map_small, .mutate = unmap_and_map_elsewhere},
    {.name = "mapping replaced, small", .prepare = map_small, .mutate = unmap_and_map_again},
    {.name = "mapping replaced, large", .prepare = map_large, .mutate = unmap_and_map_again},
    {.name = "mapping replaced, parts", .prepare = map_large, .mutate = replace_parts},
    {.name = "mapping replaced, too many parts", .prepare = map_huge, .mutate = replace_many_parts,
     .refusal = "mapping replaced"},
    {.name = "mapping replaced by a shared one", .prepare = map_large, .mutate = unmap_and_map_shared},
    {.name = "mapping replaced by a shared one, small", .prepare = map_small, .mutate = unmap_and_map_shared},
    {.name = "mapping replaced by a file, large", .prepare = map_large, .mutate = unmap_and_map_file},
    {.name = "mapping of a file, replaced", .prepare = map_file_privately, .mutate = unmap_and_map_again,
     .refusal = "mapping replaced"},
    {.name = "protection: made writable", .prepare = map_readable, .mutate = make_writable,
     .refusal = "mapping changed"},
    {.name = "protection: made readable", .prepare = map_large, .mutate = make_readable},
    {.name = "protection: made readable, small", .prepare = map_small, .mutate = make_readable},
    {.name = "protection: a page made readable", .prepare = map_large, .mutate = make_page_readable},
    {.name = "protection: sums as they were", .prepare = map_large, .mutate = swap_protections},
    {.name = "protection: changed for a while", .prepare = map_large, .mutate = change_protection_for_a_while},
    {.name = "mremap, larger", .prepare = map_large, .mutate = remap_larger},
    {.name = "mremap, larger in place", .prepare = map_with_room_behind, .mutate = remap_in_place,
     .check = check_unmapped},
    {.name = "mremap, smaller", .prepare = map_large, .mutate = remap_smaller},
    {.name = "DONTNEED, small", .prepare = map_small, .mutate = drop_all},
    {.name = "DONTNEED, some", .prepare = map_large, .mutate = drop_some},
    {.name = "DONTNEED, page tables too", .prepare = map_huge, .mutate = drop_all, .weight = 20},
    {.name = "FREE and PAGEOUT", .prepare = map_large, .mutate = free_and_page_out},
    {.name = "PAGEOUT", .prepare = map_large, .mutate = page_out},
    {.name = "POPULATE_WRITE", .prepare = map_large, .mutate = populate},
    {.name = "advice for a part", .prepare = map_large, .mutate = advise_part},
    {.name = "huge pages", .prepare = map_transparent, .mutate = write_transparent, .weight = 20},
    {.name = "huge pages, DONTNEED", .prepare = map_transparent, .mutate = drop_all, .weight = 20},
    {.name = "huge pages, COLLAPSE", .prepare = map_transparent, .mutate = collapse},
    {.name = "huge pages, advised by a test", .prepare = map_huge, .mutate = advise_huge, .weight = 20},
    {.name = "sparse", .prepare = map_sparse, .mutate = write_sparse},
    {.name = "WIPEONFORK, small", .prepare = wipe_small, .mutate = write_area},
    {.name = "WIPEONFORK, large", .prepare = wipe_large, .mutate = write_area},
    {.name = "WIPEONFORK, too large", .prepare = wipe_too_large, .mutate = write_area,
     .refusal = "too much memory that forks do not inherit"},
    {.name = "WIPEONFORK, untouched", .prepare = wipe_untouched, .mutate = write_area},
    {.name = "DONTFORK", .prepare = dont_fork, .mutate = write_area},
    {.name = "DONTFORK, untouched", .prepare = dont_fork_untouched, .mutate = write_area,
     .refusal = "read of the twin"},
    {.name = "droppable", .prepare = map_droppable, .mutate = write_area},
    {.name = "file, private", .prepare = map_file_privately, .mutate = write_area},
    {.name = "floating-point modes", .prepare = keep_modes, .mutate = change_modes, .check = check_modes},
    {.name = "processor", .prepare = guard_statics, .mutate = change_processor, .check = check_processor},
    {.name = "pages, more than the cache", .prepare = map_more_than_the_cache, .mutate = write_every_page,
     .weight = 20},
    {.name = "pages, too many ranges", .prepare = map_for_many_ranges, .mutate = write_every_other_page,
     .refusal = "too many dirty ranges"},
    {.name = "pages, now and then", .prepare = map_large, .mutate = write_now_and_then},
    {.name = "pages, dirty and the same", .prepare = map_large, .mutate = write_what_is_there},
    {.name = "pages, by the kernel", .prepare = map_large, .mutate = write_by_kernel},
    {.name = "child reaches the agent", .prepare = map_large, .mutate = reach_agent_from_child},
    {.name = "child writes", .prepare = map_large, .mutate = write_in_child},
    {.name = "child runs a program", .prepare = map_large, .mutate = run_program},
    {.name = "twin killed", .prepare = map_large, .mutate = kill_twin, .refusal = "the twin is dead"},
    {.name = "twin killed and reaped", .prepare = map_large, .mutate = kill_and_reap_twin,
     .refusal = "the twin is dead"},
    {.name = "group killed, twin lives", .prepare = map_large, .mutate = kill_group},
    {.name = "mappings as text", .prepare = map_large, .mutate = map_private,
     .check = check_unmapped, .fault = "query"},
    {.name = "fault: open", .prepare = guard_statics, .mutate = do_nothing, .refusal = "fault: open", .fault = "open"},
    {.name = "fault: register", .prepare = guard_statics, .mutate = do_nothing,
     .refusal = "fault: register", .fault = "register"},
    {.name = "fault: protect", .prepare = guard_statics, .mutate = do_nothing,
     .refusal = "fault: protect", .fault = "protect"},
    {.name = "fault: clone", .prepare = guard_statics, .mutate = do_nothing,
     .refusal = "fault: clone", .fault = "clone"},
    {.name = "fault: ledger", .prepare = guard_statics, .mutate = allocate_everywhere,
     .refusal = "fault: ledger", .fault = "ledger"},
    {.name = "fault: layout", .prepare = guard_statics, .mutate = allocate_everywhere,
     .refusal = "fault: layout", .fault = "layout"},
    {.name = "fault: scan", .prepare = guard_statics, .mutate = allocate_everywhere,
     .refusal = "fault: scan", .fault = "scan"},
    {.name = "fault: read", .prepare = guard_statics, .mutate = allocate_everywhere,
     .refusal = "fault: read", .fault = "read"},
};
const size_t rewind_case_count = sizeof rewind_cases / sizeof rewind_cases[0];
