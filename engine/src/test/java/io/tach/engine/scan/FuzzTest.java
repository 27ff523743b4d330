package io.tach.engine.scan;

import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A short run of {@link Fuzz}. */
class FuzzTest {
    private static final int FILES = 1500;

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 1_000_003, 2_000_003})
    void brokenFilesShouldNeverThrowOrHang(long seed) throws IOException {
        byte[] file = everyStatement();
        OutlineScanner scanner = new OutlineScanner();
        assertTimeoutPreemptively(Duration.ofSeconds(60), () -> {
            for (int i = 0; i < FILES; i++) {
                Fuzz.check(scanner.scan(new Mutations(seed + i).of(file)));
            }
        });
    }

    static byte[] everyStatement() throws IOException {
        try (InputStream in = FuzzTest.class.getResourceAsStream("/outline/every-statement.py")) {
            return in.readAllBytes();
        }
    }
}
