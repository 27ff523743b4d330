/* Looking at a rewound process from outside: is its memory that of its twin, byte for byte? */
#ifndef TACH_VERIFY_H
#define TACH_VERIFY_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "tach_arch.h"
#include "tach_error.h"

/* What a process says of itself on its verify_fd before it goes on: after a rewind, and before its checkpoint is moved. */
typedef struct tach_claim {
    uint64_t regs; /* address of the registers that will be restored */
    uint64_t rewinds;
    uint32_t twin;
    uint32_t aside_count;
    uint64_t aside; /* address of the addresses of pages that the twin does not have */
    uint64_t moves; /* of its checkpoint, with the one that begins */
    uint64_t is_moving;
} tach_claim_t;

typedef struct tach_finding {
    uint64_t pages;
    uint64_t wrong_bytes;
    uint64_t first_wrong; /* its address; 0: none */
} tach_finding_t;

/* Compares private writable memory of a process with that of its twin: the pages that the kernel says were written since
 * they were protected, or all. Of a process that moves its checkpoint it copies what was written and mapped since the last
 * one: to that it is compared from then on, until it has another twin. One process at a time. The 32 bytes that the kernel
 * keeps per thread (rseq) are left out, and pages that no fork inherits. The process must stand still. Fails if either cannot
 * be read. */
int tach_verify(pid_t process, const tach_claim_t *claim, bool all, tach_finding_t *finding, tach_reason_t *reason) tach_must_check;

/* Reads the registers that a process will restore. */
int tach_verify_regs(pid_t process, uint64_t address, tach_regs_t *regs, tach_reason_t *reason) tach_must_check;

#endif
