package io.tach.engine.run;

import io.tach.engine.model.PhaseReport;
import io.tach.engine.model.Status;
import io.tach.engine.model.TestResult;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What the run owes and what it has got: one result for every planned test. One thread. */
public final class RunAccount {
    private static final String PASSED = "passed";

    private final int planned;
    private final int maxfail;
    private final BitSet reported = new BitSet();
    private final Map<String, Integer> counts = new LinkedHashMap<>();
    private int reportedCount;
    private int plainPasses;
    private int failures;
    private int harnessErrors;

    /**
     * An account without results.
     *
     * @param planned how many tests are planned; their ids are 0 to {@code planned - 1}
     * @param maxfail stop after that many failures; 0 for never
     */
    public RunAccount(int planned, int maxfail) {
        this.planned = planned;
        this.maxfail = maxfail;
    }

    /** Counts a collect report that did not pass. */
    public void collectReport(PhaseReport report) {
        count(report);
    }

    /**
     * Counts a result.
     *
     * @return false if the test is unknown or has its result already: then nothing was counted
     */
    public boolean record(TestResult result) {
        int id = result.testId();
        if (id < 0 || id >= planned || reported.get(id)) {
            return false;
        }
        reported.set(id);
        reportedCount++;
        harnessErrors += result.status() == Status.HARNESS_ERROR ? 1 : 0;
        result.reports().forEach(this::count);
        if (passedPlainly(result)) {
            plainPasses++;
            add(PASSED);
        }
        return true;
    }

    private void count(PhaseReport report) {
        if (!report.category().isEmpty()) {
            add(report.category());
        }
        if (report.failed() && report.xfail().isEmpty()) {
            failures++;
        }
    }

    private void add(String category) {
        counts.merge(category, 1, Integer::sum);
    }

    /** True if the test got through its call and no report says so: workers do not send reports of plain passes. */
    private static boolean passedPlainly(TestResult result) {
        return result.reports().stream().noneMatch(RunAccount::settlesCall);
    }

    /** True for what takes the place of a plain pass: the call's own report, or a setup after which there is no call. */
    private static boolean settlesCall(PhaseReport report) {
        if (report.category().equals("rerun")) { // of any phase: the test is tried again
            return false;
        }
        if (report.when().equals("setup")) {
            return !report.outcome().equals(PASSED);
        }
        return report.when().equals("call") && !isSubtest(report);
    }

    /**
     * Subtests are reported beside their test's own call; pytest marks them by their word only, and gives those that
     * passed quietly neither word nor category.
     */
    private static boolean isSubtest(PhaseReport report) {
        return report.category().isEmpty()
                || report.word().startsWith("SUB")
                || report.category().startsWith("subtests ");
    }

    /** True if the test has its result. */
    public boolean has(int testId) {
        return testId >= 0 && reported.get(testId);
    }

    public int planned() {
        return planned;
    }

    public int reported() {
        return reportedCount;
    }

    /** Failed reports as pytest counts them for {@code --maxfail}: phases and subtests each, expected failures not. */
    public int failures() {
        return failures;
    }

    /** Results that say tach itself failed. */
    public int harnessErrors() {
        return harnessErrors;
    }

    /** True once {@code --maxfail} wants the run to end. */
    public boolean maxfailReached() {
        return maxfail > 0 && failures >= maxfail;
    }

    /** How many reports stand under each of pytest's categories, the plain passes included; a live, read-only view. */
    public Map<String, Integer> counts() {
        return Collections.unmodifiableMap(counts);
    }

    /** Passes that have no report of their own: what the zygote has to add to the reports it gets. */
    public int plainPasses() {
        return plainPasses;
    }

    /** Tests without a result, ascending. */
    public List<Integer> missing() {
        List<Integer> ids = new ArrayList<>();
        for (int id = reported.nextClearBit(0); id < planned; id = reported.nextClearBit(id + 1)) {
            ids.add(id);
        }
        return ids;
    }
}
