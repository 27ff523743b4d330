package io.tach.engine.run;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tach.engine.run.ExitCodes.Ending;
import java.util.OptionalInt;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExitCodesTest {

    /** The flags: i internal, u usage, b interrupted (break), s stopped early, o called off. */
    @ParameterizedTest(name = "{8}: {0}/{1} failures={2} harness={3} collection={4} flags={5} requested={6}")
    @CsvSource({
        "3, 3, 0, 0, 0, '',   ,   0, all passed",
        "3, 3, 1, 0, 0, '',   ,   1, a failure",
        "0, 0, 0, 0, 0, 'u',  ,   2, usage",
        "3, 0, 1, 0, 1, '',   ,   3, collection error and nothing ran",
        "3, 3, 2, 0, 1, '',   ,   3, collection error and the rest ran",
        "3, 2, 0, 0, 0, '',   ,   4, a test is missing",
        "3, 4, 0, 0, 0, '',   ,   4, a result too many",
        "3, 2, 1, 0, 0, 's',  ,   1, maxfail",
        "3, 2, 0, 0, 0, 's',  ,   1, shouldfail without a failure",
        "3, 2, 0, 0, 0, 'o',  , 130, shouldstop without a failure",
        "3, 3, 0, 0, 0, 'o',  , 130, shouldstop after the last test",
        "3, 2, 1, 0, 0, 'o',  ,   1, shouldstop after a failure",
        "3, 3, 1, 1, 0, '',   ,   4, harness error over failure",
        "3, 3, 1, 0, 1, 'i',  ,   4, internal over collection",
        "0, 0, 0, 0, 0, '',   ,   5, no tests",
        "3, 1, 1, 0, 0, 'b',  , 130, interrupted",
        "3, 1, 0, 0, 0, 'bi', ,   4, internal over interrupt",
        "3, 1, 0, 0, 0, '',  7,   7, pytest.exit",
        "3, 1, 1, 0, 0, '',  0,   0, pytest.exit with 0",
        "3, 1, 0, 1, 0, '',  7,   4, harness error over pytest.exit",
    })
    void shouldFollowThePrecedence(
            int planned,
            int reported,
            int failures,
            int harness,
            int collection,
            String flags,
            Integer requested,
            int expected,
            String name) {
        Ending ending = new Ending(
                planned,
                reported,
                failures,
                harness,
                collection,
                flags.contains("i"),
                flags.contains("u"),
                flags.contains("b"),
                flags.contains("s"),
                flags.contains("o"),
                requested == null ? OptionalInt.empty() : OptionalInt.of(requested));
        assertEquals(expected, ExitCodes.decide(ending), name);
    }

    @ParameterizedTest(name = "decided {0}, goes on {1}, pytest says {2}: {3}")
    @CsvSource({
        "0, false, 0, 0",
        "1, false, 1, 1",
        "0, false, 1, 1",
        "5, false, 0, 0",
        "5, false, 5, 5",
        "130, false, 2, 130",
        "3, false, 2, 3",
        "3, true, 1, 3",
        "3, true, 2, 130",
        "4, false, 3, 4",
        "4, false, 0, 4",
        "0, false, 9, 9",
        "0, false, 3, 4",
    })
    void pluginsMayChangeTheCodeButNotMakeABrokenRunGood(int decided, boolean goesOn, int pytest, int expected) {
        int told = ExitCodes.toPytest(decided, goesOn);
        assertEquals(expected, ExitCodes.afterSessionFinish(decided, told, pytest));
    }
}
