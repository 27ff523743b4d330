package io.tach.engine.verdict;

import io.tach.engine.model.Isolation;
import io.tach.engine.model.Outcome;
import io.tach.engine.model.PhaseTimes;
import io.tach.engine.model.Property;
import io.tach.engine.model.Status;
import java.util.List;

/** What a worker says of a test that ended in order ({@code MSG_RESULT}); the fields are those of {@code TestResult}. */
public record WorkerResult(
        int testId,
        Status status,
        Outcome outcome,
        long durationNs,
        String message,
        PhaseTimes times,
        List<Property> properties,
        List<String> leaked,
        Isolation isolation) {}
