package io.tach.reporters;

import io.tach.engine.model.Isolation;
import io.tach.engine.model.RewindStatistics;
import io.tach.engine.model.TestResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What isolation found out and what it cost, as lines in tach's own words. Of tests that pass only without isolation
 * some are named to everybody; what it cost is told to those who ask for durations or for everything.
 */
final class IsolationNotes {
    /** So many tests are named to somebody who did not ask for more. */
    private static final int MOST_NAMED = 20;

    private static final int ASKS_FOR_EVERYTHING = 2;

    private final int verbosity;
    private final boolean wantsDurations;
    private final List<String> diagnoses = new ArrayList<>();
    private RewindStatistics statistics = RewindStatistics.NONE;

    IsolationNotes(int verbosity, boolean wantsDurations) {
        this.verbosity = verbosity;
        this.wantsDurations = wantsDurations;
    }

    /** Takes note of a test; returns the line to be shown at once, empty for none. */
    String finished(TestResult result) {
        Isolation isolation = result.isolation();
        if (!isolation.diagnosis().isEmpty()) {
            String verdict = result.status().isFailure() ? ", which strict isolation makes a failure" : "";
            diagnoses.add(isolation.diagnosis() + ": " + NodeIds.brief(result.nodeId())
                    + " fails isolated and passes the plain way" + verdict);
        }
        return verbosity > 0 && !isolation.toxic().isEmpty() ? discarded(result) : "";
    }

    private static String discarded(TestResult result) {
        boolean own = result.isolation().ran().equals("fork");
        return (own ? "process of its own: " : "worker replaced: ") + NodeIds.brief(result.nodeId()) + " left "
                + result.isolation().toxic();
    }

    void measured(RewindStatistics sums) {
        statistics = sums;
    }

    /** The lines for the end of the run. */
    List<String> lines() {
        List<String> lines = new ArrayList<>();
        int shown = verbosity > 0 ? diagnoses.size() : Math.min(diagnoses.size(), MOST_NAMED);
        lines.addAll(diagnoses.subList(0, shown));
        if (shown < diagnoses.size()) {
            lines.add("... and " + (diagnoses.size() - shown) + " more tests like that; -v names them all");
        }
        if (!statistics.isEmpty() && (wantsDurations || verbosity >= ASKS_FOR_EVERYTHING)) {
            addCosts(lines);
        }
        if (statistics.verifiedPages() > 0 || statistics.wrongBytes() > 0) {
            lines.add("rewinds verified: " + count(statistics.verifiedPages(), "page") + " compared, "
                    + count(statistics.wrongBytes(), "wrong byte"));
        }
        return lines;
    }

    private void addCosts(List<String> lines) {
        RewindStatistics s = statistics;
        lines.add("isolation: " + count(s.rewinds(), "rewind") + ", " + count(s.forks(), "fork") + ", "
                + count(s.checkpoints(), "checkpoint") + (s.moves() == 0 ? "" : " and " + count(s.moves(), "move"))
                + each(s.checkpointNs(), s.checkpoints() + s.moves()));
        if (s.rewinds() > 0) {
            lines.add("a rewind: " + count(s.pages() / s.rewinds(), "page") + each(s.rewindNs(), s.rewinds())
                    + ": scan " + mean(s.scanNs(), s.rewinds()) + ", copy " + mean(s.copyNs(), s.rewinds())
                    + ", ledger " + mean(s.ledgerNs(), s.rewinds()) + ", layout " + mean(s.layoutNs(), s.rewinds()));
        }
        if (!s.discards().isEmpty()) {
            lines.add("processes thrown away: " + s.discarded() + " (" + reasons(s.discards()) + ")");
        }
    }

    private static String reasons(Map<String, Integer> discards) {
        return new TreeMap<>(discards)
                .entrySet().stream()
                        .map(reason -> reason.getKey() + ": " + reason.getValue())
                        .collect(Collectors.joining(", "));
    }

    private static String each(long ns, int count) {
        return count == 0 ? "" : ", " + mean(ns, count) + " each";
    }

    private static String mean(long ns, int count) {
        return Durations.ofNode(ns / count);
    }

    private static String count(long number, String noun) {
        return String.format(Locale.ROOT, "%,d %s%s", number, noun, number == 1 ? "" : "s");
    }
}
