package io.tach.actors.stream;

import java.util.concurrent.atomic.AtomicLong;

/** Numbers that keep the names of actors of several runs in one system apart. */
public final class RunNumbers {
    private static final AtomicLong NEXT = new AtomicLong();

    private RunNumbers() {}

    /** The next number, from any thread. */
    public static long next() {
        return NEXT.incrementAndGet();
    }
}
