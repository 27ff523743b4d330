package io.tach.actors.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tach.nativeio.wire.Collected;
import io.tach.nativeio.wire.FromZygote.Unit;
import io.tach.nativeio.wire.FromZygote.Units;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CollectionTest {
    private final Collection collection = new Collection();

    @Test
    void aListShouldBeCompleteWithItsLastPart() {
        assertFalse(collection.add(new Units(List.of(new Unit(0, "a.py")), "distributed", false)));
        assertFalse(collection.isReadyToFork());
        assertTrue(collection.add(new Units(List.of(new Unit(1, "b.py")), "distributed", true)));
        assertTrue(collection.isReadyToFork());
        assertEquals(2, collection.missing());
        assertEquals("b.py", collection.path(1));
    }

    @Test
    void partsOfAUnitShouldBeJoined() {
        assertEquals(Optional.empty(), collection.add(part(0, List.of("t0", "t1"), Map.of(1, 2.5), true)));
        io.tach.engine.plan.Collected whole =
                collection.add(part(1, List.of("t2"), Map.of(2, 0.5), false)).orElseThrow();
        assertEquals(List.of("t0", "t1", "t2"), whole.nodeIds());
        assertEquals(Map.of(1, Duration.ofMillis(2500), 2, Duration.ofMillis(500)), whole.timeouts());
    }

    @Test
    void aSessionCollectedWholeShouldBeReadyOnlyWhenAllIsThere() {
        collection.add(new Units(List.of(new Unit(0, "a.py")), "global", true));
        assertTrue(collection.isWhole());
        assertFalse(collection.isReadyToFork());
        collection.add(Collected.of(0, List.of("t"), 1));
        assertTrue(collection.isReadyToFork());
    }

    @Test
    void anotherZygotesListShouldReplaceTheFirstButTellNothingNew() {
        collection.add(new Units(List.of(new Unit(0, "a.py")), "distributed", true));
        assertTrue(collection.isNews(Collected.of(0, List.of("t"), 1)));
        collection.add(new Units(List.of(new Unit(0, "a.py")), "distributed", true));
        assertEquals(1, collection.missing());
        assertFalse(collection.isNews(Collected.of(0, List.of("t"), 1)));
        collection.startOver();
        assertTrue(collection.isNews(Collected.of(0, List.of("t"), 1)));
    }

    private static Collected part(int number, List<String> nodeIds, Map<Integer, Double> timeouts, boolean more) {
        return new Collected(0, nodeIds, 1, 0, timeouts, Map.of(), List.of(), Optional.empty(), number, more);
    }
}
