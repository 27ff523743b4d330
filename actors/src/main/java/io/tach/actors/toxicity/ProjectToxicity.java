package io.tach.actors.toxicity;

import io.tach.actors.memory.ProjectMemory;
import io.tach.conf.ToxicitySettings;
import io.tach.engine.toxicity.Overrides;
import io.tach.engine.toxicity.PreImports;
import io.tach.engine.toxicity.Predictions;
import io.tach.engine.toxicity.RecordedTruth;
import io.tach.engine.toxicity.ToxicityGraph;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The toxicity of a project's tests, as its sources and its earlier runs tell. Everything blocks; any thread may call. */
public final class ProjectToxicity {
    /** What runs have shown, in {@code .tach}. */
    public static final String TRUTH = "toxicity";

    /** What was predicted, in {@code .tach}. */
    static final String PREDICTIONS = "predictions";

    /** What test files import first thing, in {@code .tach}: the harness reads it under this name. */
    static final String PRE_IMPORTS = "preimports";

    /** Whoever starts a run waits for no more files than these. */
    private static final int FEW_FILES = 20_000;

    private static final int MANY_FILES = 1_000_000;

    private ProjectToxicity() {}

    /**
     * Reads all sources of a project.
     *
     * @param root pytest's root directory
     * @param python the interpreter that runs the suite; empty if it is not known
     * @param settings what the user knows better
     */
    public static ToxicityGraph graph(Path root, Optional<Path> python, ToxicitySettings settings) {
        return graph(SourceFiles.under(root, MANY_FILES), python, settings);
    }

    private static ToxicityGraph graph(SourceFiles files, Optional<Path> python, ToxicitySettings settings) {
        return ToxicityGraph.of(files.outlines(), overrides(settings), Libraries.of(python)::has);
    }

    private static Overrides overrides(ToxicitySettings settings) {
        return new Overrides(settings.toxic(), settings.clean());
    }

    /** What runs have shown; nothing if that cannot be read. */
    public static RecordedTruth truth(Path root) {
        try {
            return RecordedTruth.decode(ProjectMemory.of(root).readText(TRUTH));
        } catch (IOException e) {
            return RecordedTruth.NONE;
        }
    }

    /** What was predicted and kept; empty if the sources, or the user's words, have changed since. */
    public static Optional<Predictions> kept(Path root, ToxicitySettings settings) {
        try {
            Predictions kept = Predictions.decode(ProjectMemory.of(root).readText(PREDICTIONS));
            boolean any = !kept.fingerprint().isEmpty();
            return Optional.of(kept)
                    .filter(p ->
                            any && p.fingerprint().equals(fingerprint(SourceFiles.under(root, FEW_FILES), settings)));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** Predicts from the sources and keeps that, if the project can be written to. */
    public static Predictions predictions(Path root, Optional<Path> python, ToxicitySettings settings) {
        SourceFiles files = SourceFiles.under(root, MANY_FILES);
        Predictions fresh = Predictions.of(graph(files, python, settings), fingerprint(files, settings));
        try {
            ProjectMemory.of(root).updateText(PREDICTIONS, before -> fresh.encode());
        } catch (IOException e) {
            return fresh; // a project that cannot be written to is read each time
        }
        return fresh;
    }

    /**
     * Has the project remember what its test files import first thing, unless it does.
     *
     * @param testFiles paths that pytest has found, relative to the root
     */
    public static void planPreImports(
            Path root, Optional<Path> python, ToxicitySettings settings, List<String> testFiles) {
        SourceFiles files = SourceFiles.under(root, FEW_FILES);
        String fingerprint = fingerprint(files, settings);
        try {
            ProjectMemory memory = ProjectMemory.of(root);
            Optional<String> known = PreImports.fingerprint(memory.readText(PRE_IMPORTS));
            if (!known.equals(Optional.of(fingerprint))) {
                PreImports plan = graph(files, python, settings).preImports(testFiles);
                String text = plan.encode(fingerprint, path -> files.stamps().getOrDefault(path, ""));
                memory.updateText(PRE_IMPORTS, before -> text);
            }
        } catch (IOException e) {
            return; // nothing is lost: workers import for themselves
        }
    }

    private static String fingerprint(SourceFiles files, ToxicitySettings settings) {
        return files.fingerprint() + "-" + Integer.toHexString(settings.hashCode());
    }
}
