package io.tach.engine.history;

import io.tach.engine.plan.Forecast;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * What earlier runs tell of tests and files. Immutable; a test that moved is found by its file's name and its own, and
 * one that is new is thought to be like its neighbours.
 */
public final class History implements Forecast {
    public static final History EMPTY = new History(new TreeMap<>(), new TreeMap<>());

    /** A test that nobody has run for so long is gone. */
    static final long FORGOTTEN_AFTER_S = 90L * 24 * 3600;

    /** More than this is not kept, the oldest goes first. */
    static final int MOST_ENTRIES = 200_000;

    private static final long NS_PER_US = 1_000;

    private final NavigableMap<String, TestEntry> tests;
    private final NavigableMap<String, FileEntry> files;
    private final Map<String, Sum> byFile = new HashMap<>();
    private final Map<String, TestEntry> byName = new HashMap<>();

    History(NavigableMap<String, TestEntry> tests, NavigableMap<String, FileEntry> files) {
        this.tests = tests;
        this.files = files;
        tests.forEach(this::index);
    }

    private static final TestEntry AMBIGUOUS = new TestEntry(0, 1, -1, 0);

    private void index(String key, TestEntry entry) {
        NodeName name = NodeName.of(key);
        byFile.computeIfAbsent(name.file(), f -> new Sum()).add(entry);
        if (!name.isParametrised()) {
            byName.merge(name.inAnyDirectory(), entry, (one, other) -> AMBIGUOUS);
        }
    }

    NavigableMap<String, TestEntry> tests() {
        return Collections.unmodifiableNavigableMap(tests);
    }

    NavigableMap<String, FileEntry> files() {
        return Collections.unmodifiableNavigableMap(files);
    }

    /** True if it knows nothing. */
    public boolean isEmpty() {
        return tests.isEmpty();
    }

    // --- looking up

    @Override
    public long testNs(String nodeId) {
        NodeName name = NodeName.of(nodeId);
        TestEntry entry = find(nodeId, name);
        long us = entry == null ? -1 : entry.meanUs();
        if (us < 0) {
            us = byFile.getOrDefault(name.file(), Sum.NOTHING).meanUs();
        }
        return us < 0 ? -1 : us * NS_PER_US;
    }

    @Override
    public boolean failedLast(String nodeId) {
        TestEntry entry = find(nodeId, NodeName.of(nodeId));
        return entry != null && entry.failed() > 0;
    }

    @Override
    public long setupNs(String path) {
        FileEntry entry = files.get(path);
        return entry == null ? -1 : entry.setupUs() * NS_PER_US;
    }

    private TestEntry find(String nodeId, NodeName name) {
        TestEntry own = name.isParametrised() ? tests.get(nodeId) : null;
        TestEntry found = own == null ? tests.get(name.function()) : own;
        return found == null ? byName.get(name.inAnyDirectory()) : found;
    }

    /** True if this very test is told apart from others of its function. */
    boolean tellsApart(String nodeId) {
        return tests.containsKey(nodeId);
    }

    // --- growing

    /** This history after a run. */
    public History after(RunRecord run) {
        NavigableMap<String, TestEntry> newTests = new TreeMap<>(tests);
        NavigableMap<String, FileEntry> newFiles = new TreeMap<>(files);
        run.testsBeside(this).forEach((key, entry) -> newTests.merge(key, entry, TestEntry::then));
        run.files().forEach((path, entry) -> newFiles.merge(path, entry, FileEntry::then));
        long oldest = Math.max(run.seenS() - FORGOTTEN_AFTER_S, seenByMost(newTests));
        newTests.values().removeIf(e -> e.seenS() < oldest);
        newFiles.values().removeIf(e -> e.seenS() < oldest);
        return new History(newTests, newFiles);
    }

    /** The time since which as many entries were seen as may be kept. */
    private static long seenByMost(NavigableMap<String, TestEntry> entries) {
        if (entries.size() <= MOST_ENTRIES) {
            return 0;
        }
        long[] seen =
                entries.values().stream().mapToLong(TestEntry::seenS).sorted().toArray();
        return seen[seen.length - MOST_ENTRIES];
    }

    /** What a file's tests take, for those that are new in it. */
    private static final class Sum {
        static final Sum NOTHING = new Sum();

        private long us;
        private int tests;

        void add(TestEntry entry) {
            if (entry.meanUs() >= 0) {
                us += entry.meanUs() * entry.tests();
                tests += entry.tests();
            }
        }

        long meanUs() {
            return tests == 0 ? -1 : us / tests;
        }
    }
}
