package io.tach.reporters;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SanitizerTest {
    @Test
    void shouldReturnHarmlessTextItself() {
        String text = "a line\n\tanother: é 日本 ::\n";

        assertSame(text, Sanitizer.text(text));
    }

    @Test
    void shouldKeepEmoji() {
        assertEquals("ok \uD83D\uDE00", Sanitizer.line("ok \uD83D\uDE00"));
    }

    @Test
    void shouldShowControlCharacters() {
        assertEquals(
                "bell\\x07 back\\x08 del\\x7f csi\\x9b nul\\x00",
                Sanitizer.text("bell\u0007 back\b del\u007f csi\u009b nul\0"));
    }

    @Test
    void shouldShowLineFeedsWhereOneLineIsMeant() {
        assertEquals("a\\nb\tc", Sanitizer.line("a\nb\tc"));
    }

    @Test
    void shouldDropCarriageReturnOnlyBeforeLineFeed() {
        assertEquals("dos\nover\\rwritten", Sanitizer.text("dos\r\nover\rwritten"));
    }

    @Test
    void shouldEscapeLoneSurrogates() {
        assertEquals("\\ud800 and \\udcff", Sanitizer.line("\ud800 and \udcff"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\u001b[31mred\u001b[0m", "\u001b[1;38;5;9mx\u001b[m", "\u001b[38:2::1:2:3mx"})
    void shouldKeepColoursWherePytestSetsThem(String text) {
        assertEquals(text, Sanitizer.coloured(text));
    }

    @Test
    void shouldShowColoursOfTests() {
        assertEquals("\\x1b[31mred", Sanitizer.text("\u001b[31mred"));
    }

    @Test
    void shouldNeutraliseEverySequenceButColours() {
        String hostile = "\u001b]0;title\u0007\u001b[2J\u001b[1A\u001b[31";

        assertEquals("\\x1b]0;title\\x07\\x1b[2J\\x1b[1A\\x1b[31", Sanitizer.coloured(hostile));
    }

    @ParameterizedTest
    @CsvSource(
            textBlock =
                    """
            ##vso[task.setvariable]x,              #\\#vso[task.setvariable]x
            said ##vso[task.complete],             said #\\#vso[task.complete]
            ##teamcity[testFailed],                #\\#teamcity[testFailed]
            ##[group]x,                            #\\#[group]x
            ::error file=a.py::x,                  :\\:error file=a.py::x
            ::set-output name=a::b,                :\\:set-output name=a::b
            test_a.py::test_x,                     test_a.py::test_x
            ::test_x FAILED,                       ::test_x FAILED
            ## heading,                            ## heading
            :: ,                                   ::
            """)
    void shouldDisarmCommandsOfServices(String text, String expected) {
        assertEquals(expected, Sanitizer.text(text));
    }

    @Test
    void shouldDisarmCommandsAfterBlanksAndColours() {
        assertEquals("a\n \t:\\:stop-commands::x", Sanitizer.text("a\n \t::stop-commands::x"));
        assertEquals("\u001b[1m:\\:error::x", Sanitizer.coloured("\u001b[1m::error::x"));
    }
}
