package io.tach.actors.worker;

import java.time.Duration;

/**
 * How long a worker may take.
 *
 * @param timeoutGrace between SIGTERM and SIGKILL
 * @param collectTimeout for importing one file; zero for none
 * @param leaveGrace to be gone after an interrupt, and after it was told to leave with nothing left to run
 * @param bootTimeout from the fork to the first frame
 */
public record WorkerSettings(
        Duration timeoutGrace, Duration collectTimeout, Duration leaveGrace, Duration bootTimeout) {}
