package io.tach.engine.toxicity;

import static io.tach.engine.toxicity.FileBuilder.file;
import static io.tach.engine.toxicity.FileBuilder.truth;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tach.engine.discover.ModuleOutline;
import io.tach.engine.toxicity.ToxicityReport.Ground;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PredictionsTest {
    private static final ModuleOutline FILE = file("test_a.py", "test_a")
            .imports("pytest")
            .imports("os")
            .def("test_fork")
            .call("os.fork")
            .end()
            .def("test_fine")
            .end()
            .decorated("pytest.mark.tach_toxic", truth("", false))
            .def("test_marked")
            .call("os.fork")
            .build();

    @Test
    void whatIsSaidShouldBeReadAgain() {
        // Given
        ToxicityGraph graph = ToxicityGraph.of(List.of(FILE), Overrides.NONE, library -> true);
        Predictions predictions = Predictions.of(graph, "f1");

        // When
        Predictions read = Predictions.decode(predictions.encode());

        // Then
        assertEquals(predictions, read);
        assertEquals("f1", read.fingerprint());
        assertEquals(
                Set.of("test_a.py::test_fork", "test_a.py::test_marked"),
                read.byFunction().keySet());
        assertEquals(
                Optional.of("starts a process (os.fork)"),
                read.of("test_a.py::test_fork[1]").reason());
        assertEquals(Ground.USER, read.of("test_a.py::test_marked").ground());
        assertEquals(ToxicityReport.CLEAN, read.of("test_a.py::test_fine"));
    }

    @Test
    void otherTextShouldSayNothing() {
        assertEquals(Predictions.NONE, Predictions.decode("tach toxicity 1\na\ttrue\tSOURCES\t\n"));
        assertEquals(Predictions.NONE, Predictions.decode("tach predictions 1\na\ttrue\tNOWHERE\tx\nb\n"));
    }
}
