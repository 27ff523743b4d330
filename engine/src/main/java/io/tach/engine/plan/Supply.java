package io.tach.engine.plan;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToLongFunction;

/**
 * Where a worker's next tests come from: what it was dealt or has collected, the pool, another worker. Moves tests that
 * were not sent; each is in the pool or with one worker.
 */
final class Supply {
    /** Pieces of files that are dealt out are small enough to fill the gaps that others leave. */
    private static final int GRAIN = 8;

    /** After so many workers could not collect a unit again it is not tried any more. */
    private static final int MOST_REFUSALS = 2;

    private final DispatchSettings settings;
    private final Lanes lanes;
    private final Expectations expectations;
    private final boolean sorted;
    private final Ties ties;
    private final Thief thief;
    private final Pool pool = new Pool();

    /**
     * Everything is with whoever collected it, or in the pool.
     *
     * @param units all collected units in the order of the session, numbered and ranked
     * @param sorted whether files begin in the order of their ranks
     * @param loadNs how long a worker will be busy
     */
    Supply(
            DispatchSettings settings,
            Lanes lanes,
            Collection<Unit> units,
            Expectations expectations,
            boolean sorted,
            ToLongFunction<Lane> loadNs) {
        this.settings = settings;
        this.lanes = lanes;
        this.expectations = expectations;
        this.sorted = sorted;
        this.ties = new Ties(units);
        this.thief = new Thief(settings, ties, expectations, loadNs);
        List<Span> all = units.stream()
                .filter(u -> !u.nodeIds().isEmpty())
                .map(Unit::all)
                .toList();
        ties.bundles(all).forEach(sorted ? pool::add : this::giveToOwner);
    }

    /** A bundle goes to the worker that collected most of it; one of the zygote or of a lost worker into the pool. */
    private void giveToOwner(Bundle bundle) {
        Lane owner = laneOf(bundle.biggest().unit());
        if (owner == null) {
            pool.add(bundle);
        } else {
            owner.add(bundle);
        }
    }

    private Lane laneOf(Unit unit) {
        if (unit.owner() < 0) {
            return null;
        }
        return lanes.present().stream()
                .filter(lane -> lane.worker() == unit.owner() && lane.holds(unit))
                .findFirst()
                .orElse(null);
    }

    // --- before the first test

    /** Everybody gets a share before anybody gets much: the pool is shared out, then the idle take from the busy. */
    void shareOut() {
        List<Lane> byLoad = lanes.present();
        if (sorted) {
            dealOut(byLoad);
            thief.evenOut(byLoad);
        } else {
            byLoad.sort(Comparator.comparingInt(Lane::tests));
            byLoad.forEach(this::claim);
            byLoad.stream().filter(lane -> lane.tests() == 0).forEach(this::findMore);
        }
    }

    private void dealOut(List<Lane> present) {
        if (present.isEmpty()) {
            return;
        }
        List<List<Bundle>> shares = new Dealer(settings.maySplit(), GRAIN, ties, expectations)
                .deal(pool.takeIf(bundle -> true), present.size(), unit -> present.indexOf(laneOf(unit)));
        for (int i = 0; i < present.size(); i++) {
            shares.get(i).forEach(present.get(i)::add);
        }
    }

    // --- for a worker that runs short

    /** True if a worker that runs short has nobody but the others to ask. */
    boolean isPoolEmpty() {
        return pool.isEmpty();
    }

    /** Finds a worker more work; false if there is none for it. */
    boolean findMore(Lane lane) {
        return claim(lane) || thief.steal(lane, lanes.present());
    }

    /** Takes something from a worker, if another one would be done with it sooner. */
    void relieve(Lane lane) {
        thief.give(lane, lanes.present());
    }

    /**
     * Takes bundles out of the pool: where it is known how long they take, one, since the next one is for whoever is done
     * first; else until the worker has its share of everything that was not sent. One too where the others can take nothing
     * back of a share that is too much.
     */
    private boolean claim(Lane lane) {
        if (pool.isEmpty()) {
            return false;
        }
        boolean one = sorted || settings.forward();
        return one ? claimOne(lane) : claimShare(lane);
    }

    private boolean claimOne(Lane lane) {
        Bundle first = pool.takeFor(lane);
        if (first != null) {
            lane.add(first);
        }
        return first != null;
    }

    private boolean claimShare(Lane lane) {
        List<Lane> present = lanes.present();
        int all = pool.tests() + present.stream().mapToInt(Lane::tests).sum();
        int share = (all + present.size() - 1) / present.size();
        boolean claimed = claimOne(lane);
        boolean more = claimed;
        while (more && lane.tests() < share) {
            more = claimOne(lane);
        }
        return claimed;
    }

    // --- what comes back

    void takeBack(List<Span> spans) {
        ties.bundles(spans).forEach(pool::add);
    }

    /** A worker found that it cannot run a unit: what it would have got of that goes to whoever can at once. */
    void passOnRefused(Lane lane) {
        ties.bundles(lane.removeUnsent()).forEach(bundle -> giveElsewhereIfRefused(bundle, lane));
    }

    private void giveElsewhereIfRefused(Bundle bundle, Lane lane) {
        if (lane.accepts(bundle)) {
            lane.add(bundle);
            return;
        }
        lanes.present().stream()
                .filter(other -> other != lane && bundle.costNs(other, expectations) == 0 && other.accepts(bundle))
                .min(Comparator.comparingInt(Lane::tests))
                .ifPresentOrElse(owner -> owner.add(bundle), () -> pool.add(bundle));
    }

    /** Takes out what no worker can run. */
    List<Bundle> takeHopeless() {
        return pool.takeIf(this::isHopeless);
    }

    private boolean isHopeless(Bundle bundle) {
        List<Lane> present = lanes.present();
        for (Span span : bundle.spans()) {
            Unit unit = span.unit();
            if (unit.refusals() >= MOST_REFUSALS && present.stream().noneMatch(lane -> lane.holds(unit))) {
                return true;
            }
        }
        return !present.isEmpty() && present.stream().noneMatch(lane -> lane.accepts(bundle));
    }
}
