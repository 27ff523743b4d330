package io.tach.conf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.core.ConsoleAppender;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class QuietLoggingTest {

    @Test
    void shouldBeWhatLogbackUses() {
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();

        ConsoleAppender<?> appender = assertInstanceOf(
                ConsoleAppender.class,
                context.getLogger(Logger.ROOT_LOGGER_NAME).getAppender("stderr"));

        assertEquals("System.err", appender.getTarget());
    }

    @Test
    void shouldSayErrorsOnlyUnlessAsked() {
        assertEquals(Level.ERROR, QuietLogging.level(null));
        assertEquals(Level.ERROR, QuietLogging.level("nonsense"));
        assertEquals(Level.DEBUG, QuietLogging.level("debug"));
    }
}
