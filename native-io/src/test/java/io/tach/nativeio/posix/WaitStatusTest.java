package io.tach.nativeio.posix;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WaitStatusTest {

    @ParameterizedTest
    @CsvSource({
        "0x0000, true,  0,   0,  '',         false, exit code 0",
        "0x0300, true,  3,   0,  '',         false, exit code 3",
        "0x8b00, true,  139, 0,  '',         false, exit code 139",
        "0xff00, true,  255, 0,  '',         false, exit code 255",
        "0x000b, false, 0,   11, SIGSEGV,    false, SIGSEGV",
        "0x008b, false, 0,   11, SIGSEGV,    true,  SIGSEGV (core dumped)",
        "0x0009, false, 0,   9,  SIGKILL,    false, SIGKILL",
        "0x0086, false, 0,   6,  SIGABRT,    true,  SIGABRT (core dumped)",
        "0x0022, false, 0,   34, SIGRTMIN,   false, SIGRTMIN",
        "0x003d, false, 0,   61, SIGRTMIN+27, false, SIGRTMIN+27",
        "0x0040, false, 0,   64, SIGRTMAX,    false, SIGRTMAX",
        "0x0020, false, 0,   32, signal 32,  false, signal 32",
    })
    void shouldDecodeWhatTheKernelSays(
            String raw, boolean exited, int code, int signal, String name, boolean core, String words) {
        WaitStatus status = new WaitStatus(Integer.decode(raw));

        assertEquals(exited, status.exited());
        assertEquals(code, status.exitCode());
        assertEquals(signal, status.signal());
        assertEquals(name, status.signalName());
        assertEquals(core, status.coreDumped());
        assertEquals(words, status.describe());
    }

    @ParameterizedTest
    @CsvSource({"1, SIGHUP", "13, SIGPIPE", "15, SIGTERM", "16, SIGSTKFLT", "31, SIGSYS", "0, signal 0", "65, signal 65"
    })
    void shouldNameSignals(int signal, String name) {
        assertEquals(name, Signals.name(signal));
    }
}
