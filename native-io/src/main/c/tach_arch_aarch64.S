/* As tach_arch_x86_64.S, for aarch64. The offsets are those of tach_regs_t in tach_arch.h. */
#if defined(__aarch64__)
    .text

    .globl tach_regs_save
    .hidden tach_regs_save
    .type tach_regs_save, %function
tach_regs_save:
    stp x19, x20, [x0, #0]
    stp x21, x22, [x0, #16]
    stp x23, x24, [x0, #32]
    stp x25, x26, [x0, #48]
    stp x27, x28, [x0, #64]
    stp x29, x30, [x0, #80]
    mov x1, sp
    mrs x2, fpcr
    stp x1, x2, [x0, #96]
    stp d8, d9, [x0, #112]
    stp d10, d11, [x0, #128]
    stp d12, d13, [x0, #144]
    stp d14, d15, [x0, #160]
    mov w0, #0
    ret
    .size tach_regs_save, .-tach_regs_save

    .globl tach_regs_restore
    .hidden tach_regs_restore
    .type tach_regs_restore, %function
tach_regs_restore:
    ldp x19, x20, [x0, #0]
    ldp x21, x22, [x0, #16]
    ldp x23, x24, [x0, #32]
    ldp x25, x26, [x0, #48]
    ldp x27, x28, [x0, #64]
    ldp x29, x30, [x0, #80]
    ldp x1, x2, [x0, #96]
    ldp d8, d9, [x0, #112]
    ldp d10, d11, [x0, #128]
    ldp d12, d13, [x0, #144]
    ldp d14, d15, [x0, #160]
    mov sp, x1
    msr fpcr, x2
    msr fpsr, xzr
    mov w0, #1
    ret
    .size tach_regs_restore, .-tach_regs_restore

    .globl tach_on_stack
    .hidden tach_on_stack
    .type tach_on_stack, %function
tach_on_stack:
    and x0, x0, #-16
    mov sp, x0
    mov x29, xzr
    mov x30, xzr
    mov x0, x2
    blr x1
    brk #1
    .size tach_on_stack, .-tach_on_stack

    .globl tach_fork_on_stack
    .hidden tach_fork_on_stack
    .type tach_fork_on_stack, %function
tach_fork_on_stack:
    mov x5, x1
    mov x6, x2
    and x1, x0, #-16
    mov x0, #0
    mov x2, #0
    mov x3, #0
    mov x4, #0
    mov x8, #220
    svc #0
    cbz x0, 1f
    ret
1:
    mov x29, xzr
    mov x30, xzr
    mov x0, x6
    blr x5
    brk #1
    .size tach_fork_on_stack, .-tach_fork_on_stack
#endif
    .section .note.GNU-stack, "", %progbits
