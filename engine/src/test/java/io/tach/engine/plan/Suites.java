package io.tach.engine.plan;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Made-up suites. */
final class Suites {
    private Suites() {}

    static Collected unit(int unit, int tests, long collectNs) {
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < tests; i++) {
            ids.add("u" + unit + ".py::test_" + i);
        }
        return Collected.of(unit, ids, collectNs);
    }

    /** Units of every size, with classes and, if wanted, groups that reach over units. */
    static List<Collected> random(long seed, boolean groups) {
        Random random = new Random(seed);
        List<Collected> suite = new ArrayList<>();
        int units = 1 + random.nextInt(12);
        for (int unit = 0; unit < units; unit++) {
            List<String> ids = new ArrayList<>();
            Map<Integer, String> grouped = new HashMap<>();
            int tests = random.nextInt(4) == 0 ? random.nextInt(60) : random.nextInt(6);
            for (int i = 0; i < tests; i++) {
                ids.add("u" + unit + ".py::" + (random.nextBoolean() ? "TestA::" : "") + "test_" + i);
                if (groups && random.nextInt(5) == 0) {
                    grouped.put(i, "g" + random.nextInt(6));
                }
            }
            suite.add(new Collected(unit, ids, random.nextInt(300_000_000), Map.of(), grouped));
        }
        return suite;
    }
}
