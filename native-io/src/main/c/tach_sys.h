/* Raw system calls: no errno, no cancellation, no memory of libc's is touched. Values are the kernel's: -errno on failure.
 *
 * The code that puts memory back runs on these alone, since libc's own data is among what is being put back.
 */
#ifndef TACH_SYS_H
#define TACH_SYS_H

#include <stddef.h>
#include <stdint.h>
#include <sys/syscall.h>

#if defined(__x86_64__)

static inline long tach_sys6(long number, long a, long b, long c, long d, long e, long f) {
    register long r10 __asm__("r10") = d;
    register long r8 __asm__("r8") = e;
    register long r9 __asm__("r9") = f;
    long result;
    __asm__ volatile("syscall"
                     : "=a"(result)
                     : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
                     : "rcx", "r11", "memory");
    return result;
}

/* Copies whole pages; the string instruction needs neither libc nor a vector register. */
static inline void tach_copy(void *to, const void *from, size_t bytes) {
    __asm__ volatile("rep movsb" : "+D"(to), "+S"(from), "+c"(bytes) : : "memory");
}

#elif defined(__aarch64__)

static inline long tach_sys6(long number, long a, long b, long c, long d, long e, long f) {
    register long x8 __asm__("x8") = number;
    register long x0 __asm__("x0") = a;
    register long x1 __asm__("x1") = b;
    register long x2 __asm__("x2") = c;
    register long x3 __asm__("x3") = d;
    register long x4 __asm__("x4") = e;
    register long x5 __asm__("x5") = f;
    __asm__ volatile("svc 0"
                     : "+r"(x0)
                     : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4), "r"(x5)
                     : "memory");
    return x0;
}

static inline void tach_copy(void *to, const void *from, size_t bytes) {
    uint64_t *target = to;
    const uint64_t *source = from;
    for (size_t i = 0; i < bytes / 8; i++) {
        __asm__ volatile("" : : : "memory"); /* or the compiler would call memcpy */
        target[i] = source[i];
    }
    for (size_t i = bytes & ~(size_t)7; i < bytes; i++) {
        __asm__ volatile("" : : : "memory");
        ((char *)to)[i] = ((const char *)from)[i];
    }
}

#else
#error "the agent knows x86-64 and aarch64"
#endif

#define TACH_SYS(number, a, b, c, d, e, f) \
    tach_sys6((long)(number), (long)(a), (long)(b), (long)(c), (long)(d), (long)(e), (long)(f))
#define tach_sys1(number, a) TACH_SYS(number, a, 0, 0, 0, 0, 0)
#define tach_sys2(number, a, b) TACH_SYS(number, a, b, 0, 0, 0, 0)
#define tach_sys3(number, a, b, c) TACH_SYS(number, a, b, c, 0, 0, 0)
#define tach_sys4(number, a, b, c, d) TACH_SYS(number, a, b, c, d, 0, 0)

static inline long tach_ioctl(int fd, unsigned long request, void *argument) {
    return tach_sys3(SYS_ioctl, fd, request, argument);
}

/* Nanoseconds of CLOCK_MONOTONIC. */
static inline uint64_t tach_now_ns(void) {
    int64_t time[2] = {0, 0};
    tach_sys2(SYS_clock_gettime, 1, time);
    return (uint64_t)time[0] * 1000000000u + (uint64_t)time[1];
}

#endif
