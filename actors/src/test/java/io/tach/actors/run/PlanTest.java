package io.tach.actors.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tach.actors.testing.FakeMessages;
import io.tach.conf.IsolationSettings;
import io.tach.conf.IsolationStrategy;
import io.tach.conf.TachSettings;
import io.tach.nativeio.wire.FromWorker.Stopping;
import io.tach.nativeio.wire.ToZygote;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class PlanTest {
    private static final int CPUS = Runtime.getRuntime().availableProcessors();

    @Test
    void theUsersNumberShouldBeatTheSuites() {
        assertEquals(3, plan(OptionalInt.of(3), "7", "no", "").workers());
        assertEquals(7, plan(OptionalInt.empty(), "7", "no", "").workers());
        assertEquals(1, plan(OptionalInt.empty(), "0", "no", "").workers());
    }

    @Test
    void autoAndNothingShouldMeanTheProcessors() {
        assertEquals(CPUS, plan(OptionalInt.empty(), "auto", "no", "").workers());
        assertEquals(CPUS, plan(OptionalInt.empty(), "", "no", "").workers());
    }

    @Test
    void aSuiteThatCannotBeSharedShouldHaveOneWorkerAndSayWhy() {
        Plan plan = plan(OptionalInt.of(4), "", "no", "--sw goes from test to test");
        assertEquals(new Plan(1, false, false, false, "one worker only: --sw goes from test to test"), plan);
        assertEquals("", plan(OptionalInt.of(1), "", "no", "--sw").note());
    }

    @Test
    void filesShouldStayTogetherWhereXdistsModeSaysSo() {
        assertFalse(plan(OptionalInt.of(4), "", "loadfile", "").maySplit());
        assertFalse(plan(OptionalInt.of(4), "", "loadscope", "").maySplit());
        assertTrue(plan(OptionalInt.of(4), "", "load", "").maySplit());
    }

    @Test
    void onlyPytestExitShouldBringACode() {
        assertEquals(OptionalInt.of(7), Stop.of(new Stopping("exit", "bye", 7)).returnCode());
        assertEquals(
                OptionalInt.empty(), Stop.of(new Stopping("exit", "bye", 2)).returnCode());
        assertEquals(OptionalInt.empty(), Stop.of(new Stopping("fail", "", 1)).returnCode());
        assertTrue(Stop.of(new Stopping("exit", "bye", 2)).isInterrupt());
    }

    @Test
    void shouldDrawASeedForWhatIsIsolated() {
        assertTrue(seed(IsolationStrategy.SNAPSHOT, OptionalLong.empty()).isPresent());
        assertTrue(seed(IsolationStrategy.AUTO, OptionalLong.empty()).isPresent());
        assertTrue(seed(IsolationStrategy.NONE, OptionalLong.empty()).isEmpty());
        assertEquals(OptionalLong.of(7), seed(IsolationStrategy.FORK, OptionalLong.of(7)));
    }

    private static OptionalLong seed(IsolationStrategy strategy, OptionalLong asked) {
        return Plan.isolation(new IsolationSettings(strategy, false, false, asked))
                .seed();
    }

    @Test
    void shouldNameTheSeedToThoseWhoWantToKnow() {
        IsolationSettings random = IsolationSettings.of(IsolationStrategy.AUTO);
        ToZygote.Isolation drawn = new ToZygote.Isolation("auto", false, false, OptionalLong.of(5));
        assertEquals("", Plan.seedNote(random, drawn, 0));
        assertEquals("seed 5 (--seed repeats it)", Plan.seedNote(random, drawn, 1));

        IsolationSettings given = new IsolationSettings(IsolationStrategy.AUTO, false, false, OptionalLong.of(5));
        assertEquals("seed 5", Plan.seedNote(given, drawn, 0));

        IsolationSettings useless = new IsolationSettings(IsolationStrategy.NONE, false, false, OptionalLong.of(5));
        assertEquals("the seed is without effect: tests are not isolated", Plan.seedNote(useless, drawn, 0));
    }

    private static Plan plan(OptionalInt wanted, String numProcesses, String dist, String serial) {
        TachSettings s = SuiteRun.settings(1, Duration.ZERO);
        TachSettings settings = new TachSettings(
                s.projectDir(),
                s.python(),
                s.pytestArgs(),
                wanted,
                s.isolation(),
                s.planning(),
                s.timeout(),
                s.timeoutGrace(),
                s.collectTimeout(),
                s.interruptGrace(),
                s.zygoteRestarts(),
                s.toxicity(),
                s.runDir());
        return Plan.of(settings, FakeMessages.ready(0, numProcesses, dist, serial));
    }
}
