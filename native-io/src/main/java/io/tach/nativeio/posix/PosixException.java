package io.tach.nativeio.posix;

/** A system call failed. */
public final class PosixException extends RuntimeException {
    private final String call;
    private final int errno;

    /**
     * A failure.
     *
     * @param call the call, such as {@code kill}
     * @param errno its number
     * @param detail what it was called with, as {@code key=value}
     */
    public PosixException(String call, int errno, String detail) {
        super(call + " failed: errno=" + errno + " " + detail);
        this.call = call;
        this.errno = errno;
    }

    /** The call, such as {@code kill}. */
    public String call() {
        return call;
    }

    /** The error's number. */
    public int errno() {
        return errno;
    }
}
