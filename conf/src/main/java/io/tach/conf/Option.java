package io.tach.conf;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Every option, once. The names are the same in all sources; the defaults stand in {@code tach-reference.conf}. */
public enum Option {
    PYTHON(ValueReader::text),
    WORKERS(ValueReader::countOrAuto),
    MAX_WORKERS(ValueReader::count),
    ISOLATION_STRATEGY(value -> ValueReader.word(value, IsolationStrategy.class)),
    STRICT_ISOLATION(ValueReader::flag),
    VERIFY_REWIND(ValueReader::flag),
    SEED(ValueReader::numberOrRandom),
    TIMEOUT(ValueReader::duration),
    TIMEOUT_GRACE(ValueReader::duration),
    COLLECT_TIMEOUT(ValueReader::duration),
    INTERRUPT_GRACE(ValueReader::duration),
    ZYGOTE_RESTARTS(ValueReader::count),
    HISTORY(ValueReader::flag),
    PREIMPORT(ValueReader::flag),
    PARTITION(ValueReader::partition),
    FORMAT(value -> ValueReader.word(value, OutputFormat.class)),
    TEST_PATTERN(ValueReader::text),
    TOXICITY(ToxicityReader::read);

    private static final String ENVIRONMENT_PREFIX = "TACH_";

    @SuppressWarnings("ImmutableEnumChecker") // method references hold no state
    private final ValueReader reader;

    Option(ValueReader reader) {
        this.reader = reader;
    }

    /** The name in configuration files, such as {@code timeout_grace}. */
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The environment variable, such as {@code TACH_TIMEOUT_GRACE}. */
    public String environmentName() {
        return ENVIRONMENT_PREFIX + name();
    }

    /** The option with this name in configuration files. */
    static Optional<Option> ofKey(String key) {
        return Arrays.stream(values()).filter(o -> o.key().equals(key)).findFirst();
    }

    static Optional<Option> ofEnvironmentName(String name) {
        return Arrays.stream(values())
                .filter(o -> o.environmentName().equals(name))
                .findFirst();
    }

    static List<String> keys() {
        return Arrays.stream(values()).map(Option::key).toList();
    }

    /**
     * The value in its Java type.
     *
     * @param raw text, a number, or whatever else a file held
     * @throws IllegalArgumentException saying what was expected
     */
    Object read(Object raw) {
        return reader.read(raw);
    }
}
