package io.tach.nativeio.posix;

import jnr.ffi.Pointer;
import jnr.ffi.annotations.SaveError;
import jnr.ffi.types.off_t;

/**
 * The functions of libc that are called, as C declares them. jnr binds them when the first one is used, from
 * a class of its own, hence public.
 */
public interface LibC {

    @SaveError
    int kill(int pid, int signal);

    @SaveError
    int raise(int signal);

    @SaveError
    int waitpid(int pid, Pointer status, int options);

    @SaveError
    int prctl(int option, long arg2, long arg3, long arg4, long arg5);

    @SaveError
    int open(String path, int flags);

    @SaveError
    int close(int fd);

    @SaveError
    int fallocate(int fd, int mode, @off_t long offset, @off_t long length);

    @SaveError
    int ioctl(int fd, long request, Pointer argument);

    @SaveError
    int socketpair(int domain, int type, int protocol, Pointer fds);

    @SaveError
    long sendmsg(int socket, Pointer message, int flags);

    @SaveError
    long recvmsg(int socket, Pointer message, int flags);

    int isatty(int fd);
}
