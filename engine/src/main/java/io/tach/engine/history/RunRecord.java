package io.tach.engine.history;

import io.tach.engine.model.Status;
import io.tach.engine.model.TestResult;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;

/** What one run saw, to be added to the {@link History}. One thread. */
public final class RunRecord {
    /** Parametrised tests that take longer are remembered one by one: they matter to where a file is cut. */
    static final long SLOW_NS = 20_000_000;

    private static final long NS_PER_US = 1_000;

    private final long seenS;
    private final List<Seen> seen = new ArrayList<>();
    private final Map<String, Setup> setups = new HashMap<>();
    private final Set<String> begun = new HashSet<>();

    private record Seen(String nodeId, long durationNs, boolean failed) {}

    /** @param seenS the time of the run, in seconds since 1970 */
    public RunRecord(long seenS) {
        this.seenS = seenS;
    }

    long seenS() {
        return seenS;
    }

    /** True if no test has ended. */
    public boolean isEmpty() {
        return seen.isEmpty();
    }

    /** Adds a test's result. */
    public void add(TestResult result) {
        boolean failed = result.status().isFailure();
        long durationNs = endedByItself(result.status()) ? result.durationNs() : -1;
        seen.add(new Seen(result.nodeId(), durationNs, failed));
        if (!failed) {
            boolean first = begun.add(
                    result.worker() + ' ' + NodeName.of(result.nodeId()).file());
            setups.computeIfAbsent(NodeName.of(result.nodeId()).file(), f -> new Setup())
                    .add(result.times().setupNs(), first);
        }
    }

    /** How long the others lived says nothing of the test. */
    private static boolean endedByItself(Status status) {
        return status == Status.PASS || status == Status.FAIL || status == Status.SKIP;
    }

    /** Entries of what was run: slow parametrised tests, and those the history has one by one, stand alone. */
    Map<String, TestEntry> testsBeside(History known) {
        Map<String, Group> groups = new HashMap<>();
        for (Seen one : seen) {
            NodeName name = NodeName.of(one.nodeId());
            boolean alone = name.isParametrised() && (one.durationNs() >= SLOW_NS || known.tellsApart(one.nodeId()));
            groups.computeIfAbsent(alone ? one.nodeId() : name.function(), k -> new Group())
                    .add(one);
        }
        Map<String, TestEntry> entries = new HashMap<>();
        groups.forEach((key, group) -> entries.put(key, group.entry(seenS)));
        return entries;
    }

    NavigableMap<String, FileEntry> files() {
        NavigableMap<String, FileEntry> entries = new TreeMap<>();
        setups.forEach((path, setup) -> {
            if (setup.isTelling()) {
                entries.put(path, new FileEntry(seenS, setup.wideNs() / NS_PER_US));
            }
        });
        return entries;
    }

    /** Tests that share an entry. */
    private static final class Group {
        private int tests;
        private int timed;
        private long ns;
        private int failed;

        void add(Seen one) {
            tests++;
            failed += one.failed() ? 1 : 0;
            if (one.durationNs() >= 0) {
                timed++;
                ns += one.durationNs();
            }
        }

        TestEntry entry(long seenS) {
            return new TestEntry(seenS, tests, timed == 0 ? -1 : ns / timed / NS_PER_US, failed);
        }
    }

    /** The setups of one file: of the first test on each worker, and of all others. */
    private static final class Setup {
        private long leastFirstNs = Long.MAX_VALUE;
        private long othersNs;
        private int others;

        void add(long setupNs, boolean first) {
            if (first) {
                leastFirstNs = Math.min(leastFirstNs, setupNs);
            } else {
                others++;
                othersNs += setupNs;
            }
        }

        /** A file of one test does not tell its own setup from a wider one. */
        boolean isTelling() {
            return others > 0;
        }

        long wideNs() {
            return Math.max(0, leastFirstNs - othersNs / others);
        }
    }
}
