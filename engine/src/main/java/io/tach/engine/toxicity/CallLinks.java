package io.tach.engine.toxicity;

import io.tach.engine.discover.CallSite;
import io.tach.engine.discover.ModuleOutline;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The links and the evidence of one file's calls. */
final class CallLinks {
    private final ModuleOutline file;
    private final Resolver resolver;
    private final Classes classes;
    private final FixtureTable fixtures;
    private final CodeGraph code;
    private final boolean cleared;
    private final double doubt;
    private final Map<NodeKey, Doings> doings = new HashMap<>();

    /** What one piece of code does, as far as it matters to its other calls. */
    private static final class Doings {
        private final List<Evidence> evidence = new ArrayList<>();
        private final Set<CalledName> seen = new HashSet<>();
        private final Map<NodeKey, Meaning.Defined> made = new LinkedHashMap<>();
        private final Map<String, Integer> methods = new LinkedHashMap<>();
        private final Set<String> remedies = new HashSet<>();
    }

    private record CalledName(String name, int enclosing) {}

    /** @param cleared true if nothing in this file counts as evidence */
    CallLinks(
            ModuleOutline file,
            Resolver resolver,
            Classes classes,
            FixtureTable fixtures,
            CodeGraph code,
            boolean cleared) {
        this.file = file;
        this.resolver = resolver;
        this.classes = classes;
        this.fixtures = fixtures;
        this.code = code;
        this.cleared = cleared;
        doubt = Sources.isOfTests(file.path()) ? Ways.NONE : Ways.ONE;
    }

    void add() {
        for (CallSite call : file.calls()) {
            if (CodeOwners.counts(file, call.enclosing(), call.guard())) {
                add(call);
            } else if (call.guard().isReachable()) {
                mayPutRight(call);
            }
        }
        doings.forEach((owner, done) -> {
            done.methods.forEach((name, line) -> onObjects(owner, name, line, done.made.values()));
            done.evidence.stream()
                    .filter(e -> !e.kind().isRemediedBy(done.remedies))
                    .forEach(e -> code.evidence(owner, e));
        });
    }

    private void add(CallSite call) {
        NodeKey owner = CodeOwners.of(file, call.enclosing());
        Doings done = doings.computeIfAbsent(owner, o -> new Doings());
        if (!done.seen.add(new CalledName(call.name(), call.enclosing()))) {
            return;
        }
        Meaning meaning = resolver.meaning(file, call.enclosing(), call.name());
        if (meaning instanceof Meaning.External m) {
            external(owner, m.name(), call.line(), done);
        } else if (meaning instanceof Meaning.Defined m) {
            defined(owner, m, call.line(), done);
        } else if (call.name().contains(".")) {
            done.methods.putIfAbsent(lastWord(call.name()), call.line());
            done.remedies.add(lastWord(call.name()));
        }
    }

    /** What may not be reached does no harm, but whoever waits for a child does so in a loop or a {@code try}. */
    private void mayPutRight(CallSite call) {
        boolean onObject = call.name().contains(".")
                && resolver.meaning(file, call.enclosing(), call.name()) == Meaning.Unknown.INSTANCE;
        if (onObject) {
            NodeKey owner = CodeOwners.of(file, call.enclosing());
            doings.computeIfAbsent(owner, o -> new Doings()).remedies.add(lastWord(call.name()));
        }
    }

    private void external(NodeKey owner, String name, int line, Doings done) {
        Optional<EvidenceKind> kind = KnownCalls.kindOf(name);
        boolean shortLived = kind.filter(k -> k == EvidenceKind.LOOP).isPresent()
                && (owner.isImport() || !fixtures.isLasting(file, owner.definition()));
        if (kind.isPresent() && !cleared && !shortLived) {
            done.evidence.add(new Evidence(kind.get(), name, file.path(), line));
        }
    }

    private void defined(NodeKey owner, Meaning.Defined target, int line, Doings done) {
        if (target.file().definitions().get(target.definition()).isFunction()) {
            code.call(owner, CodeOwners.of(target.file(), target.definition()), line, doubt);
            return;
        }
        done.made.putIfAbsent(Classes.key(target), target);
        classes.makers(target).forEach(maker -> code.call(owner, maker, line, doubt));
        resolver.externalBases(target).forEach(base -> external(owner, base, line, done));
    }

    /** {@code x.start()}: of the objects that this code makes, those that have such a method. */
    private void onObjects(NodeKey owner, String name, int line, Collection<Meaning.Defined> made) {
        for (Meaning.Defined type : made) {
            classes.method(type, name).ifPresent(method -> code.call(owner, method, line, doubt));
        }
    }

    private static String lastWord(String dotted) {
        return dotted.substring(dotted.lastIndexOf('.') + 1);
    }
}
