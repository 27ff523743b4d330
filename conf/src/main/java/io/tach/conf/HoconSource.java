package io.tach.conf;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigOrigin;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import java.nio.file.Path;
import java.util.Map;

/** Reads HOCON whose one block is {@code tach}. */
final class HoconSource {
    private static final String BLOCK = "tach";
    private static final ConfigParseOptions STRICT =
            ConfigParseOptions.defaults().setAllowMissing(false);

    private HoconSource() {}

    /** The defaults, from this jar. */
    static Layer reference() {
        return read(ConfigFactory.parseResources(HoconSource.class, "/tach-reference.conf", STRICT), "reference");
    }

    /**
     * A project's file.
     *
     * @throws ConfigException for a file that cannot be read, bad syntax, an include loop, an unknown key, a wrong type
     */
    static Layer file(Path file) {
        try {
            return read(ConfigFactory.parseFile(file.toFile(), STRICT).resolve(), file.toString());
        } catch (com.typesafe.config.ConfigException e) {
            throw new ConfigException(position(e.origin(), file.toString()) + ": " + reason(e));
        }
    }

    private static Layer read(Config config, String source) {
        Layer layer = new Layer();
        for (Map.Entry<String, ConfigValue> entry : config.root().entrySet()) {
            String origin = position(entry.getValue().origin(), source);
            if (!entry.getKey().equals(BLOCK)) {
                throw misplaced(entry.getKey(), origin);
            }
            readBlock(entry.getValue(), source, layer);
        }
        return layer;
    }

    private static void readBlock(ConfigValue block, String source, Layer layer) {
        if (!(block instanceof ConfigObject options)) {
            throw new ConfigException(position(block.origin(), source) + ": tach: expected a block { ... }");
        }
        options.forEach((key, value) -> {
            if (value.valueType() != ConfigValueType.NULL) {
                layer.put(key, value.unwrapped(), position(value.origin(), source));
            }
        });
    }

    private static ConfigException misplaced(String key, String origin) {
        String meant =
                Option.ofKey(key).isPresent() ? BLOCK + "." + key : BLOCK + "." + NearestName.of(key, Option.keys());
        return new ConfigException(origin + ": unknown key \"" + key + "\"; did you mean \"" + meant + "\"?");
    }

    /** {@code file:line}, as far as they are known. */
    private static String position(ConfigOrigin origin, String fallback) {
        if (origin == null) {
            return fallback;
        }
        String name = origin.filename() == null ? fallback : origin.filename();
        return origin.lineNumber() > 0 ? name + ":" + origin.lineNumber() : name;
    }

    /** The library's reason without the position it puts in front. */
    private static String reason(com.typesafe.config.ConfigException e) {
        String message = e.getMessage();
        String prefix = e.origin() == null ? "" : e.origin().description() + ": ";
        return message.startsWith(prefix) ? message.substring(prefix.length()) : message;
    }
}
