package io.tach.conf;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Everything a run may be told, resolved from all sources. See {@code tach-reference.conf} for units and defaults.
 *
 * @param projectDir directory pytest is started in
 * @param python interpreter that runs the suite
 * @param pytestArgs arguments for pytest, tach's own removed
 * @param workers number of workers; empty for {@code auto} (or what the suite's own addopts say)
 * @param isolation how tests are kept apart
 * @param planning what is run, and in which order
 * @param timeout longest time of one test, all phases together; zero for none
 * @param timeoutGrace time between SIGTERM and SIGKILL
 * @param collectTimeout longest time of importing one file; zero for none
 * @param interruptGrace time a worker has to leave after an interrupt or at the end
 * @param zygoteRestarts how often a zygote that died is started again
 * @param toxicity what the user knows of tests that leave something behind
 * @param runDir directory made for this run with a zygote already starting in it, whose process id stands in the file
 *     {@code zygote.pid} there (a child of this process); empty if the run makes its own
 */
public record TachSettings(
        Path projectDir,
        Path python,
        List<String> pytestArgs,
        OptionalInt workers,
        IsolationSettings isolation,
        PlanningSettings planning,
        Duration timeout,
        Duration timeoutGrace,
        Duration collectTimeout,
        Duration interruptGrace,
        int zygoteRestarts,
        ToxicitySettings toxicity,
        Optional<Path> runDir) {}
