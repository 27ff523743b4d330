package io.tach.actors.run;

import io.tach.actors.worker.WorkerDeath;
import io.tach.actors.zygote.ZygoteEvents;
import io.tach.engine.model.PhaseReport;
import io.tach.engine.model.TestResult;
import io.tach.engine.plan.Dispatcher;
import io.tach.engine.run.RetryPolicy;
import io.tach.engine.verdict.CrashVerdict;
import io.tach.engine.verdict.DeathFacts;
import io.tach.engine.verdict.DeathFacts.Cause;
import io.tach.engine.verdict.Output;
import java.util.HashMap;
import java.util.Map;

/** What deaths mean for the tests and files that were being worked on. One thread. */
final class Casualties {
    private final Dispatcher dispatcher;
    private final Books books;
    private final Collection collection;
    private final Map<Integer, Integer> zygoteDeaths = new HashMap<>();

    Casualties(Dispatcher dispatcher, Books books, Collection collection) {
        this.dispatcher = dispatcher;
        this.books = books;
        this.collection = collection;
    }

    /** True if the test is innocent of this death and goes to another worker. Asked once for each death. */
    boolean runsAgain(int testId, WorkerDeath death) {
        boolean again = isInnocent(testId, death);
        if (again) {
            books.take(testId);
        }
        return again;
    }

    private boolean isInnocent(int testId, WorkerDeath death) {
        if (death.cause() == Cause.ZYGOTE_DIED) {
            return RetryPolicy.runAgainAfterZygoteDeath(zygoteDeaths.merge(testId, 1, Integer::sum));
        }
        return death.overdue().isPresent() && death.overdue().getAsInt() != testId;
    }

    /** The verdict on a test whose process died. */
    TestResult verdict(int testId, String worker, WorkerDeath death) {
        return CrashVerdict.of(new DeathFacts(
                testId,
                dispatcher.test(testId).nodeId(),
                worker,
                death.activity().phase(),
                death.cause(),
                death.detail(),
                death.death(),
                death.limit(),
                death.elapsedNs(),
                books.take(testId),
                books.takeProperties(testId),
                death.output(),
                death.leaked()));
    }

    /** The collect report of a file that a worker died of. */
    PhaseReport importDeath(int unit, WorkerDeath death) {
        return CrashVerdict.inCollection(
                collection.path(unit), death.cause(), death.detail(), death.death(), death.limit(), death.output());
    }

    /** The collect report of a file that the zygote died of. */
    static PhaseReport importDeath(ZygoteEvents.Loss loss) {
        Cause cause = loss.limit().isZero() ? Cause.DIED : Cause.DEADLINE;
        return CrashVerdict.inCollection(loss.collecting(), cause, "", loss.death(), loss.limit(), Output.NONE);
    }
}
