package io.tach.nativeio.wire;

import java.util.List;
import java.util.Optional;

/** What the zygote tells the supervisor. */
public sealed interface FromZygote
        permits FromZygote.Ready,
                FromZygote.Collecting,
                FromZygote.BootFailed,
                FromZygote.Forked,
                FromZygote.Exited,
                FromZygote.Summary,
                FromZygote.Units,
                Collected,
                Warning,
                Note {

    /**
     * MSG_READY: can fork now.
     *
     * @param protocol the wire's version there
     * @param pid the zygote's process id
     * @param python version of the interpreter
     * @param pytest version of pytest
     * @param rootDir pytest's root directory
     * @param header pytest's own header, already coloured
     * @param markup whether pytest would colour its output
     * @param width columns of the terminal
     * @param verbose pytest's verbosity
     * @param progress what pytest shows beside the dots: {@code progress}, {@code count}, {@code times} or {@code none}
     * @param mode {@code distributed} or {@code global}
     * @param modeReason why, for the user
     * @param units how many units there are
     * @param maxFail stop after this many failures; 0 for never
     * @param numProcesses {@code -n} of addopts; empty if it has none
     * @param dist {@code --dist} of addopts or the command line
     * @param continueOnCollectionErrors whether tests run although a module failed to import
     * @param capture pytest's {@code --capture}
     * @param serial why only one worker may run; empty if more may
     * @param timeoutPlugin whether pytest-timeout is there
     * @param durations pytest's {@code --durations}; -1 if not asked
     * @param wantsPassed whether reports of passed tests are shown at the end
     * @param cache whether somebody wants to know every outcome
     * @param junit where a JUnit file is wanted
     */
    record Ready(
            int protocol,
            int pid,
            String python,
            String pytest,
            String rootDir,
            String header,
            boolean markup,
            int width,
            int verbose,
            String progress,
            String mode,
            String modeReason,
            int units,
            int maxFail,
            String numProcesses,
            String dist,
            boolean continueOnCollectionErrors,
            String capture,
            String serial,
            boolean timeoutPlugin,
            int durations,
            boolean wantsPassed,
            boolean cache,
            Optional<Junit> junit)
            implements FromZygote {}

    /**
     * pytest's JUnit options.
     *
     * @param path the file
     * @param family {@code xunit1}, {@code xunit2} or {@code legacy}
     * @param suite name of the suite element
     * @param logging which captured output is written
     * @param prefix put before class names; may be empty
     * @param logPassing whether output of passed tests is written
     * @param duration {@code total} or {@code call}
     */
    record Junit(
            String path,
            String family,
            String suite,
            String logging,
            String prefix,
            boolean logPassing,
            String duration) {}

    /** MSG_COLLECTING: the zygote is about to import this file. */
    record Collecting(String path) implements FromZygote {}

    /**
     * MSG_BOOT_FAILED: there will be no run.
     *
     * @param kind {@code usage}, {@code conftest}, {@code exit}, {@code internal} or {@code unsupported}
     * @param text what pytest said
     * @param returnCode pytest's own exit code
     */
    record BootFailed(String kind, String text, int returnCode) implements FromZygote {}

    /** MSG_FORKED: the worker lives. */
    record Forked(int worker, int pid) implements FromZygote {}

    /**
     * MSG_EXITED: the worker was reaped.
     *
     * @param worker the worker
     * @param pid its process id, free from now on
     * @param status the raw wait status
     * @param leaked processes it left behind, killed since
     */
    record Exited(int worker, int pid, int status, List<String> leaked) implements FromZygote {}

    /**
     * MSG_SUMMARY: what pytest prints after the tests.
     *
     * @param text the next piece of it
     * @param last whether nothing follows
     * @param exitStatus the final exit status; valid in the last one only
     */
    record Summary(String text, boolean last, int exitStatus) implements FromZygote {}

    /**
     * MSG_UNITS: test files.
     *
     * @param units in session order
     * @param mode {@code distributed}: known before any of them is imported; {@code global}: collected whole, one
     *     {@link Collected} or more for each follows
     * @param last whether this ends the list
     * @param lines what plugins say below "collected N items"
     */
    record Units(List<Unit> units, String mode, boolean last, List<String> lines) implements FromZygote {
        public Units(List<Unit> units, String mode, boolean last) {
            this(units, mode, last, List.of());
        }
    }

    /** One test file. */
    record Unit(int unit, String path) {}
}
