package io.tach.nativeio.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tach.nativeio.posix.FakePosix;
import io.tach.nativeio.posix.WaitStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With small programs in the place of the harness. */
class ZygoteProcessIT {
    @TempDir
    private Path directory;

    private ZygoteCommand command(String program) throws IOException {
        Path harness = Files.createDirectories(directory.resolve("harness/tach_harness"));
        Files.writeString(harness.resolve("__main__.py"), program);
        return new ZygoteCommand(
                Path.of("python3"),
                harness.getParent(),
                new RunDirectory(directory),
                List.of("-k", "a b"),
                directory,
                Map.of("TACH_TEST", "set"));
    }

    private static Optional<WaitStatus> end(ZygoteProcess zygote) throws Exception {
        return zygote.ended().get(1, TimeUnit.MINUTES);
    }

    @Test
    void shouldPassArgumentsEnvironmentAndDirectory() throws Exception {
        ZygoteProcess zygote = ZygoteProcess.start(
                command("import os, sys; open('seen', 'w').write(repr((sys.argv[1:], os.environ['TACH_TEST'])))"));

        assertEquals(Optional.of(WaitStatus.ofExit(0)), end(zygote));
        assertEquals(
                "(['--run-dir', '" + directory + "', '--', '-k', 'a b'], 'set')",
                Files.readString(directory.resolve("seen")));
        assertFalse(zygote.isAlive());
    }

    @Test
    void shouldNameTheAgentIfThereIsOne() throws Exception {
        ZygoteCommand command = command("import sys; open('seen', 'w').write(repr(sys.argv[3:]))");
        Path agent = Files.createFile(command.harness().resolve("tach_harness/_tach_agent.abi3.so"));

        end(ZygoteProcess.start(command));

        assertEquals("['--agent', '" + agent + "', '--', '-k', 'a b']", Files.readString(directory.resolve("seen")));
    }

    @Test
    void shouldEndWithItsLifeline() throws Exception {
        ZygoteProcess zygote = ZygoteProcess.start(command("import sys; sys.stdin.read(); sys.exit(7)"));
        assertTrue(zygote.isAlive());

        zygote.release();

        assertEquals(Optional.of(WaitStatus.ofExit(7)), end(zygote));
    }

    @Test
    void shouldBeKilled() throws Exception {
        ZygoteProcess zygote = ZygoteProcess.start(command("import sys; sys.stdin.read()"));

        zygote.killHard();

        assertEquals(Optional.of(WaitStatus.ofSignal(9)), end(zygote));
    }

    @Test
    void shouldSayThatTheInterpreterIsNotThere() throws IOException {
        ZygoteCommand good = command("");
        ZygoteCommand bad = new ZygoteCommand(
                Path.of("/no/such/python"),
                good.harness(),
                good.runDirectory(),
                good.arguments(),
                good.workingDirectory(),
                good.environment());

        assertThrows(IOException.class, () -> ZygoteProcess.start(bad));
    }

    @Test
    void shouldTakeOverAProcessAndReapIt() throws Exception {
        Process process = new ProcessBuilder("cat").start();
        FakePosix posix = new FakePosix();
        posix.setEnded((int) process.pid(), new WaitStatus(0x8b));
        ZygoteProcess zygote = ZygoteProcess.attach((int) process.pid(), posix);
        assertEquals(process.pid(), zygote.pid());

        process.getOutputStream().close();

        assertEquals(Optional.of(new WaitStatus(0x8b)), end(zygote));
    }

    @Test
    void shouldSayThatThereIsNothingToTakeOver() throws Exception {
        Process process = new ProcessBuilder("true").start();
        process.waitFor();

        assertThrows(IllegalArgumentException.class, () -> ZygoteProcess.attach((int) process.pid(), new FakePosix()));
    }
}
