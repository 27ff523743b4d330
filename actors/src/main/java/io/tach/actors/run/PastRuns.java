package io.tach.actors.run;

import io.tach.actors.memory.ProjectMemory;
import io.tach.engine.history.History;
import io.tach.engine.history.HistoryCodec;
import io.tach.engine.history.RunRecord;
import io.tach.engine.model.TestResult;
import io.tach.engine.toxicity.Predictions;
import io.tach.engine.toxicity.RecordedTruth;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * What earlier runs of the project tell, and what this one adds. Owned by the supervisor's actor; the file is read and
 * written on threads that may block.
 */
final class PastRuns {
    private final long nowS = Duration.ofMillis(System.currentTimeMillis()).toSeconds();
    private final RunRecord record = new RunRecord(nowS);
    private final Toxicity toxicity;
    private Path project;
    private History history;
    private boolean keeps;
    private CompletableFuture<Void> saved = CompletableFuture.completedFuture(null);

    /**
     * What was read of a project.
     *
     * @param truth what runs have shown of toxic tests
     * @param predictions what its sources, as they are now, were found to say of toxic tests; empty if that is not known
     * @param obstacle why nothing will be kept there; empty if something will
     */
    record Read(History history, RecordedTruth truth, Optional<Predictions> predictions, String obstacle) {}

    PastRuns(Toxicity toxicity) {
        this.toxicity = toxicity;
    }

    /** Nothing is known and nothing kept. */
    void forget() {
        history = History.EMPTY;
    }

    /**
     * Reads, somewhere else, what is known of a project; {@code done} is told there.
     *
     * @param predicted looks up what was predicted
     */
    void read(Path root, Supplier<Optional<Predictions>> predicted, Executor blocking, Consumer<Read> done) {
        project = root;
        blocking.execute(() -> done.accept(read(root, predicted)));
    }

    private static Read read(Path root, Supplier<Optional<Predictions>> predicted) {
        try {
            ProjectMemory memory = ProjectMemory.of(root);
            History history = HistoryCodec.decode(memory.readText(HistoryCodec.FILE_NAME));
            RecordedTruth truth = RecordedTruth.decode(memory.readText(Toxicity.FILE_NAME));
            Path written = root.resolve(ProjectMemory.DIRECTORY);
            boolean writable = Files.isWritable(Files.exists(written) ? written : root);
            return new Read(history, truth, predicted.get(), writable ? "" : root + " cannot be written to");
        } catch (IOException | RuntimeException e) { // whatever it is: without an answer the run would wait for ever
            return new Read(History.EMPTY, RecordedTruth.NONE, Optional.empty(), String.valueOf(e));
        }
    }

    /** Takes what was read. */
    void known(Read read) {
        history = read.history();
        toxicity.known(read.truth());
        read.predictions().ifPresent(toxicity::predicted);
        keeps = read.obstacle().isEmpty();
    }

    /** True once it is known what is known. */
    boolean isKnown() {
        return history != null;
    }

    /** True if what this run learns may be kept. */
    boolean keeps() {
        return keeps;
    }

    History history() {
        return history;
    }

    void add(TestResult result) {
        record.add(result);
        toxicity.add(result);
    }

    /**
     * Adds this run to what is kept, somewhere else; only the first call does so.
     *
     * @param note told there why that did not work
     */
    void save(Executor blocking, Consumer<String> note) {
        if (keeps && !record.isEmpty()) {
            keeps = false;
            saved = CompletableFuture.runAsync(() -> save(note), blocking);
        }
    }

    private void save(Consumer<String> note) {
        try {
            ProjectMemory memory = ProjectMemory.of(project);
            memory.updateText(
                    HistoryCodec.FILE_NAME,
                    text -> HistoryCodec.encode(HistoryCodec.decode(text).after(record)));
            if (!toxicity.isEmpty()) {
                memory.updateText(Toxicity.FILE_NAME, text -> toxicity.after(text, nowS));
            }
        } catch (IOException e) {
            note.accept(notKept(String.valueOf(e)));
        }
    }

    /** The line that says so. */
    static String notKept(String why) {
        return "what this run learns is not kept for the next one: " + why;
    }

    /** Completes when nothing is being written any more. */
    CompletableFuture<Void> saved() {
        return saved;
    }
}
