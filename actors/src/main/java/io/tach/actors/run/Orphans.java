package io.tach.actors.run;

import io.tach.actors.worker.Deaths;
import io.tach.engine.verdict.Death;
import io.tach.nativeio.posix.PosixCalls;
import io.tach.nativeio.posix.PosixException;
import io.tach.nativeio.posix.WaitStatus;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.concurrent.locks.LockSupport;

/**
 * Ends what a zygote left that was killed. This process is a subreaper, so its workers are our children now and a number
 * is theirs until it is reaped. Blocks; used on threads that may.
 */
final class Orphans {
    private static final Duration LOOK_AGAIN = Duration.ofMillis(2);
    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final int SIGKILL = 9;
    private static final int MOST_ROUNDS = 100;
    private static final String WORKER_MARK = "PYTEST_XDIST_WORKER=";

    private final PosixCalls posix;
    private final Path runDirectory;

    Orphans(PosixCalls posix, Path runDirectory) {
        this.posix = posix;
        this.runDirectory = runDirectory;
    }

    /** Kills a worker with its group and waits for its end. */
    Death end(int pid) {
        if (pid <= 1) {
            return Death.unknown();
        }
        try {
            posix.killGroup(pid, SIGKILL);
            posix.kill(pid, SIGKILL);
            return reap(pid);
        } catch (PosixException notOurs) {
            return Death.unknown();
        }
    }

    private Death reap(int pid) {
        long giveUpNs = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() < giveUpNs) {
            OptionalInt status = posix.reap(pid);
            if (status.isPresent()) {
                return Deaths.of(new WaitStatus(status.getAsInt()));
            }
            LockSupport.parkNanos(LOOK_AGAIN.toNanos());
        }
        return Death.unknown();
    }

    /** Kills what came to us from this run and that nobody knows by number; what it leaves in turn comes to us too. */
    void sweep() {
        int self = (int) ProcessHandle.current().pid();
        for (int round = 0; round < MOST_ROUNDS; round++) {
            long ended = posix.childrenOf(self).stream()
                    .filter(this::isOfThisRun)
                    .map(this::end)
                    .count();
            if (ended == 0) {
                return;
            }
        }
    }

    /** A fork of the zygote still has its command line; what was executed since has a worker's environment. */
    private boolean isOfThisRun(int pid) {
        return read(pid, "cmdline").contains(runDirectory.toString())
                || read(pid, "environ").contains(WORKER_MARK);
    }

    private static String read(int pid, String file) {
        try {
            byte[] bytes = Files.readAllBytes(Path.of("/proc/" + pid + "/" + file));
            return new String(bytes, StandardCharsets.ISO_8859_1);
        } catch (IOException gone) {
            return "";
        }
    }
}
