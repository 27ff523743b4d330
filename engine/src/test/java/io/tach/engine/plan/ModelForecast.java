package io.tach.engine.plan;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;

/** What an earlier run of a {@link ModelSuite} would have left, right or not. */
final class ModelForecast implements Forecast {
    private final Map<String, Long> testNs = new HashMap<>();
    private final Map<String, Long> setupNs = new HashMap<>();

    /** @param noise how far off durations are: each by a factor of up to {@code 1 + noise}, up or down */
    ModelForecast(ModelSuite suite, double noise) {
        Random random = new Random(suite.name().hashCode());
        for (ModelSuite.File file : suite.files()) {
            setupNs.put(file.path(), file.setupNs());
            for (int i = 0; i < file.testNs().size(); i++) {
                double off = Math.pow(1 + noise, 2 * random.nextDouble() - 1);
                testNs.put(ModelSuite.nodeId(file.path(), i), (long)
                        ((file.testNs().get(i) + (i == 0 ? file.setupNs() : 0)) * off));
            }
        }
    }

    @Override
    public long testNs(String nodeId) {
        return testNs.getOrDefault(nodeId, -1L);
    }

    @Override
    public boolean failedLast(String nodeId) {
        return false;
    }

    @Override
    public long setupNs(String path) {
        return setupNs.getOrDefault(path, -1L);
    }
}
