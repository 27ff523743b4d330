package io.tach.cli;

import io.tach.actors.toxicity.ProjectToxicity;
import io.tach.conf.ConfigException;
import io.tach.conf.ToxicitySettings;
import io.tach.engine.run.ExitCodes;
import io.tach.engine.toxicity.Accuracy;
import io.tach.engine.toxicity.CorrectionPolicy;
import io.tach.engine.toxicity.ToxicityGraph;
import io.tach.engine.toxicity.ToxicityReport;
import io.tach.engine.toxicity.ToxicityReport.Ground;
import io.tach.engine.toxicity.Truth;
import io.tach.reporters.Sanitizer;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Supplier;

/**
 * {@code tach toxicity [PATH...]}: which tests leave behind what a rewind does not undo, and why, without starting Python;
 * {@code --accuracy}: how well that was foreseen.
 */
final class ToxicityCommand {
    private static final String ACCURACY = "--accuracy";

    private final PrintStream out;
    private final Path project;
    private final List<String> asked;
    private final boolean accuracy;
    private final Supplier<ToxicityGraph> sources;

    /**
     * @param directory where the user is
     * @param root pytest's root directory, which node ids are relative to
     * @param python the interpreter that runs the suite; empty if it is not known
     * @param words paths and node ids; none for the whole project
     * @throws ConfigException for a word that is neither
     */
    ToxicityCommand(
            Path directory,
            Path root,
            Optional<Path> python,
            PrintStream out,
            List<String> words,
            ToxicitySettings settings) {
        this.out = out;
        project = root;
        accuracy = words.contains(ACCURACY);
        asked = words.stream()
                .filter(word -> !word.equals(ACCURACY))
                .map(word -> fromProject(word, directory, root))
                .toList();
        sources = () -> ProjectToxicity.graph(root, python, settings);
    }

    /** A path or node id as seen from the project, whatever directory the user is in. */
    private static String fromProject(String word, Path directory, Path root) {
        if (word.startsWith("-")) {
            throw new ConfigException(word + ": tach toxicity knows only " + ACCURACY + ", paths and node ids");
        }
        int end = word.indexOf("::");
        String path = end < 0 ? word : word.substring(0, end);
        Path file = directory.resolve(path).normalize();
        if (!Files.exists(file)) {
            throw new ConfigException(path + ": no such file or directory");
        }
        String within = root.relativize(file).toString();
        return end < 0 ? within : within + word.substring(end);
    }

    /** Prints what was asked for. */
    int run() {
        ToxicityGraph graph = sources.get();
        List<String> tests = graph.tests().stream().filter(this::isAsked).toList();
        if (accuracy) {
            accuracy(graph, tests);
        } else {
            verdicts(graph, tests);
        }
        return ExitCodes.PASSED;
    }

    private boolean isAsked(String nodeId) {
        return asked.isEmpty() || asked.stream().anyMatch(prefix -> isWithin(nodeId, prefix));
    }

    private static boolean isWithin(String nodeId, String prefix) {
        String rest = nodeId.startsWith(prefix) ? nodeId.substring(prefix.length()) : "no";
        return prefix.isEmpty() || rest.isEmpty() || rest.matches("(/|::|\\[)(?s).*");
    }

    // --- verdicts

    private void verdicts(ToxicityGraph graph, List<String> tests) {
        Map<String, List<Truth>> truth = ProjectToxicity.truth(project).byFunction();
        Counts counts = new Counts();
        for (String test : tests) {
            ToxicityReport predicted = graph.test(test).orElse(ToxicityReport.CLEAN);
            print(graph, test, predicted, predicted);
            counts.add(predicted);
            corrected(graph, predicted, truth.getOrDefault(test, List.of()));
        }
        graph.zygoteHazards().forEach(way -> {
            out.println("what conftests import makes forks unsafe:");
            way.forEach(step -> out.println("    " + step));
        });
        out.println(counts.inWords(tests.size()));
    }

    /** What runs have shown of the cases of a test, where that makes a difference. */
    private void corrected(ToxicityGraph graph, ToxicityReport predicted, List<Truth> truth) {
        truth.forEach(known -> {
            ToxicityReport verdict = CorrectionPolicy.judge(predicted, Optional.of(known));
            if (verdict.ground() == Ground.RUNS) {
                print(graph, known.nodeId(), verdict, predicted);
            }
        });
    }

    private void print(ToxicityGraph graph, String nodeId, ToxicityReport verdict, ToxicityReport predicted) {
        if (verdict.reason().isEmpty()) {
            return;
        }
        String word = verdict.isEntangled() ? "entangled" : verdict.isToxic() ? "toxic" : "not toxic";
        out.println(Sanitizer.line(nodeId) + ": " + word + ": "
                + Sanitizer.line(verdict.reason().get()));
        if (verdict.equals(predicted)) {
            graph.explain(nodeId).forEach(step -> out.println("    " + step));
        }
    }

    private static final class Counts {
        private int toxic;
        private int entangled;

        void add(ToxicityReport report) {
            toxic += report.spoilsWorker() ? 1 : 0;
            entangled += report.isEntangled() ? 1 : 0;
        }

        String inWords(int tests) {
            return tests + (tests == 1 ? " test function: " : " test functions: ") + toxic + " toxic, " + entangled
                    + " entangled, " + (tests - toxic - entangled) + " clean, as the sources say";
        }
    }

    // --- accuracy

    private void accuracy(ToxicityGraph graph, List<String> tests) {
        List<String> suspects = new ArrayList<>();
        for (String test : tests) {
            graph.test(test).filter(ToxicityReport::spoilsWorker).ifPresent(report -> suspects.add(test));
        }
        Accuracy result = Accuracy.of(ProjectToxicity.truth(project).within(this::isAsked), graph::test, suspects);
        result.misses()
                .forEach(t -> out.println("missed: " + Sanitizer.line(t.nodeId()) + ": " + Sanitizer.line(t.reason())));
        result.falseAlarms()
                .forEach(t -> out.println("false alarm: " + Sanitizer.line(t.nodeId()) + ": " + t.predicted()));
        out.printf(
                "toxic and foreseen: %d, missed: %d, false alarms: %d, suspected but not watched yet: %d%n",
                result.hits().size(),
                result.misses().size(),
                result.falseAlarms().size(),
                result.unseen());
        out.println("precision " + percent(result.precision()) + ", recall " + percent(result.recall()));
    }

    private static String percent(OptionalDouble share) {
        return share.isPresent() ? String.format("%.1f %%", 100 * share.getAsDouble()) : "unknown";
    }
}
