package io.tach.actors.run;

import io.tach.actors.toxicity.ProjectToxicity;
import io.tach.conf.ToxicitySettings;
import io.tach.engine.model.TestResult;
import io.tach.engine.toxicity.CorrectionPolicy;
import io.tach.engine.toxicity.Observation;
import io.tach.engine.toxicity.Overrides;
import io.tach.engine.toxicity.Predictions;
import io.tach.engine.toxicity.RecordedTruth;
import java.util.ArrayList;
import java.util.List;

/** Which tests of a run are taken to be toxic, and what the run shows of them. Owned by the supervisor's actor. */
final class Toxicity {
    /** Where it is kept in {@code .tach}. */
    static final String FILE_NAME = ProjectToxicity.TRUTH;

    private final Overrides overrides;
    private final List<Observation> seen = new ArrayList<>();
    private RecordedTruth truth = RecordedTruth.NONE;
    private Predictions predictions = Predictions.NONE;
    private boolean predicted;

    Toxicity(ToxicitySettings settings) {
        overrides = new Overrides(settings.toxic(), settings.clean());
    }

    /** It is known what earlier runs have shown. */
    void known(RecordedTruth recorded) {
        truth = recorded;
    }

    /** True once it is known what the sources say. */
    boolean isPredicted() {
        return predicted;
    }

    /** True if a test gets a process of its own. */
    boolean isToxic(String nodeId) {
        return overrides
                .test(nodeId, "")
                .orElseGet(() -> CorrectionPolicy.judge(predictions.of(nodeId), truth.of(nodeId)))
                .spoilsWorker();
    }

    /** It is known what the sources say. */
    void predicted(Predictions said) {
        predictions = said;
        predicted = true;
    }

    /** Takes what a result tells: only tests that were isolated were watched, or had a process of their own. */
    void add(TestResult result) {
        String ran = result.isolation().ran();
        boolean watched = ran.equals("snapshot");
        if (watched || ran.equals("fork")) {
            String suspicion = CorrectionPolicy.suspicion(predictions.of(result.nodeId()));
            seen.add(
                    new Observation(result.nodeId(), watched, result.isolation().toxic(), suspicion));
        }
    }

    /** True if the run has shown nothing of any test. */
    boolean isEmpty() {
        return seen.isEmpty();
    }

    /**
     * What is known with this run.
     *
     * @param text what is recorded, by now perhaps with what other runs have shown
     * @param nowS the time, in seconds since 1970
     */
    String after(String text, long nowS) {
        return RecordedTruth.decode(text).after(seen, nowS).encode();
    }
}
