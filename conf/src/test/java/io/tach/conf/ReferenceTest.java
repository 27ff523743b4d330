package io.tach.conf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigValue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The reference, the code and the manual must name the same options with the same defaults. */
class ReferenceTest {
    private static final Pattern ROW = Pattern.compile("\\| `(\\w+)` \\| `([^`]*)` \\|.*");

    private final Config reference =
            ConfigFactory.parseResources("tach-reference.conf").getConfig("tach");

    @Test
    void shouldSetEveryOptionAndNothingElse() {
        assertEquals(
                new TreeSet<>(Option.keys()), new TreeSet<>(reference.root().keySet()));
    }

    @Test
    void shouldExplainEveryOption() {
        for (ConfigValue value : reference.root().values()) {
            assertTrue(!value.origin().comments().isEmpty(), () -> "no comment: " + value.origin());
        }
    }

    @Test
    void shouldAgreeWithTheManual() throws IOException {
        Map<String, String> defaults = new LinkedHashMap<>();
        reference.root().forEach((key, value) -> defaults.put(key, shown(value)));

        assertEquals(defaults, manual());
    }

    private static String shown(ConfigValue value) {
        String text = String.valueOf(value.unwrapped());
        return text.isEmpty() ? "\"\"" : text;
    }

    private static Map<String, String> manual() throws IOException {
        Map<String, String> rows = new LinkedHashMap<>();
        for (String line : Files.readAllLines(Path.of("../docs/configuration.md"))) {
            Matcher row = ROW.matcher(line);
            if (row.matches()) {
                rows.put(row.group(1), row.group(2));
            }
        }
        return rows;
    }
}
