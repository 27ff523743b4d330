package io.tach.engine.history;

import static io.tach.engine.history.HistoryTest.passed;
import static io.tach.engine.history.HistoryTest.result;
import static io.tach.engine.history.HistoryTest.run;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tach.engine.model.Status;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HistoryCodecTest {
    private static final long MS = 1_000_000;

    @Test
    void whatIsWrittenShouldBeRead() {
        // Given
        History history = History.EMPTY.after(run(
                7,
                passed("t.py::a", 3 * MS),
                passed("t.py::b[\t\n\\u0041 ä日\ud800]", 30 * MS),
                result("t.py::c", Status.TIMEOUT, MS, 0, "gw0"),
                result("t.py::d", Status.FAIL, 2 * MS, 0, "gw0")));

        // When
        String text = HistoryCodec.encode(history);
        History read = HistoryCodec.decode(new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8));

        // Then
        assertEquals(history.tests(), read.tests());
        assertEquals(history.files(), read.files());
    }

    @Test
    void storesThatWereJoinedByAnyMeansShouldBeOne() {
        // Given
        String one = "T\tt.py::a\t10\t1\t5000\t0\nT\tt.py::b\t10\t1\t1000\t1\nF\tt.py\t10\t7\n";
        String other = "T\tt.py::a\t11\t1\t6000\t0\nF\tt.py\t9\t8\n";

        // When
        History joined = HistoryCodec.decode("<<<<<<< ours\n" + one + "=======\n" + other + ">>>>>>> theirs");

        // Then
        assertEquals(HistoryCodec.decode(other + one).tests(), joined.tests());
        assertEquals(new TestEntry(11, 1, 6000, 0), joined.tests().get("t.py::a"));
        assertEquals(new FileEntry(10, 7), joined.files().get("t.py"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "T",
                "T\t",
                "T\tt.py::a",
                "T\tt.py::a\t1\t1\t1",
                "T\tt.py::a\t1\t1\t1\t1\t1",
                "T\tt.py::a\tx\t1\t1\t1",
                "T\tt.py::a\t1\t0\t1\t1",
                "T\tt.py::a\t1\t1\t-2\t1",
                "T\tt.py::a\t1\t1\t1\t-1",
                "T\tt.py::a\t1234567890123456\t1\t1\t1",
                "F\tt.py\t1",
                "F\tt.py\t1\t-5",
                "X\tt.py\t1\t5",
            })
    void aDamagedLineShouldBePassedOver(String line) {
        assertEquals(
                List.of("t.py::good"),
                List.copyOf(HistoryCodec.decode(line + "\nT\tt.py::good\t1\t1\t1\t0\n" + line)
                        .tests()
                        .keySet()));
    }

    @Test
    void damageShouldNeverThrow() {
        // Given
        byte[] good = HistoryCodec.encode(
                        History.EMPTY.after(run(7, passed("t.py::b[\t\ud800]", 30 * MS), passed("u.py::c", MS))))
                .getBytes(StandardCharsets.UTF_8);

        // Then
        for (long seed = 0; seed < 500; seed++) {
            Random random = new Random(seed);
            byte[] bad = good.clone();
            for (int i = 0; i < 3; i++) {
                bad[random.nextInt(bad.length)] = (byte) random.nextInt(256);
            }
            History read = HistoryCodec.decode(new String(bad, StandardCharsets.UTF_8));
            assertTrue(read.tests().values().stream().allMatch(e -> e.tests() > 0), "seed " + seed);
        }
    }
}
