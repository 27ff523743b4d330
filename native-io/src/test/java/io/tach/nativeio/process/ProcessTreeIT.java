package io.tach.nativeio.process;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tach.nativeio.posix.JnrPosix;
import io.tach.nativeio.posix.PosixCalls;
import io.tach.nativeio.posix.ProcessState;
import io.tach.nativeio.posix.Signals;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A shell with two programs below it, which end with their input. */
@Timeout(60)
class ProcessTreeIT {
    private final PosixCalls posix = new JnrPosix();
    private Process shell;
    private List<Integer> programs;

    @BeforeEach
    void start() throws IOException {
        shell = new ProcessBuilder("sh", "-c", "exec 3<&0; cat <&3 & cat <&3; wait").start();
        do {
            programs = posix.childrenOf((int) shell.pid());
        } while (programs.size() < 2 && shell.isAlive());
    }

    @AfterEach
    void end() throws Exception {
        shell.getOutputStream().close();
        shell.waitFor(1, TimeUnit.MINUTES);
    }

    private List<ProcessState> states() {
        return programs.stream().map(ProcessState::of).toList();
    }

    @Test
    void shouldStopAllThatIsBelowAndContinueIt() throws Exception {
        ProcessTree tree = ProcessTree.stopBelow((int) shell.pid(), posix);
        assertEquals(List.of(ProcessState.STOPPED, ProcessState.STOPPED), states());
        assertEquals(ProcessState.OTHER, ProcessState.of((int) shell.pid()));

        tree.resume();

        end();
        assertEquals(0, shell.exitValue());
        assertEquals(List.of(ProcessState.GONE, ProcessState.GONE), states());
    }

    @Test
    void shouldLeaveStoppedWhatSomebodyElseStopped() {
        int first = programs.get(0);
        posix.kill(first, Signals.SIGSTOP);
        while (ProcessState.of(first) != ProcessState.STOPPED) {
            Thread.onSpinWait();
        }

        ProcessTree.stopBelow((int) shell.pid(), posix).resume();

        assertEquals(ProcessState.STOPPED, ProcessState.of(first));
        posix.kill(first, Signals.SIGCONT);
    }
}
