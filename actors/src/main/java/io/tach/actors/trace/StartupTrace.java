package io.tach.actors.trace;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Prints when the milestones of a start are reached, for those who tune it. Off unless the environment has {@code
 * TACH_TRACE_STARTUP=1}. Any thread may mark; a milestone is printed the first time only.
 */
public final class StartupTrace {
    private static final boolean ENABLED = "1".equals(System.getenv("TACH_TRACE_STARTUP"));
    private static final long LAUNCHED_AT_MS = Long.getLong("tach.launchedAtMs", System.currentTimeMillis());
    private static final Set<String> REACHED = ConcurrentHashMap.newKeySet();

    private StartupTrace() {}

    /**
     * Prints {@code startup <name> <milliseconds since the launcher started>} to standard error.
     *
     * @param name the milestone, such as {@code ready received}
     */
    @SuppressWarnings("SystemOut") // a developer's trace: it must not wait for a logging system to start
    public static void mark(String name) {
        if (ENABLED && REACHED.add(name)) {
            System.err.println("startup " + name + " " + (System.currentTimeMillis() - LAUNCHED_AT_MS));
        }
    }
}
