package io.tach.nativeio.log;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Files that another process of ours holds open. */
public final class ProcFd {
    private ProcFd() {}

    /** The name of a descriptor of a process. */
    public static Path path(int pid, int fd) {
        return Path.of("/proc/" + pid + "/fd/" + fd);
    }

    /**
     * Opens what a descriptor of a process stands for, for reading and writing; it outlives the process.
     *
     * @throws IOException if the process is gone or holds no such descriptor
     */
    public static FileChannel open(int pid, int fd) throws IOException {
        return FileChannel.open(path(pid, fd), StandardOpenOption.READ, StandardOpenOption.WRITE);
    }
}
