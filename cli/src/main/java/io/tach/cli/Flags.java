package io.tach.cli;

import io.tach.conf.ConfigException;
import io.tach.conf.Option;
import io.tach.conf.SettingsLoader.FlagValue;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What tach's own flags set. Reading them needs no library: the table has already said which words are flags and which
 * are values. (picocli's classes are too old for the class archive, so that parsing with it would cost every start more
 * than all the rest of the command line; it only lays out the help text.)
 *
 * @param options what was set, with the flag as written; the last one counts, as in pytest
 * @param notes lines for the user about flags that have no effect
 */
record Flags(Map<Option, FlagValue> options, Set<String> notes) {

    /**
     * Reads flags.
     *
     * @throws ConfigException if a value is missing
     */
    static Flags read(List<FlagTable.Given> given) {
        Flags flags = new Flags(new EnumMap<>(Option.class), new LinkedHashSet<>());
        for (FlagTable.Given one : given) {
            if (one.value() == null) {
                throw new ConfigException(one.flag() + ": expected a value");
            }
            flags.add(one.flag(), one.value());
        }
        return flags;
    }

    private void add(String flag, String value) {
        switch (flag) {
            case "-n", "--numprocesses", "--workers" -> set(Option.WORKERS, flag, value);
            case "--maxprocesses" -> set(Option.MAX_WORKERS, flag, value);
            case "--isolation" -> set(Option.ISOLATION_STRATEGY, flag, value);
            case "--no-isolation" -> set(Option.ISOLATION_STRATEGY, flag, "none");
            case "--strict-isolation" -> set(Option.STRICT_ISOLATION, flag, "true");
            case "--verify-rewind" -> set(Option.VERIFY_REWIND, flag, "true");
            case "--seed" -> set(Option.SEED, flag, value);
            case "--timeout" -> set(Option.TIMEOUT, flag, value);
            case "--no-history" -> set(Option.HISTORY, flag, "false");
            case "--no-preimport" -> set(Option.PREIMPORT, flag, "false");
            case "--partition" -> set(Option.PARTITION, flag, value);
            case "--format" -> set(Option.FORMAT, flag, value);
            case "--python" -> set(Option.PYTHON, flag, value);
            case "--tx", "--rsyncdir", "--rsyncignore" ->
                notes.add(flag + ": without effect, workers are processes of this machine");
            default -> {} // --dist and -d: the zygote reads them, where the suite's own addopts are known too
        }
    }

    private void set(Option option, String flag, String value) {
        options.put(option, new FlagValue(flag, value));
    }
}
