package io.tach.engine.plan;

import io.tach.engine.plan.SplitPolicy.Choice;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/** Moves work from busy workers to one that runs short: whole bundles not begun, or else the end of one. */
final class Thief {
    private final DispatchSettings settings;
    private final Ties ties;

    Thief(DispatchSettings settings, Ties ties) {
        this.settings = settings;
        this.ties = ties;
    }

    /**
     * Moves something to {@code thief} if that pays.
     *
     * @param meanNs what a test takes of which nothing better is known
     * @return false if nothing was moved
     */
    boolean steal(Lane thief, Collection<Lane> lanes, long meanNs) {
        long marginNs = thief.isDrained() ? StealPolicy.DRAINED_MARGIN_NS : settings.stealMarginNs();
        long thiefNs = thief.loadNs(meanNs);
        List<Lane> victims = lanes.stream()
                .filter(v -> v != thief && v.unsent() > 0 && v.loadNs(meanNs) - thiefNs > marginNs)
                .sorted(Comparator.comparingLong((Lane v) -> v.loadNs(meanNs)).reversed())
                .toList();
        for (Lane victim : victims) {
            Move move = new Move(thief, victim, thiefNs, victim.loadNs(meanNs), meanNs, marginNs);
            if (move.wholeBundles() || move.endOfLast() || move.endOf(victim.begun())) {
                return true;
            }
        }
        return false;
    }

    /** One attempt between two workers. */
    private final class Move {
        private final Lane thief;
        private final Lane victim;
        private final long thiefNs;
        private final long victimNs;
        private final long meanNs;
        private final long marginNs;

        Move(Lane thief, Lane victim, long thiefNs, long victimNs, long meanNs, long marginNs) {
            this.thief = thief;
            this.victim = victim;
            this.thiefNs = thiefNs;
            this.victimNs = victimNs;
            this.meanNs = meanNs;
            this.marginNs = marginNs;
        }

        /** As many bundles from the victim's end as even the two out. */
        boolean wholeBundles() {
            int count = 0;
            long work = 0;
            long cost = 0;
            for (Bundle bundle : victim.waitingFromEnd()) {
                long more = bundle.workNs(meanNs);
                long moreCost = bundle.costNs(thief);
                long ideal = StealPolicy.idealNs(victimNs, thiefNs, cost + moreCost);
                boolean fits = work + more / 2 < ideal || (count == 0 && !maySplit(bundle));
                if (!thief.accepts(bundle) || !fits) {
                    break;
                }
                count++;
                work += more;
                cost += moreCost;
            }
            if (count == 0 || !pays(cost, work)) {
                return false;
            }
            for (int i = 0; i < count; i++) {
                thief.add(victim.removeLast());
            }
            return true;
        }

        boolean endOfLast() {
            for (Bundle last : victim.waitingFromEnd()) {
                return endOf(last);
            }
            return false;
        }

        /** The second half of a bundle of one unit, or what of it evens the two out. */
        boolean endOf(Bundle bundle) {
            if (bundle == null || !maySplit(bundle) || !thief.accepts(bundle)) {
                return false;
            }
            Span span = bundle.head();
            long perTestNs = Math.max(1, span.unit().perTestNs(meanNs));
            long cost = bundle.costNs(thief);
            long ideal = StealPolicy.idealNs(victimNs, thiefNs, cost);
            int take = (int) Math.min(span.tests(), Math.max(1, Math.round((double) ideal / perTestNs)));
            Choice choice = SplitPolicy.cut(span, take);
            if (choice.cut() < 0 || !pays(cost, (span.to() - choice.cut()) * perTestNs)) {
                return false;
            }
            thief.add(victim.cut(bundle, choice.cut()));
            return true;
        }

        private boolean maySplit(Bundle bundle) {
            return settings.maySplit()
                    && bundle.isOneUnit()
                    && !ties.isTied(bundle.head().unit());
        }

        private boolean pays(long costNs, long workNs) {
            return StealPolicy.decide(victimNs, thiefNs, costNs, workNs, marginNs)
                    .move();
        }
    }
}
