package io.tach.engine.toxicity;

import io.tach.engine.discover.Definition;
import io.tach.engine.discover.ModuleOutline;
import io.tach.engine.discover.Outline;
import io.tach.engine.toxicity.ToxicityReport.Ground;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jgrapht.Graph;
import org.jgrapht.graph.MaskSubgraph;

/**
 * Predicts from the sources of a project which of its tests are toxic, and says why. Its nodes are pieces of code: what a
 * file does when it is imported, and each function; its links say which runs which. Evidence in a function makes those
 * toxic that call it, not those that import its file.
 *
 * <p>For one thread at a time: it remembers what it has looked up.
 */
public final class ToxicityGraph {
    private final Sources sources;
    private final Overrides overrides;
    private final Resolver resolver;
    private final CodeGraph code;
    private final Set<NodeKey> zygote;
    private final Set<String> loaded;
    private final Ways direct;
    private final Ways lasting;
    private final Ways hazardous;

    private ToxicityGraph(Sources sources, Overrides overrides, Resolver resolver, CodeGraph code) {
        this.sources = sources;
        this.overrides = overrides;
        this.resolver = resolver;
        this.code = code;
        zygote = ImportClosure.of(code, conftests());
        loaded = zygote.stream()
                .flatMap(node -> code.evidence(node).stream())
                .map(Evidence::what)
                .filter(what -> what.startsWith("import "))
                .collect(Collectors.toSet());
        Graph<NodeKey, Link> shortLived = new MaskSubgraph<>(code.graph(), node -> false, Link::isLasting);
        direct = new Ways(shortLived, code.withEvidence().filter(this::isEvidence));
        lasting = new Ways(code.graph(), code.withEvidence().filter(this::isEvidence));
        hazardous = new Ways(shortLived, code.withEvidence().filter(this::isHazard));
    }

    /**
     * Builds the graph.
     *
     * @param files the files of the project, tests and code alike; what is missing is as if it did nothing
     * @param overrides what the user knows better
     * @param isInstalled whether a library, by its top-level name, is there for the tests to import
     */
    public static ToxicityGraph of(
            Collection<ModuleOutline> files, Overrides overrides, Predicate<String> isInstalled) {
        Sources sources = new Sources(files);
        Resolver resolver = new Resolver(sources);
        return new ToxicityGraph(
                sources, overrides, resolver, GraphBuilder.build(sources, resolver, overrides, isInstalled));
    }

    private List<NodeKey> conftests() {
        return sources.all().stream()
                .map(ModuleOutline::path)
                .filter(Sources::isConftest)
                .map(NodeKey::importOf)
                .toList();
    }

    /** What conftests import happens in the zygote, once: threads do not survive the fork, the rest is there before. */
    private boolean isEvidence(NodeKey node) {
        return !zygote.contains(node)
                && code.evidence(node).filter(e -> !loaded.contains(e.what())).isPresent();
    }

    /** What a process that is about to fork should not do, wherever it stands. */
    private boolean isHazard(NodeKey node) {
        return code.evidence(node).filter(e -> !e.kind().endsAtFork()).isPresent();
    }

    // --- tests

    /**
     * The prediction for a test.
     *
     * @param nodeId pytest's node id; parameters do not matter
     * @return empty if there is no such function in the sources: nothing is known then
     */
    public Optional<ToxicityReport> test(String nodeId) {
        Optional<NodeKey> node = find(nodeId);
        Optional<ModuleOutline> file = sources.at(NodeIds.path(nodeId));
        return node.map(n -> overrides
                .test(nodeId, file.map(ModuleOutline::module).orElse(""))
                .or(() -> markedClean(n))
                .orElseGet(() -> predict(n)));
    }

    private Optional<ToxicityReport> markedClean(NodeKey node) {
        ModuleOutline file = sources.at(node.path()).orElseThrow();
        return Marks.of(file, node.definition()).stream()
                .filter(m -> m.name().equals(Marks.TOXIC))
                .findFirst()
                .filter(m -> !m.isMeant())
                .map(m -> ToxicityReport.clean(Ground.USER, "is marked as not toxic"));
    }

    private ToxicityReport predict(NodeKey node) {
        boolean entangled = !direct.existsFrom(node);
        if (entangled && !lasting.existsFrom(node)) {
            return ToxicityReport.CLEAN;
        }
        Chain chain = chain(node);
        return new ToxicityReport(
                true, Optional.of(reason(chain, entangled)), chain.via(sources), ground(chain, entangled));
    }

    private Ground ground(Chain chain, boolean entangled) {
        boolean marked = code.evidence(chain.end()).orElseThrow().kind() == EvidenceKind.MARKED;
        return marked ? Ground.USER : entangled ? Ground.SURROUNDINGS : Ground.SOURCES;
    }

    private String reason(Chain chain, boolean entangled) {
        String reason = code.evidence(chain.end()).orElseThrow().reason();
        return entangled ? "shares with others what " + reason : reason;
    }

    private Chain chain(NodeKey from) {
        return (direct.existsFrom(from) ? direct : lasting).from(from);
    }

    private Optional<NodeKey> find(String nodeId) {
        List<String> names = NodeIds.names(nodeId);
        ModuleOutline file = sources.at(NodeIds.path(nodeId)).orElse(null);
        if (file == null || names.isEmpty()) {
            return Optional.empty();
        }
        Meaning meaning = resolver.meaning(file, Outline.MODULE, String.join(".", names));
        if (meaning instanceof Meaning.Defined m
                && m.file().definitions().get(m.definition()).isFunction()) {
            return Optional.of(new NodeKey(m.file().path(), m.definition()));
        }
        return Optional.empty();
    }

    /**
     * The way from a test to the evidence, step by step; the last one is the evidence.
     *
     * @return no steps if the sources do not suspect it
     */
    public List<Step> explain(String nodeId) {
        return find(nodeId)
                .filter(lasting::existsFrom)
                .map(node -> chain(node).steps(code, sources))
                .orElse(List.of());
    }

    /** The functions that look like tests in the files of tests, as node ids without parameters, in order. */
    public List<String> tests() {
        List<String> found = new ArrayList<>();
        for (ModuleOutline file : sources.all()) {
            if (Sources.isOfTests(file.path())) {
                addTests(file, found);
            }
        }
        return found;
    }

    private static void addTests(ModuleOutline file, List<String> found) {
        for (int i = 0; i < file.definitions().size(); i++) {
            Definition at = file.definitions().get(i);
            boolean named = at.name().startsWith("test") && at.guard().isReachable();
            if (named && CodeOwners.isOutermost(file, i)) {
                found.add(NodeIds.of(file.path(), file.outline().qualifiedName(i)));
            }
        }
    }

    // --- modules

    /**
     * Whether importing a file does what a zygote must not do before it forks.
     *
     * @param path of the file, as in its outline
     * @return empty if the file is not known
     */
    public Optional<ToxicityReport> module(String path) {
        return sources.at(path).map(file -> {
            NodeKey node = NodeKey.importOf(path);
            if (!hazardous.existsFrom(node)) {
                return ToxicityReport.CLEAN;
            }
            Chain chain = hazardous.from(node);
            String reason = code.evidence(chain.end()).orElseThrow().reason();
            return new ToxicityReport(true, Optional.of(reason), chain.via(sources), Ground.SOURCES);
        });
    }

    /** What the conftests of a project do on import that a process about to fork should not do, step by step. */
    public List<List<Step>> zygoteHazards() {
        Set<NodeKey> told = new HashSet<>();
        return conftests().stream()
                .filter(hazardous::existsFrom)
                .map(hazardous::from)
                .filter(chain -> told.add(chain.end()))
                .map(chain -> chain.steps(code, sources))
                .toList();
    }

    /**
     * Plans what a zygote imports before its first fork, see {@link PreImports}.
     *
     * @param others test files whose names do not tell that they are some
     */
    public PreImports preImports(Collection<String> others) {
        Predicate<String> toxic = path -> hazardous.existsFrom(NodeKey.importOf(path));
        Set<String> testFiles = new TreeSet<>(others);
        sources.all().stream()
                .map(ModuleOutline::path)
                .filter(Sources::isTestFile)
                .forEach(testFiles::add);
        return PreImports.plan(testFiles, new PreludeReader(sources, toxic, overrides));
    }
}
