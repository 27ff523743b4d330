/* Saving and restoring what a function call keeps, and the floating-point modes; running on another stack.
 *
 * The offsets are those of tach_regs_t in tach_arch.h.
 */
#if defined(__x86_64__)
    .text

/* int tach_regs_save(tach_regs_t *regs): 0, and 1 when it returns again by tach_regs_restore. */
    .globl tach_regs_save
    .hidden tach_regs_save
    .type tach_regs_save, @function
tach_regs_save:
    endbr64
    movq %rbx, 0(%rdi)
    movq %rbp, 8(%rdi)
    movq %r12, 16(%rdi)
    movq %r13, 24(%rdi)
    movq %r14, 32(%rdi)
    movq %r15, 40(%rdi)
    leaq 8(%rsp), %rax
    movq %rax, 48(%rdi)
    movq (%rsp), %rax
    movq %rax, 56(%rdi)
    stmxcsr 64(%rdi)
    fnstcw 68(%rdi)
    xorl %eax, %eax
    ret
    .size tach_regs_save, .-tach_regs_save

/* void tach_regs_restore(const tach_regs_t *regs): never returns. */
    .globl tach_regs_restore
    .hidden tach_regs_restore
    .type tach_regs_restore, @function
tach_regs_restore:
    endbr64
    fninit
    fldcw 68(%rdi)
    ldmxcsr 64(%rdi)
    movq 0(%rdi), %rbx
    movq 8(%rdi), %rbp
    movq 16(%rdi), %r12
    movq 24(%rdi), %r13
    movq 32(%rdi), %r14
    movq 40(%rdi), %r15
    movq 48(%rdi), %rsp
    movl $1, %eax
    jmp *56(%rdi)
    .size tach_regs_restore, .-tach_regs_restore

/* void tach_on_stack(void *top, void (*function)(void *), void *argument): never returns. */
    .globl tach_on_stack
    .hidden tach_on_stack
    .type tach_on_stack, @function
tach_on_stack:
    endbr64
    movq %rdi, %rsp
    andq $-16, %rsp
    xorl %ebp, %ebp
    movq %rdx, %rdi
    call *%rsi
    ud2
    .size tach_on_stack, .-tach_on_stack

/* long tach_fork_on_stack(void *top, void (*function)(long), long argument): clone(0, top), whose other arguments are not
 * looked at; the kernel keeps all registers but rax, rcx and r11. */
    .globl tach_fork_on_stack
    .hidden tach_fork_on_stack
    .type tach_fork_on_stack, @function
tach_fork_on_stack:
    endbr64
    movq %rsi, %r8
    movq %rdi, %rsi
    andq $-16, %rsi
    xorl %edi, %edi
    movl $56, %eax
    syscall
    testq %rax, %rax
    jz 1f
    ret
1:
    xorl %ebp, %ebp
    movq %rdx, %rdi
    call *%r8
    ud2
    .size tach_fork_on_stack, .-tach_fork_on_stack
#endif
    .section .note.GNU-stack, "", @progbits
