package io.tach.engine.model;

import java.util.Map;
import java.util.TreeMap;

/**
 * What isolation cost: sums over the checkpoints, rewinds and processes of a run. Times are in nanoseconds.
 *
 * @param checkpoints how many checkpoints were made
 * @param moves how often a checkpoint was moved behind fixtures of modules and classes, without another twin
 * @param checkpointNs how long both took
 * @param rewinds how often a worker was rewound
 * @param pages how many pages were copied back
 * @param scanNs finding the pages that were written
 * @param copyNs copying them back
 * @param ledgerNs comparing the kernel's state
 * @param layoutNs comparing the mappings
 * @param rewindNs the rewinds all in all
 * @param forks how many processes were forked to run tests in
 * @param discards how often a process was thrown away, by reason
 * @param verifiedPages pages that were compared with the checkpoint after a rewind; 0 unless asked for
 * @param wrongBytes bytes of those that differed
 */
public record RewindStatistics(
        int checkpoints,
        int moves,
        long checkpointNs,
        int rewinds,
        long pages,
        long scanNs,
        long copyNs,
        long ledgerNs,
        long layoutNs,
        long rewindNs,
        int forks,
        Map<String, Integer> discards,
        long verifiedPages,
        long wrongBytes) {

    /** Nothing was isolated. */
    public static final RewindStatistics NONE = new RewindStatistics(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, Map.of(), 0, 0);

    /** So many reasons are told apart: what stands in them comes from tests. */
    private static final int MOST_REASONS = 100;

    private static final String OTHER_REASONS = "other reasons";

    /** Both together. */
    public RewindStatistics plus(RewindStatistics other) {
        return new RewindStatistics(
                sum(checkpoints, other.checkpoints),
                sum(moves, other.moves),
                sum(checkpointNs, other.checkpointNs),
                sum(rewinds, other.rewinds),
                sum(pages, other.pages),
                sum(scanNs, other.scanNs),
                sum(copyNs, other.copyNs),
                sum(ledgerNs, other.ledgerNs),
                sum(layoutNs, other.layoutNs),
                sum(rewindNs, other.rewindNs),
                sum(forks, other.forks),
                sum(discards, other.discards),
                sum(verifiedPages, other.verifiedPages),
                sum(wrongBytes, other.wrongBytes));
    }

    /** True if nothing was isolated, so there is nothing to tell. */
    public boolean isEmpty() {
        return equals(NONE);
    }

    /** How many processes were thrown away. */
    public int discarded() {
        return discards.values().stream().reduce(0, RewindStatistics::sum);
    }

    private static Map<String, Integer> sum(Map<String, Integer> a, Map<String, Integer> b) {
        Map<String, Integer> sum = new TreeMap<>(a);
        b.forEach((reason, count) -> {
            boolean known = sum.containsKey(reason) || sum.size() < MOST_REASONS;
            sum.merge(known ? reason : OTHER_REASONS, count, RewindStatistics::sum);
        });
        return Map.copyOf(sum);
    }

    /** A sum of numbers that are not negative; too large a one stays at the largest number. */
    private static int sum(int a, int b) {
        return a + b < 0 ? Integer.MAX_VALUE : a + b;
    }

    private static long sum(long a, long b) {
        return a + b < 0 ? Long.MAX_VALUE : a + b;
    }
}
