package io.tach.actors.run;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tach.conf.ToxicitySettings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PastRunsTest {

    /** No test starts before it is known what is known. */
    @Test
    void whateverGoesWrongThereShouldBeAnAnswer(@TempDir Path project) {
        PastRuns past = new PastRuns(new Toxicity(ToxicitySettings.NONE));
        List<PastRuns.Read> answers = new ArrayList<>();
        past.read(
                project,
                () -> {
                    throw new IllegalStateException("unforeseen");
                },
                Runnable::run,
                answers::add);
        assertTrue(answers.get(0).obstacle().contains("unforeseen"));
    }
}
