package io.tach.engine.toxicity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tach.engine.toxicity.ToxicityReport.Ground;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RecordedTruthTest {
    private static final long NOW = 1_764_085_335L;
    private static final long DAY = 86_400;

    @Test
    void theFormShouldStayAsItIs() {
        RecordedTruth truth = RecordedTruth.NONE.after(
                List.of(
                        new Observation("t.py::b[x\ty]", true, "thread 'poll'", ""),
                        new Observation("t.py::a", true, "", "forks")),
                NOW);

        assertEquals(
                "tach toxicity 1\nt.py::a\t1764085335\t1\t0\t0\t\tforks\nt.py::b[x\\0009y]\t1764085335\t0\t1\t0\tthread 'poll'\t\n",
                truth.encode());
        assertEquals(truth, RecordedTruth.decode(truth.encode()));
    }

    @Test
    void testsThatNobodySuspectsShouldNotBeKept() {
        assertEquals(
                RecordedTruth.NONE, RecordedTruth.NONE.after(List.of(new Observation("t.py::a", true, "", "")), NOW));
    }

    @Test
    void runsThatEndTogetherShouldLoseNothingOfEachOther() {
        // Given
        RecordedTruth before = RecordedTruth.NONE.after(List.of(new Observation("t.py::a", true, "child", "")), NOW);

        // When
        RecordedTruth one = before.after(List.of(new Observation("t.py::a", true, "", "")), NOW + 5);
        RecordedTruth both = RecordedTruth.decode(one.encode())
                .after(
                        List.of(
                                new Observation("t.py::a", true, "", ""),
                                new Observation("t.py::b", true, "thread", "")),
                        NOW + 6);

        // Then
        assertEquals(
                new Truth("t.py::a", NOW + 6, 2, 1, 0, "child", ""),
                both.of("t.py::a").orElseThrow());
        assertEquals(Set.of("t.py::a", "t.py::b"), both.byNodeId().keySet());
    }

    @Test
    void whatIsNotSeenAnyMoreShouldBeForgotten() {
        // Given
        RecordedTruth before = RecordedTruth.NONE.after(
                List.of(
                        new Observation("t.py::gone", true, "thread", ""),
                        new Observation("t.py::rare", true, "thread", "")),
                NOW);

        // When
        RecordedTruth later = before.after(List.of(new Observation("t.py::rare", true, "thread", "")), NOW + 80 * DAY)
                .after(List.of(), NOW + 100 * DAY);

        // Then
        assertEquals(Set.of("t.py::rare"), later.byNodeId().keySet());
    }

    @Test
    void damageShouldCostOnlyItsLines() {
        String text =
                "tach toxicity 1\nt.py::a\t1\t0\t1\t0\tchild\t\nt.py::b\tx\t0\t1\t0\tchild\t\nt.py::c\t1\nt.py::d\t1\t-2\t1\t0\t\t\n";

        assertEquals(Set.of("t.py::a"), RecordedTruth.decode(text).byNodeId().keySet());
        assertEquals(RecordedTruth.NONE, RecordedTruth.decode("tach toxicity 2\nt.py::a\t1\t0\t1\t0\tchild\t\n"));
    }

    @Test
    void aToxicRunShouldOverrideAPredictionOfNone() {
        // Given
        RecordedTruth truth = after(RecordedTruth.NONE, "thread 'poll'", "", 1);

        // Then
        assertEquals(
                Optional.of("seen: thread 'poll'"),
                judge(ToxicityReport.CLEAN, truth).reason());
        assertTrue(judge(ToxicityReport.CLEAN, truth).spoilsWorker());
    }

    @Test
    void aSuspectShouldBeToxicUntilItIsTriedAndWatchedOnceItIs() {
        // Given
        ToxicityReport suspected = ToxicityReport.toxic(Ground.SOURCES, "starts a thread");

        // Then
        assertTrue(judge(suspected, RecordedTruth.NONE).isToxic());
        RecordedTruth once = unwatched(RecordedTruth.NONE, "starts a thread", 1);
        assertEquals(
                Optional.of("on trial, suspected: starts a thread"),
                judge(suspected, once).reason());
        assertFalse(judge(suspected, once).isToxic());
        assertTrue(judge(suspected, after(once, "thread", "starts a thread", 1)).isToxic());
    }

    @Test
    void cleanRunsShouldRefuteAPrediction() {
        // Given
        ToxicityReport suspected = ToxicityReport.toxic(Ground.SOURCES, "starts a thread");

        // When
        RecordedTruth thrice = after(RecordedTruth.NONE, "", "starts a thread", 3);

        // Then
        assertFalse(judge(suspected, thrice).isToxic());
        assertEquals(
                Optional.of("3 runs left nothing, although: starts a thread"),
                judge(suspected, thrice).reason());
    }

    @Test
    void whatTheSourcesSayOnlyNowShouldCountAtOnce() {
        RecordedTruth thrice = after(RecordedTruth.NONE, "", "starts a thread", 3);

        assertTrue(judge(ToxicityReport.toxic(Ground.SOURCES, "forks"), thrice).isToxic());
        assertEquals(
                1, after(thrice, "", "forks", 1).of("t.py::a").orElseThrow().clean());
    }

    @Test
    void aToxicTestShouldBeTriedAgainNowAndThen() {
        // Given
        RecordedTruth toxic = after(RecordedTruth.NONE, "child", "", 2);

        // Then
        assertTrue(judge(ToxicityReport.CLEAN, unwatched(toxic, "", 20)).isToxic());
        RecordedTruth tried = unwatched(toxic, "", 21);
        assertFalse(judge(ToxicityReport.CLEAN, tried).isToxic());
        assertTrue(judge(ToxicityReport.CLEAN, after(tried, "child", "", 1)).isToxic());
    }

    @Test
    void aTestThatIsToxicNowAndThenShouldTakeLongerToClear() {
        // Given
        RecordedTruth twiceToxic = after(RecordedTruth.NONE, "child", "", 2);

        // Then
        assertEquals(
                Optional.of("on trial, seen: child"),
                judge(ToxicityReport.CLEAN, after(twiceToxic, "", "", 8)).reason());
        assertEquals(ToxicityReport.CLEAN, judge(ToxicityReport.CLEAN, after(twiceToxic, "", "", 9)));
    }

    @Test
    void whatIsThereBeforeATestShouldNotBeJudgedByItsRuns() {
        // Given
        ToxicityReport entangled = new ToxicityReport(true, Optional.of("shares"), List.of(), Ground.SURROUNDINGS);

        // Then
        assertEquals("", CorrectionPolicy.suspicion(entangled));
        assertEquals(entangled, judge(entangled, after(RecordedTruth.NONE, "", "", 9)));
        assertTrue(judge(entangled, after(RecordedTruth.NONE, "child", "", 1)).spoilsWorker());
    }

    @Test
    void whatTheUserSaysShouldCountWhateverRunsHaveShown() {
        RecordedTruth clean = after(RecordedTruth.NONE, "", "forks", 9);

        assertTrue(judge(ToxicityReport.toxic(Ground.USER, "forks"), clean).isToxic());
        assertFalse(judge(ToxicityReport.clean(Ground.USER, "fine"), after(clean, "child", "", 1))
                .isToxic());
    }

    @Test
    void whatWasSeenShouldCountWhateverTheSourcesSay() {
        RecordedTruth seen = after(RecordedTruth.NONE, "child", "forks", 1);

        assertEquals(
                Optional.of("seen: child"), judge(ToxicityReport.CLEAN, seen).reason());
    }

    @Test
    void accuracyShouldCountWhatRunsHaveShown() {
        // Given
        RecordedTruth truth = RecordedTruth.NONE.after(
                List.of(
                        new Observation("t.py::hit[1]", true, "thread", "starts a thread"),
                        new Observation("t.py::hit[2]", true, "thread", "starts a thread"),
                        new Observation("t.py::miss", true, "child", ""),
                        new Observation("t.py::alarm", true, "", "forks"),
                        new Observation("t.py::gone", true, "child", "")),
                NOW);

        // When
        Accuracy accuracy =
                Accuracy.of(truth, RecordedTruthTest::predict, Set.of("t.py::hit", "t.py::alarm", "t.py::new"));

        // Then
        assertEquals(2.0 / 3, accuracy.precision().orElseThrow());
        assertEquals(2.0 / 3, accuracy.recall().orElseThrow());
        assertEquals(
                List.of("t.py::miss"),
                accuracy.misses().stream().map(Truth::nodeId).toList());
        assertEquals(1, accuracy.unseen());
    }

    @Test
    void accuracyOfNothingShouldBeUnknown() {
        Accuracy accuracy = Accuracy.of(RecordedTruth.NONE, RecordedTruthTest::predict, Set.of());

        assertTrue(accuracy.precision().isEmpty());
        assertTrue(accuracy.recall().isEmpty());
    }

    private static Optional<ToxicityReport> predict(String nodeId) {
        if (nodeId.endsWith("gone")) {
            return Optional.empty();
        }
        return Optional.of(
                nodeId.endsWith("miss") ? ToxicityReport.CLEAN : ToxicityReport.toxic(Ground.SOURCES, "suspected"));
    }

    private static ToxicityReport judge(ToxicityReport predicted, RecordedTruth truth) {
        return CorrectionPolicy.judge(predicted, truth.of("t.py::a"));
    }

    private static RecordedTruth unwatched(RecordedTruth truth, String predicted, int runs) {
        RecordedTruth now = truth;
        for (int i = 0; i < runs; i++) {
            now = now.after(List.of(new Observation("t.py::a", false, "", predicted)), NOW + i);
        }
        return now;
    }

    private static RecordedTruth after(RecordedTruth truth, String reason, String predicted, int runs) {
        RecordedTruth now = truth;
        for (int i = 0; i < runs; i++) {
            now = now.after(List.of(new Observation("t.py::a", true, reason, predicted)), NOW + i);
        }
        return now;
    }
}
