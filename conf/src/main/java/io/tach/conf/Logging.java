package io.tach.conf;

import org.slf4j.LoggerFactory;

/** Starts the logging system of tach's own command. Where tach is embedded, logging is the application's. */
public final class Logging {
    private Logging() {}

    /**
     * Starts logback if {@code TACH_LOG} names a level, else {@link ErrorLogging}. To be called before anything logs:
     * slf4j complains if its first use comes from several threads at once, as Pekko's does.
     */
    public static void start() {
        if (System.getenv("TACH_LOG") == null) {
            System.setProperty(LoggerFactory.PROVIDER_PROPERTY_KEY, ErrorLogging.class.getName());
            System.setProperty("slf4j.internal.verbosity", "WARN");
        }
        LoggerFactory.getILoggerFactory();
    }
}
