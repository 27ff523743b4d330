package io.tach.engine.plan;

import io.tach.engine.plan.SplitPolicy.Choice;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToLongFunction;

/** Moves work from busy workers to one that has less: whole bundles not begun, or else the end of one. */
final class Thief {
    /** Enough to part the work of one among all, and to correct it. */
    private static final int MOVES_A_LANE = 4;

    private final DispatchSettings settings;
    private final Ties ties;
    private final Expectations expectations;
    private final ToLongFunction<Lane> loads;

    /** @param loads how long a worker will be busy, in nanoseconds */
    Thief(DispatchSettings settings, Ties ties, Expectations expectations, ToLongFunction<Lane> loads) {
        this.settings = settings;
        this.ties = ties;
        this.expectations = expectations;
        this.loads = loads;
    }

    /**
     * Moves something to {@code thief}, which runs short, if that pays.
     *
     * @return false if nothing was moved
     */
    boolean steal(Lane thief, Collection<Lane> lanes) {
        long marginNs = thief.isDrained() ? StealPolicy.DRAINED_MARGIN_NS : settings.stealMarginNs();
        long thiefNs = loadNs(thief);
        List<Lane> victims = lanes.stream()
                .filter(v -> v != thief && v.unsent() > 0 && loadNs(v) - thiefNs > marginNs)
                .sorted(Comparator.comparingLong(this::loadNs).reversed())
                .toList();
        for (Lane victim : victims) {
            if (new Move(thief, victim, thiefNs, loadNs(victim), marginNs).anything()) {
                return true;
            }
        }
        return false;
    }

    /**
     * Moves something from {@code giver}, before it is sent what cannot be taken back, to whoever has least before him.
     */
    void give(Lane giver, Collection<Lane> lanes) {
        lanes.stream()
                .filter(lane -> lane != giver)
                .min(Comparator.comparingLong(this::loadNs))
                .ifPresent(least -> give(giver, least));
    }

    private void give(Lane giver, Lane least) {
        long giverNs = loadNs(giver);
        long marginNs = Math.max(
                giverNs / StealPolicy.GIFT_PART,
                least.isDrained() ? StealPolicy.DRAINED_MARGIN_NS : settings.stealMarginNs());
        new Move(least, giver, loadNs(least), giverNs, marginNs).anything();
    }

    /** Moves work from whoever has most to whoever has least until that gains nothing more: before the first test. */
    void evenOut(Collection<Lane> lanes) {
        int attempts = MOVES_A_LANE * lanes.size();
        boolean moved = lanes.size() > 1;
        while (moved && attempts-- > 0) {
            Lane most = Collections.max(lanes, Comparator.comparingLong(this::loadNs));
            Lane least = Collections.min(lanes, Comparator.comparingLong(this::loadNs));
            long mostNs = loadNs(most);
            long marginNs = Math.max(mostNs / StealPolicy.GIFT_PART, settings.stealMarginNs());
            moved = new Move(least, most, loadNs(least), mostNs, marginNs).anything();
        }
    }

    private long loadNs(Lane lane) {
        return loads.applyAsLong(lane);
    }

    /** One attempt between two workers. */
    private final class Move {
        private final Lane thief;
        private final Lane victim;
        private final long thiefNs;
        private final long victimNs;
        private final long marginNs;

        Move(Lane thief, Lane victim, long thiefNs, long victimNs, long marginNs) {
            this.thief = thief;
            this.victim = victim;
            this.thiefNs = thiefNs;
            this.victimNs = victimNs;
            this.marginNs = marginNs;
        }

        boolean anything() {
            return wholeBundles() || endOfLast() || endOf(victim.begun());
        }

        /** As many bundles as even the two out. */
        private boolean wholeBundles() {
            return move(expectations.knowsAny() ? longestThatFit() : fromEnd())
                    || (expectations.knowsAny() && move(fromEnd()));
        }

        /** Few long ones rather than many short ones: each may have to be collected again. */
        private List<Bundle> longestThatFit() {
            List<Bundle> fitting = new ArrayList<>();
            long work = 0;
            long cost = 0;
            for (Bundle bundle : victim.waiting()) {
                long more = bundle.workNs(expectations);
                long moreCost = bundle.costNs(thief, expectations);
                boolean fits = work + more <= StealPolicy.idealNs(victimNs, thiefNs, cost + moreCost);
                if (fits && moreCost <= more && accepts(bundle)) {
                    fitting.add(bundle);
                    work += more;
                    cost += moreCost;
                }
            }
            return fitting;
        }

        /** Neighbours in the session stay together. */
        private List<Bundle> fromEnd() {
            List<Bundle> last = new ArrayList<>();
            long work = 0;
            long cost = 0;
            for (Bundle bundle : victim.waitingFromEnd()) {
                long more = bundle.workNs(expectations);
                long moreCost = bundle.costNs(thief, expectations);
                long ideal = StealPolicy.idealNs(victimNs, thiefNs, cost + moreCost);
                boolean fits = work + more / 2 < ideal || (last.isEmpty() && !maySplit(bundle));
                if (!accepts(bundle) || !fits) {
                    break;
                }
                last.add(bundle);
                work += more;
                cost += moreCost;
            }
            return last;
        }

        private boolean move(List<Bundle> bundles) {
            long work = bundles.stream().mapToLong(b -> b.workNs(expectations)).sum();
            long cost = bundles.stream()
                    .mapToLong(b -> b.costNs(thief, expectations))
                    .sum();
            if (bundles.isEmpty() || !pays(cost, work)) {
                return false;
            }
            for (Bundle bundle : bundles) {
                victim.remove(bundle);
                thief.add(bundle);
            }
            return true;
        }

        private boolean endOfLast() {
            for (Bundle last : victim.waitingFromEnd()) {
                return endOf(last);
            }
            return false;
        }

        /** The second half of a bundle of one unit, or what of it evens the two out. */
        private boolean endOf(Bundle bundle) {
            if (bundle == null || !maySplit(bundle) || !accepts(bundle)) {
                return false;
            }
            Span span = bundle.head();
            long cost = thief.enterNs(new Span(span.unit(), span.to() - 1, span.to()), expectations);
            long ideal = StealPolicy.idealNs(victimNs, thiefNs, cost);
            int near = expectations.knowsAny() ? SplitPolicy.NEAR_BY_TIME : SplitPolicy.NEAR;
            Choice choice = SplitPolicy.cut(span, expectations.testsAtEnd(span, ideal), near);
            if (choice.cut() < 0) {
                return false;
            }
            long work = expectations.workNs(new Span(span.unit(), choice.cut(), span.to()));
            if (!pays(cost, work)) {
                return false;
            }
            thief.add(victim.cut(bundle, choice.cut()));
            return true;
        }

        /** Of what comes before its own tests, the thief does not even take the end. */
        private boolean accepts(Bundle bundle) {
            boolean isBehind = settings.forward() && bundle.head().from() <= thief.lastSent();
            return !isBehind && thief.accepts(bundle);
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
