package io.tach.actors.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tach.engine.verdict.Phase;
import io.tach.nativeio.wire.FromWorker.Started;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import org.apache.pekko.actor.testkit.typed.Effect;
import org.junit.jupiter.api.Test;

class EscalationTest {
    private static final Duration HOUR = Duration.ofHours(1);

    private final WorkerRig rig = new WorkerRig().attached();

    @Test
    void oneTimerShouldServeManyTests() {
        for (int test = 0; test < 100; test++) {
            rig.run(
                    WorkerRig.assign(test, HOUR),
                    WorkerRig.heard(new Started(test)),
                    WorkerRig.heard(WorkerRig.passed(test)));
        }
        assertEquals(1, deadlineTimers().size());
    }

    @Test
    void anEarlierDeadlineShouldSetTheTimerAnew() {
        rig.run(WorkerRig.assign(1, HOUR), WorkerRig.heard(new Started(1), WorkerRig.passed(1)));
        rig.run(WorkerRig.assign(2, Duration.ofSeconds(1)), WorkerRig.heard(new Started(2)));
        assertEquals(List.of(HOUR, Duration.ofSeconds(1)), deadlineTimers());
    }

    @Test
    void aTimerThatGoesOffTooEarlyShouldBeSetForWhatIsLeft() {
        rig.run(WorkerRig.assign(1, HOUR), WorkerRig.heard(new Started(1)), Worker.Timer.DEADLINE);
        List<Duration> delays = deadlineTimers();
        assertEquals(2, delays.size());
        assertTrue(delays.get(1).compareTo(HOUR) < 0, delays::toString);
        assertEquals(List.of(), rig.signals);
    }

    @Test
    void testsWithoutALimitShouldNeedNoTimer() {
        rig.run(WorkerRig.assign(1, Duration.ZERO), WorkerRig.heard(new Started(1)), Worker.Timer.DEADLINE);
        assertEquals(List.of(), deadlineTimers());
        assertEquals(List.of(), rig.signals);
    }

    @Test
    void anImportShouldBeTooLongOnlyIfItIsTheSameFile() {
        ImportWatch watch = new ImportWatch(Duration.ofNanos(10));
        assertFalse(watch.isTooLong(importing(1), 0));
        assertFalse(watch.isTooLong(importing(2), 10));
        assertFalse(watch.isTooLong(importing(2), 19));
        assertTrue(watch.isTooLong(importing(2), 20));
        assertFalse(new ImportWatch(Duration.ZERO).isTooLong(importing(1), Long.MAX_VALUE));
    }

    private static Activity importing(int unit) {
        return new Activity(Phase.COLLECT, OptionalInt.empty(), OptionalInt.of(unit), 0);
    }

    private List<Duration> deadlineTimers() {
        return rig.kit.getAllEffects().stream()
                .filter(e -> e instanceof Effect.TimerScheduled<?> t && t.msg() == Worker.Timer.DEADLINE)
                .map(e -> ((Effect.TimerScheduled<?>) e).duration())
                .toList();
    }
}
