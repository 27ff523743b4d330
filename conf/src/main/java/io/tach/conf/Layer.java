package io.tach.conf;

import java.util.EnumMap;
import java.util.Map;
import java.util.function.UnaryOperator;

/** The options that one source sets, each already in its Java type. Mutable while it is read, then only asked. */
final class Layer {
    private final Map<Option, Object> values = new EnumMap<>(Option.class);

    /**
     * Sets an option.
     *
     * @param origin where the value stands, for the message: {@code /p/tach.conf:3: timeout}, {@code --timeout}
     * @throws ConfigException if the value has the wrong type
     */
    void put(Option option, Object raw, String origin) {
        try {
            values.put(option, option.read(raw));
        } catch (IllegalArgumentException e) {
            throw new ConfigException(origin + ": " + e.getMessage() + ", got " + shown(raw));
        }
    }

    /**
     * Sets the option of a key in a file.
     *
     * @param origin the file and line
     * @throws ConfigException if there is no such key or the value has the wrong type
     */
    void put(String key, Object raw, String origin) {
        Option option = Option.ofKey(key).orElseThrow(() -> unknown(key, origin));
        put(option, raw, origin + ": " + key);
    }

    /** The value, or null if this source does not set the option. */
    Object get(Option option) {
        return values.get(option);
    }

    /** Replaces a text that is already set; does nothing otherwise. */
    void mapText(Option option, UnaryOperator<String> change) {
        values.computeIfPresent(option, (o, value) -> change.apply((String) value));
    }

    static ConfigException unknown(String key, String origin) {
        return new ConfigException(
                origin + ": unknown key \"" + key + "\"; did you mean \"" + NearestName.of(key, Option.keys()) + "\"?");
    }

    private static String shown(Object raw) {
        return raw instanceof String ? "\"" + raw + "\"" : String.valueOf(raw);
    }
}
