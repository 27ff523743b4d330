package io.tach.actors.testing;

import io.tach.nativeio.wire.FromWorker;
import io.tach.nativeio.wire.FromZygote;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Messages with many fields of which tests need few. */
public final class FakeMessages {
    private FakeMessages() {}

    /** A suite that may run on any number of workers. */
    public static FromZygote.Ready ready(int maxFail) {
        return ready(maxFail, "", "no", "");
    }

    /** A suite somewhere in particular. */
    public static FromZygote.Ready readyIn(String rootDir, int maxFail) {
        return ready(rootDir, maxFail, "", "no", "");
    }

    /** A suite with what it says of workers. */
    public static FromZygote.Ready ready(int maxFail, String numProcesses, String dist, String serial) {
        return ready("/project", maxFail, numProcesses, dist, serial);
    }

    private static FromZygote.Ready ready(
            String rootDir, int maxFail, String numProcesses, String dist, String serial) {
        return new FromZygote.Ready(
                1,
                42,
                "3.11.7",
                "9.2.0",
                rootDir,
                "=== header ===",
                false,
                80,
                0,
                "progress",
                "distributed",
                "",
                0,
                maxFail,
                numProcesses,
                dist,
                false,
                "fd",
                serial,
                false,
                -1,
                false,
                true,
                Optional.empty());
    }

    /** A test whose process died of SIGSEGV. */
    public static FromWorker.Result died(int testId) {
        return new FromWorker.Result(
                testId,
                3,
                0,
                "",
                "error",
                new FromWorker.Phases(0, 0, 0),
                List.of(),
                OptionalInt.of(11),
                0,
                List.of(),
                List.of(),
                FromWorker.Isolation.UNSAID);
    }
}
