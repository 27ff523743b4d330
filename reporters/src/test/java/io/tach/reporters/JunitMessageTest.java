package io.tach.reporters;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class JunitMessageTest {
    @Test
    void shouldShortenOnlyWherePytestDoes() {
        assertTrue(JunitMessage.isShortenedBy("9.2.0"));
        assertTrue(JunitMessage.isShortenedBy("10.0.0rc1"));
        assertFalse(JunitMessage.isShortenedBy("9.1.4"));
        assertFalse(JunitMessage.isShortenedBy("9.0rc1"));
        assertFalse(JunitMessage.isShortenedBy("7.4"));
    }

    @Test
    void shouldKeepWhatFits() {
        assertEquals("one\ntwo", JunitMessage.shorten("one\ntwo"));
        assertEquals("", JunitMessage.shorten(""));
    }

    @Test
    void shouldKeepWholeLinesWhileTheyFit() {
        String line = "x".repeat(249);

        assertEquals(
                line + "\n" + line + "\n[+1 more line; full report in element text]",
                JunitMessage.shorten(line + "\n" + line + "\nlast"));
    }

    @Test
    void shouldCutALongFirstLine() {
        assertEquals(
                "x".repeat(500) + "...\n[truncated; full report in element text]",
                JunitMessage.shorten("x".repeat(501)));
    }
}
