package io.tach.engine.plan;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Shares jobs out so that all machines end early: each to the machine that would be done with it first, which is good if
 * the longest come first (LPT). Jobs of one family, such as parts of a file, need the same fixtures: whoever has one of them already is cheaper,
 * and only as many machines share a family as pays.
 */
final class AssignPolicy {
    /** A job that every machine can take at once, and whose family is its own, has no home. */
    static final int NO_HOME = -1;

    /** The part by which the end must come sooner, as a divisor, if one more machine pays for what a family needs. */
    private static final int WORTH_IT = 40;

    private AssignPolicy() {}

    /**
     * A job.
     *
     * @param workNs what it takes, without what its family needs
     * @param family jobs with the same one share what it needs
     * @param setupNs what the family needs on each machine
     * @param sharers how many machines may have jobs of the family, at least 1
     * @param home the machine that need not fetch the family, or {@link #NO_HOME} if none must
     * @param fetchNs what it costs the others to
     */
    record Job(long workNs, Object family, long setupNs, int sharers, int home, long fetchNs) {
        /** True if it is too short to be moved from where it is at home. */
        boolean stays(long shortNs) {
            return home != NO_HOME && workNs <= shortNs;
        }
    }

    /**
     * On how many machines a family should be shared out if all else can be: the more, the sooner it ends, and the more
     * everybody pays for what it needs. One more has to be worth it.
     *
     * @param allNs all work there is, what families need counted once
     * @param familyNs the family's own, without what it needs
     * @param setupNs what it needs on each machine
     */
    static int sharers(long allNs, long familyNs, long setupNs, int machines) {
        int best = 1;
        long bestNs = Long.MAX_VALUE;
        for (int k = 1; k <= machines; k++) {
            long everybodyNs = (allNs + (k - 1) * setupNs) / machines;
            long endNs = Math.max(everybodyNs, setupNs + familyNs / k);
            if (endNs < bestNs - bestNs / WORTH_IT) {
                best = k;
                bestNs = endNs;
            }
        }
        return setupNs == 0 ? machines : best;
    }

    /**
     * Chooses a machine for each job.
     *
     * @param jobs in the order in which they are assigned
     * @param shortNs a job that is not longer stays at home
     */
    static List<Integer> assign(List<Job> jobs, int machines, long shortNs) {
        long[] loadNs = new long[machines];
        List<Set<Object>> families = new ArrayList<>();
        for (int m = 0; m < machines; m++) {
            families.add(new HashSet<>());
        }
        List<Integer> chosen = new ArrayList<>();
        for (Job job : jobs) {
            int machine = job.stays(shortNs) ? job.home() : choose(job, loadNs, families);
            loadNs[machine] += costNs(job, machine, families);
            families.get(machine).add(job.family());
            chosen.add(machine);
        }
        return chosen;
    }

    private static int choose(Job job, long[] loadNs, List<Set<Object>> families) {
        long sharing = families.stream().filter(f -> f.contains(job.family())).count();
        int best = -1;
        long bestNs = Long.MAX_VALUE;
        for (int m = 0; m < loadNs.length; m++) {
            boolean mayTake = sharing < job.sharers() || families.get(m).contains(job.family());
            long endNs = loadNs[m] + costNs(job, m, families);
            if (mayTake && endNs < bestNs) {
                best = m;
                bestNs = endNs;
            }
        }
        return best;
    }

    private static long costNs(Job job, int machine, List<Set<Object>> families) {
        if (families.get(machine).contains(job.family())) {
            return job.workNs();
        }
        boolean fetches = job.home() != NO_HOME && job.home() != machine;
        return job.workNs() + job.setupNs() + (fetches ? job.fetchNs() : 0);
    }
}
