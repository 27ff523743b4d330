package io.tach.engine.plan;

import io.tach.engine.plan.AssignPolicy.Job;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToIntFunction;

/** Shares out all tests before the first one runs, where it is known how long they take; long files in pieces. */
final class Dealer {
    private final int grain;
    private final Ties ties;
    private final Expectations expectations;
    private final boolean maySplit;

    /**
     * @param grain a piece of a file is at most this part, as a divisor, of what each machine gets
     */
    Dealer(boolean maySplit, int grain, Ties ties, Expectations expectations) {
        this.grain = grain;
        this.maySplit = maySplit;
        this.ties = ties;
        this.expectations = expectations;
    }

    /** A bundle, or a piece of one, and the job that it is. */
    private record Piece(Bundle bundle, Job job) {}

    /**
     * Shares bundles out.
     *
     * @param homeOf which machine has collected the unit, or {@link AssignPolicy#NO_HOME}
     * @return for each machine what it gets, in session order
     */
    List<List<Bundle>> deal(List<Bundle> bundles, int machines, ToIntFunction<Unit> homeOf) {
        long allNs = bundles.stream().mapToLong(b -> b.workNs(expectations)).sum();
        List<Piece> pieces = new ArrayList<>();
        for (Bundle bundle : bundles) {
            addPieces(bundle, allNs, machines, homeOf, pieces);
        }
        long shortNs = grainNs(allNs, machines) / 2;
        Comparator<Piece> movableLast = Comparator.comparing(p -> !p.job().stays(shortNs));
        pieces.sort(movableLast.thenComparing(p -> p.job().workNs(), Comparator.reverseOrder()));
        List<Integer> chosen =
                AssignPolicy.assign(pieces.stream().map(Piece::job).toList(), machines, shortNs);
        return gather(pieces, chosen, machines);
    }

    private void addPieces(Bundle bundle, long allNs, int machines, ToIntFunction<Unit> homeOf, List<Piece> pieces) {
        Unit unit = bundle.biggest().unit();
        int home = homeOf.applyAsInt(unit);
        long workNs = bundle.workNs(expectations);
        if (!maySplit || !bundle.isOneUnit() || ties.isTied(unit)) {
            pieces.add(new Piece(bundle, new Job(workNs, bundle, 0, 1, home, bundle.collectNs())));
            return;
        }
        long setupNs = Math.min(expectations.setupNs(unit), workNs);
        int sharers = AssignPolicy.sharers(allNs, workNs - setupNs, setupNs, machines);
        for (Bundle piece : sharers == 1 ? List.of(bundle) : cut(bundle, grainNs(allNs, machines))) {
            Span span = piece.head();
            long ownNs = expectations.workNs(span) - (span.from() == unit.first() ? setupNs : 0);
            pieces.add(new Piece(piece, new Job(Math.max(1, ownNs), unit, setupNs, sharers, home, unit.collectNs())));
        }
    }

    private long grainNs(long allNs, int machines) {
        return Math.max(1, allNs / machines / grain);
    }

    /** Cuts from the end, between classes where that is near. */
    private List<Bundle> cut(Bundle bundle, long grainNs) {
        List<Bundle> pieces = new ArrayList<>();
        while (bundle.workNs(expectations) > grainNs) {
            Span span = bundle.head();
            int cut = SplitPolicy.cut(span, expectations.testsAtEnd(span, grainNs), SplitPolicy.NEAR_BY_TIME)
                    .cut();
            if (cut <= span.from()) {
                break;
            }
            pieces.add(bundle.cutAt(cut));
        }
        pieces.add(bundle);
        return pieces;
    }

    /** Pieces of one file that meet again are one. */
    private static List<List<Bundle>> gather(List<Piece> pieces, List<Integer> chosen, int machines) {
        List<List<Bundle>> gathered = new ArrayList<>();
        for (int m = 0; m < machines; m++) {
            List<Bundle> own = new ArrayList<>();
            for (int i = 0; i < pieces.size(); i++) {
                if (chosen.get(i) == m) {
                    own.add(pieces.get(i).bundle());
                }
            }
            gathered.add(Bundle.joined(own));
        }
        return gathered;
    }
}
