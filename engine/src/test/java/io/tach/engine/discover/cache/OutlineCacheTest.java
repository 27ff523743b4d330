package io.tach.engine.discover.cache;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tach.engine.discover.Outline;
import io.tach.engine.scan.OutlineScanner;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class OutlineCacheTest {
    private static final long NOW_NS = 10_000_000_000L;
    private static final FileStamp STAMP = new FileStamp(5, 7, -9);

    private static Outline everyStatement() throws IOException {
        try (InputStream in = OutlineCacheTest.class.getResourceAsStream("/outline/every-statement.py")) {
            return new OutlineScanner().scan(in.readAllBytes());
        }
    }

    private static Outline scan(String text) {
        return new OutlineScanner().scan(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void whatWasWrittenShouldBeRead() throws IOException {
        // Given
        Outline outline = everyStatement();
        Outline odd = scan("x = '\\ud800' 'a'\ny = 123456789012345678901234567890\nz = (\n");

        // When
        OutlineCache cache = OutlineCache.read(OutlineCache.write(
                Map.of("a.py", new OutlineCache.Stamped(STAMP, outline), "b.py", new OutlineCache.Stamped(STAMP, odd)),
                NOW_NS));

        // Then
        assertEquals(Set.of("a.py", "b.py"), cache.paths());
        assertEquals(STAMP, cache.stamp("a.py"));
        assertEquals(outline, cache.outline("a.py"));
        assertEquals(odd, cache.outline("b.py"));
        assertNull(cache.stamp("c.py"));
    }

    @Test
    void aFileAsNewAsTheCacheShouldNotBeBelieved() {
        OutlineCache cache = OutlineCache.read(OutlineCache.write(Map.of(), NOW_NS));

        assertTrue(cache.isSettled(new FileStamp(1, NOW_NS - 3_000_000_000L, 0)));
        assertFalse(cache.isSettled(new FileStamp(1, NOW_NS, 0)));
    }

    @Test
    void aBrokenCacheShouldBeAnEmptyOne() throws IOException {
        byte[] whole = OutlineCache.write(Map.of("a.py", new OutlineCache.Stamped(STAMP, everyStatement())), NOW_NS);
        Random random = new Random(1);

        assertEquals(Set.of(), OutlineCache.read(new byte[0]).paths());
        for (int i = 0; i < 2000; i++) {
            byte[] broken = whole.clone();
            broken[random.nextInt(broken.length)] ^= (byte) (1 << random.nextInt(8));
            byte[] shorter = Arrays.copyOf(broken, broken.length - random.nextInt(broken.length / 2));
            OutlineCache cache = OutlineCache.read(shorter);
            cache.paths().forEach(cache::outline); // may be wrong, or null, but must not throw
        }
    }
}
