package io.tach.conf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.core.ConsoleAppender;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class LoggingTest {

    @Test
    void shouldBeWhatLogbackUses() {
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();

        ConsoleAppender<?> appender = assertInstanceOf(
                ConsoleAppender.class,
                context.getLogger(Logger.ROOT_LOGGER_NAME).getAppender("stderr"));

        assertEquals("System.err", appender.getTarget());
    }

    @Test
    void shouldPrintErrorsAndNothingElseWithoutLogback() {
        PrintStream stderr = System.err;
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        System.setErr(new PrintStream(printed, true, StandardCharsets.UTF_8));
        try {
            org.slf4j.Logger log = new ErrorLogging().getLoggerFactory().getLogger("some.Name");
            log.warn("not {}", "this");
            log.error("value={}", 3, new IllegalStateException("why"));
        } finally {
            System.setErr(stderr);
        }

        String text = printed.toString(StandardCharsets.UTF_8);
        assertTrue(text.startsWith("ERROR some.Name value=3\njava.lang.IllegalStateException: why\n"), text);
        assertFalse(text.contains("this"), text);
    }

    @Test
    void shouldSayErrorsOnlyUnlessAsked() {
        assertEquals(Level.ERROR, LogbackSetup.level(null));
        assertEquals(Level.ERROR, LogbackSetup.level("nonsense"));
        assertEquals(Level.DEBUG, LogbackSetup.level("debug"));
    }
}
