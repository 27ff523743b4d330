package io.tach.reporters;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class TextWrapTest {
    @Test
    void shouldCutWithEllipsis() {
        assertEquals(" (abcd...)", TextWrap.trimmed(" (", "abcdefghij", ")", 10));
        assertEquals(" (abc)", TextWrap.trimmed(" (", "abc", ")", 6));
    }

    @Test
    void shouldLeaveOutWhatDoesNotEvenFitAsEllipsis() {
        assertEquals("", TextWrap.trimmed(" (", "abcdefghij", ")", 5));
    }

    @Test
    void shouldOnlyTakeTheFirstLine() {
        assertEquals(" (one)", TextWrap.trimmed(" (", "one\ntwo", ")", 40));
    }

    @Test
    void shouldCountWideCharacters() {
        assertEquals("日本...", TextWrap.trimmed("", "日本語学校", "", 7));
        assertEquals(4, TextWidth.of("日本"));
        assertEquals(1, TextWidth.of("e\u0301"));
        assertEquals(2, TextWidth.of("\uD83D\uDE00"));
    }

    @Test
    void shouldBreakAtBlanksAndHyphens() {
        assertEquals(List.of(" one", "two-", "three"), TextWrap.wrap(" one two-three", 0, 5));
    }

    @Test
    void shouldReckonWithTheColumnTextStartsIn() {
        assertEquals(List.of(" (a", "reason)"), TextWrap.wrap(" (a reason)", 10, 14));
    }
}
