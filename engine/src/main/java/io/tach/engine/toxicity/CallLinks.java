package io.tach.engine.toxicity;

import io.tach.engine.discover.CallSite;
import io.tach.engine.discover.ModuleOutline;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The links and the evidence of one file's calls. */
final class CallLinks {
    /** What runs when an object is made, or used in a {@code with}. */
    private static final List<String> MAKERS =
            List.of("__init__", "__new__", "__post_init__", "__call__", "__enter__", "__aenter__");

    private final ModuleOutline file;
    private final Resolver resolver;
    private final FixtureTable fixtures;
    private final CodeGraph code;
    private final boolean cleared;
    private final Map<NodeKey, Doings> doings = new HashMap<>();

    /** What one piece of code does, as far as it matters to its other calls. */
    private static final class Doings {
        private final List<Evidence> evidence = new ArrayList<>();
        private final List<Meaning.Defined> made = new ArrayList<>();
        private final List<CallSite> onObjects = new ArrayList<>();
        private final Set<String> methods = new HashSet<>();
    }

    /** @param cleared true if nothing in this file counts as evidence */
    CallLinks(ModuleOutline file, Resolver resolver, FixtureTable fixtures, CodeGraph code, boolean cleared) {
        this.file = file;
        this.resolver = resolver;
        this.fixtures = fixtures;
        this.code = code;
        this.cleared = cleared;
    }

    void add() {
        for (CallSite call : file.calls()) {
            if (call.guard().isReachable()) {
                add(call);
            }
        }
        doings.forEach((owner, done) -> {
            done.onObjects.forEach(call -> onObject(owner, call, done.made));
            done.evidence.stream()
                    .filter(e -> !e.kind().isRemediedBy(done.methods))
                    .forEach(e -> code.evidence(owner, e));
        });
    }

    private void add(CallSite call) {
        NodeKey owner = CodeOwners.of(file, call.enclosing());
        Doings done = doings.computeIfAbsent(owner, o -> new Doings());
        Meaning meaning = resolver.meaning(file, call.enclosing(), call.name());
        if (meaning instanceof Meaning.External m) {
            external(owner, m.name(), call.line(), done);
        } else if (meaning instanceof Meaning.Defined m) {
            defined(owner, m, call.line(), done);
        } else if (call.name().contains(".")) {
            done.onObjects.add(call);
            done.methods.add(lastWord(call.name()));
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
            code.link(owner, CodeOwners.of(target.file(), target.definition()), line, false);
            return;
        }
        done.made.add(target);
        MAKERS.forEach(name -> method(owner, target, name, line));
        resolver.externalBases(target).forEach(base -> external(owner, base, line, done));
    }

    private void method(NodeKey owner, Meaning.Defined type, String name, int line) {
        if (resolver.method(type, name) instanceof Meaning.Defined m
                && m.file().definitions().get(m.definition()).isFunction()) {
            code.link(owner, CodeOwners.of(m.file(), m.definition()), line, false);
        }
    }

    /** {@code x.start()}: of the objects that this code makes, those that have such a method. */
    private void onObject(NodeKey owner, CallSite call, List<Meaning.Defined> made) {
        String name = lastWord(call.name());
        made.forEach(type -> method(owner, type, name, call.line()));
    }

    private static String lastWord(String dotted) {
        return dotted.substring(dotted.lastIndexOf('.') + 1);
    }
}
