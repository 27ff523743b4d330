package io.tach.engine.plan;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.Predicate;

/** Tests that no worker has been given, in the order in which they should begin. */
final class Pool {
    private final NavigableMap<Long, Bundle> bundles = new TreeMap<>();
    private int tests;

    void add(Bundle bundle) {
        bundles.put(bundle.place(), bundle);
        tests += bundle.tests();
    }

    boolean isEmpty() {
        return bundles.isEmpty();
    }

    int tests() {
        return tests;
    }

    /** Takes the first bundle that the worker can run; null if there is none. */
    Bundle takeFor(Lane lane) {
        for (Iterator<Bundle> it = bundles.values().iterator(); it.hasNext(); ) {
            Bundle bundle = it.next();
            if (lane.accepts(bundle)) {
                it.remove();
                tests -= bundle.tests();
                return bundle;
            }
        }
        return null;
    }

    /** Takes out what matches. */
    List<Bundle> takeIf(Predicate<Bundle> wanted) {
        List<Bundle> taken = new ArrayList<>();
        for (Iterator<Bundle> it = bundles.values().iterator(); it.hasNext(); ) {
            Bundle bundle = it.next();
            if (wanted.test(bundle)) {
                it.remove();
                tests -= bundle.tests();
                taken.add(bundle);
            }
        }
        return taken;
    }
}
