package io.tach.nativeio.posix;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JnrPosixIT {
    private static final int ENOENT = 2;
    private static final int ECHILD = 10;

    private final PosixCalls posix = new JnrPosix();

    private static int ownPid() {
        return (int) ProcessHandle.current().pid();
    }

    @Test
    void shouldSignalAChildAndSeeThatItIsGone() throws Exception {
        Process child = new ProcessBuilder("cat").start();
        int pid = (int) child.pid();

        assertTrue(posix.kill(pid, 0));
        assertTrue(posix.kill(pid, Signals.SIGTERM));

        assertTrue(child.waitFor(1, TimeUnit.MINUTES));
        assertEquals(128 + Signals.SIGTERM, child.exitValue());
        assertFalse(posix.kill(pid, 0));
    }

    @Test
    void shouldSignalAGroup() throws Exception {
        Process leader = new ProcessBuilder("setsid", "cat").start();
        int group = (int) leader.pid();
        while (!posix.killGroup(group, 0)) {
            Thread.onSpinWait(); // until setsid has made the group
        }

        assertTrue(posix.killGroup(group, Signals.SIGKILL));

        assertTrue(leader.waitFor(1, TimeUnit.MINUTES));
        assertEquals(128 + Signals.SIGKILL, leader.exitValue());
    }

    @Test
    void shouldRefuseTargetsThatMeanEverybody() {
        assertThrows(IllegalArgumentException.class, () -> posix.kill(0, Signals.SIGTERM));
        assertThrows(IllegalArgumentException.class, () -> posix.kill(-1, Signals.SIGTERM));
        assertThrows(IllegalArgumentException.class, () -> posix.killGroup(1, Signals.SIGTERM));
    }

    @Test
    void shouldFindChildrenOfAnyThread() throws Exception {
        Process child = new ProcessBuilder("cat").start();
        try {
            assertTrue(posix.childrenOf(ownPid()).contains((int) child.pid()));
        } finally {
            child.getOutputStream().close();
            child.waitFor();
        }
        assertEquals(List.of(), posix.childrenOf((int) child.pid()));
    }

    @Test
    void shouldGivePagesBackAndLeaveZeros(@TempDir Path directory) throws IOException {
        Path file = directory.resolve("log");
        Files.write(file, new byte[] {1, 2, 3, 4});

        posix.punchHole(file, 1, 2);

        assertEquals(List.of((byte) 1, (byte) 0, (byte) 0, (byte) 4), bytes(file));
    }

    private static List<Byte> bytes(Path file) throws IOException {
        byte[] content = Files.readAllBytes(file);
        return IntStream.range(0, content.length).mapToObj(i -> content[i]).toList();
    }

    @Test
    void shouldSayWhichCallFailedAndWhy(@TempDir Path directory) {
        PosixException failure =
                assertThrows(PosixException.class, () -> posix.punchHole(directory.resolve("absent"), 0, 1));

        assertEquals("open", failure.call());
        assertEquals(ENOENT, failure.errno());
    }

    @Test
    void shouldSayThatThereIsNothingToReap() {
        PosixException failure = assertThrows(PosixException.class, () -> posix.reap(ownPid()));

        assertEquals(ECHILD, failure.errno());
    }

    @Test
    void shouldSeeARunningChildAsNotToBeReaped() throws Exception {
        Process child = new ProcessBuilder("cat").start();
        try {
            assertEquals(OptionalInt.empty(), posix.reap((int) child.pid()));
        } finally {
            child.getOutputStream().close();
            child.waitFor();
        }
    }

    @Test
    void shouldKnowThatAnUnknownDescriptorIsNoTerminal() {
        assertFalse(posix.isTerminal(-1));
        assertEquals(Optional.empty(), posix.terminalSize(-1));
    }

    @Test
    void shouldInheritOrphansAndReapThem() throws Exception {
        posix.setSubreaper();

        Process middle = new ProcessBuilder("sh", "-c", "sleep 600 >/dev/null & echo $!").start();
        int orphan = Integer.parseInt(middle.inputReader().readLine());
        middle.waitFor();

        assertTrue(posix.childrenOf(ownPid()).contains(orphan));
        posix.kill(orphan, Signals.SIGKILL);
        assertEquals(WaitStatus.ofSignal(Signals.SIGKILL), new WaitStatus(reapSoon(orphan)));
    }

    private int reapSoon(int pid) {
        OptionalInt status = posix.reap(pid);
        while (status.isEmpty()) {
            Thread.onSpinWait();
            status = posix.reap(pid);
        }
        return status.getAsInt();
    }
}
