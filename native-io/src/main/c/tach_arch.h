/* What differs between processors; written in assembly, one file each. */
#ifndef TACH_ARCH_H
#define TACH_ARCH_H

#include <stddef.h>
#include <stdint.h>

#if defined(__x86_64__)
typedef struct tach_regs {
    uint64_t general[8]; /* rbx rbp r12 r13 r14 r15 rsp rip */
    uint32_t mxcsr;
    uint16_t x87_control;
    uint16_t unused;
} tach_regs_t;
_Static_assert(offsetof(tach_regs_t, mxcsr) == 64 && offsetof(tach_regs_t, x87_control) == 68, "tach_arch_x86_64.S");
#elif defined(__aarch64__)
typedef struct tach_regs {
    uint64_t general[12]; /* x19 to x30 */
    uint64_t sp;
    uint64_t fpcr;
    uint64_t vector[8]; /* d8 to d15 */
} tach_regs_t;
_Static_assert(offsetof(tach_regs_t, sp) == 96 && offsetof(tach_regs_t, vector) == 112, "tach_arch_aarch64.S");
#endif

/* The pointer of the processor's second stack, which would find that a jump back has skipped its returns; 0: there is none. */
static inline uint64_t tach_shadow_stack(void) {
    uint64_t pointer = 0;
#if defined(__x86_64__)
    __asm__ volatile("rdsspq %0" : "+r"(pointer)); /* does nothing where there is none */
#endif
    return pointer;
}

/* Saves the registers a call keeps and the floating-point modes. Returns 0, and 1 when it returns again. */
int tach_regs_save(tach_regs_t *regs) __attribute__((returns_twice));

/* Lets tach_regs_save return again. What is on the stack must be what was there then. */
_Noreturn void tach_regs_restore(const tach_regs_t *regs);

/* Calls function(argument) on another stack; the function must not return. */
_Noreturn void tach_on_stack(void *top, void (*function)(void *), void *argument);

/* Forks without an exit signal. The child calls function(argument) on another stack, and must not return from it; it has
 * then written nothing to the memory it shares with us by copy-on-write. Returns the child's id or -errno. */
long tach_fork_on_stack(void *top, void (*function)(long), long argument);

#endif
