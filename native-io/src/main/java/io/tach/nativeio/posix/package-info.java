/**
 * The system calls that Java lacks, behind {@link io.tach.nativeio.posix.PosixCalls}. The only package that imports jnr;
 * no policy belongs here.
 */
package io.tach.nativeio.posix;
