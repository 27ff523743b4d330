package io.tach.conf;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads {@code TACH_*} variables. */
final class EnvironmentSource {
    private static final String PREFIX = "TACH_";
    /** How close a variable's name must be to be taken for a slip: others may own names with our prefix. */
    private static final int SLIP = 2;

    private static final List<String> NAMES =
            Arrays.stream(Option.values()).map(Option::environmentName).toList();

    private EnvironmentSource() {}

    /**
     * The options that are set. An empty variable counts as unset.
     *
     * @throws ConfigException for a bad value, or a name that is nearly an option's
     */
    static Layer read(Map<String, String> environment) {
        Layer layer = new Layer();
        environment.forEach((name, value) -> {
            if (name.startsWith(PREFIX) && !value.isEmpty()) {
                put(layer, name, value);
            }
        });
        return layer;
    }

    private static void put(Layer layer, String name, String value) {
        Optional<Option> option = Option.ofEnvironmentName(name);
        if (option.isPresent()) {
            layer.put(option.get(), value, "environment variable " + name);
        } else {
            NearestName.within(SLIP, name, NAMES).ifPresent(meant -> {
                throw new ConfigException(
                        "environment variable " + name + ": unknown; did you mean \"" + meant + "\"?");
            });
        }
    }
}
