package io.tach.engine.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RecordLinesTest {
    private static final RecordLines LINES = new RecordLines("sample", 3);

    @Test
    void theFormShouldStayAsItIs() {
        assertEquals(
                "tach sample 3\na\t1\nb\\0009x\t\n", LINES.encode(List.of(List.of("b\tx", ""), List.of("a", "1"))));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "a b",
                "tab\tand\nline\r\n",
                "back\\slash",
                "\\0009",
                "\\",
                "日本",
                "😀",
                "\uD800",
                "x\uDC00\uD800y",
                "\u0000\u001b[2J",
                "\u2028\u2029\u0085",
                "tests/test_ñ.py::test[a::b]"
            })
    void everyTextShouldComeBack(String text) {
        // When
        String written = LINES.encode(List.of(List.of(text, "x", text)));
        String read = new String(written.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);

        // Then
        assertEquals(List.of(List.of(text, "x", text)), LINES.decode(read));
        assertEquals(2, written.lines().count());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "tach sample 3", "tach sample 2\na\t1\n", "tach other 3\na\n", "a\t1\n", "\0\1\2"})
    void otherTextShouldHoldNoRecords(String text) {
        assertEquals(List.of(), LINES.decode(text));
    }

    @Test
    void damageShouldBeReadAsFarAsItGoes() {
        assertEquals(
                List.of(List.of("a\\00"), List.of("\uFFFDz"), List.of("b", "1")),
                LINES.decode("tach sample 3\na\\00\n\\zzzzz\n\nb\t1"));
    }
}
