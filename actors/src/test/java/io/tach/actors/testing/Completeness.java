package io.tach.actors.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.pekko.actor.testkit.typed.javadsl.BehaviorTestKit;
import org.apache.pekko.actor.typed.Behavior;

/**
 * Java 17 does not check that a behavior handles every message of its sealed protocol, and one that is missed is only
 * "unhandled". So each actor's test has one sample of every command here.
 */
public final class Completeness {
    private Completeness() {}

    /** Asserts that the samples are one of each permitted class. */
    public static <C> void assertOneOfEach(Class<C> protocol, List<C> samples) {
        Set<Class<?>> permitted =
                Arrays.stream(protocol.getPermittedSubclasses()).collect(Collectors.toSet());
        Set<Class<?>> sampled = samples.stream().map(Object::getClass).collect(Collectors.toSet());
        assertEquals(permitted, sampled);
        assertEquals(permitted.size(), samples.size());
    }

    /** Asserts that a behavior made afresh for each sample handles it. */
    public static <C> void assertHandlesAll(String state, Supplier<Behavior<C>> behavior, List<C> samples) {
        samples.forEach(sample -> assertHandles(state, BehaviorTestKit.create(behavior.get()), sample));
    }

    /** Asserts that an actor in a state handles the sample. */
    public static <C> void assertHandles(String state, BehaviorTestKit<C> kit, C sample) {
        kit.run(sample);
        assertFalse(
                Behavior.isUnhandled(kit.returnedBehavior()), () -> "unhandled state=" + state + " message=" + sample);
    }
}
