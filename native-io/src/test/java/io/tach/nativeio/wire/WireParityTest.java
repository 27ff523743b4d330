package io.tach.nativeio.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Java and Python must agree on every constant, and the document on every command. */
class WireParityTest {
    private static final Path PYTHON = Path.of("src/main/python/tach_harness/base/_wire.py");
    private static final Path DOCUMENT = Path.of("../docs/protocol.md");

    private static final Pattern CONSTANT = Pattern.compile("^([A-Z][A-Z0-9_]*) = (.+)$", Pattern.MULTILINE);
    private static final Pattern COMMAND_ROW =
            Pattern.compile("^\\| 0x([0-9a-f]{2}) \\| ((?:CMD|MSG)_[A-Z_]+) \\|", Pattern.MULTILINE);

    @Test
    void shouldHoldTheConstantsOfPython() throws IOException, IllegalAccessException {
        assertEquals(pythonConstants(), javaConstants());
    }

    @Test
    void shouldHoldTheCommandsOfTheDocument() throws IOException, IllegalAccessException {
        Map<String, Long> documented = new TreeMap<>();
        Matcher row = COMMAND_ROW.matcher(Files.readString(DOCUMENT));
        while (row.find()) {
            documented.put(row.group(2), Long.parseLong(row.group(1), 16));
        }
        assertTrue(documented.size() > 20, "the document's table was not found");

        Map<String, Long> commands = javaConstants();
        commands.keySet().removeIf(name -> !name.startsWith("CMD_") && !name.startsWith("MSG_"));
        assertEquals(documented, commands);
    }

    private static Map<String, Long> javaConstants() throws IllegalAccessException {
        Map<String, Long> constants = new TreeMap<>();
        for (Field field : WireDescriptor.class.getFields()) {
            constants.put(field.getName(), Integer.toUnsignedLong(field.getInt(null)));
        }
        return constants;
    }

    private static Map<String, Long> pythonConstants() throws IOException {
        Map<String, Long> constants = new TreeMap<>();
        Matcher assignment = CONSTANT.matcher(Files.readString(PYTHON));
        while (assignment.find()) {
            constants.put(assignment.group(1), value(assignment.group(2)));
        }
        return constants;
    }

    /** A number, a product of numbers, or bytes read as a little-endian number. */
    private static long value(String expression) {
        if (expression.startsWith("b\"")) {
            return littleEndian(expression.substring(2, expression.length() - 1));
        }
        long product = 1;
        for (String factor : expression.split(" \\* ", -1)) {
            product *= Long.decode(factor);
        }
        return product;
    }

    private static long littleEndian(String bytes) {
        long number = 0;
        for (int i = bytes.length() - 1; i >= 0; i--) {
            number = number << 8 | bytes.charAt(i);
        }
        return number;
    }
}
