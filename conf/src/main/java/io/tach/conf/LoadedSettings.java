package io.tach.conf;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** The resolved options. What they do is said in {@code tach-reference.conf}. Immutable. */
public final class LoadedSettings {
    private final List<Layer> layers;

    /** @param layers nearest first; the last one sets every option */
    LoadedSettings(List<Layer> layers) {
        this.layers = List.copyOf(layers);
    }

    /** What standard output gets. */
    public OutputFormat format() {
        return get(Option.FORMAT, OutputFormat.class);
    }

    /** Glob of the names of test files; empty: as pytest is configured. */
    public String testPattern() {
        return get(Option.TEST_PATTERN, String.class);
    }

    /** What the user knows of tests that leave something behind. */
    public ToxicitySettings toxicity() {
        return get(Option.TOXICITY, ToxicitySettings.class);
    }

    /** The interpreter, if a source names one. */
    public Optional<Path> python() {
        return Optional.of(get(Option.PYTHON, String.class))
                .filter(text -> !text.isEmpty())
                .map(Path::of);
    }

    /**
     * The settings of a run.
     *
     * @param projectDir directory pytest is started in
     * @param foundPython the interpreter if no source names one
     * @param pytestArgs pytest's own arguments
     * @param runDir as in {@link TachSettings}
     * @param processors how many workers {@code auto} may mean
     * @throws ConfigException if two options contradict each other
     */
    public TachSettings toRun(
            Path projectDir, Path foundPython, List<String> pytestArgs, Optional<Path> runDir, int processors) {
        return new TachSettings(
                projectDir,
                python().orElse(foundPython),
                withTestPattern(pytestArgs),
                workers(processors),
                isolation(),
                planning(),
                get(Option.TIMEOUT, Duration.class),
                get(Option.TIMEOUT_GRACE, Duration.class),
                get(Option.COLLECT_TIMEOUT, Duration.class),
                get(Option.INTERRUPT_GRACE, Duration.class),
                get(Option.ZYGOTE_RESTARTS, Integer.class),
                toxicity(),
                runDir);
    }

    private PlanningSettings planning() {
        Optional<?> partition = get(Option.PARTITION, Optional.class);
        return new PlanningSettings(
                get(Option.HISTORY, Boolean.class),
                get(Option.PREIMPORT, Boolean.class),
                partition.map(Partition.class::cast));
    }

    private IsolationSettings isolation() {
        IsolationSettings isolation = new IsolationSettings(
                get(Option.ISOLATION_STRATEGY, IsolationStrategy.class),
                get(Option.STRICT_ISOLATION, Boolean.class),
                get(Option.VERIFY_REWIND, Boolean.class),
                get(Option.SEED, OptionalLong.class));
        if (isolation.strict() && isolation.strategy() == IsolationStrategy.NONE) {
            throw new ConfigException("strict_isolation: isolation_strategy is none, so nothing is isolated");
        }
        return isolation;
    }

    /**
     * The number of workers; empty if nobody chose, so that the suite's own {@code -n} may. A source that says auto chose:
     * it overrides the suite. So does a limit, which needs a number to cut.
     */
    OptionalInt workers(int processors) {
        OptionalInt asked = get(Option.WORKERS, OptionalInt.class);
        if (asked.isPresent()) {
            return OptionalInt.of(Math.max(1, asked.getAsInt()));
        }
        int limit = get(Option.MAX_WORKERS, Integer.class);
        if (limit > 0) {
            return OptionalInt.of(Math.min(processors, limit));
        }
        return layers.get(0).get(Option.WORKERS) == null ? OptionalInt.empty() : OptionalInt.of(processors);
    }

    private List<String> withTestPattern(List<String> pytestArgs) {
        String pattern = testPattern();
        if (pattern.isEmpty()) {
            return List.copyOf(pytestArgs);
        }
        List<String> all = new ArrayList<>(List.of("-o", "python_files=" + pattern));
        all.addAll(pytestArgs);
        return List.copyOf(all);
    }

    private <T> T get(Option option, Class<T> type) {
        return layers.stream()
                .map(layer -> layer.get(option))
                .filter(value -> value != null)
                .map(type::cast)
                .findFirst()
                .orElseThrow();
    }
}
