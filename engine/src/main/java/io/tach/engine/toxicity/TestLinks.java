package io.tach.engine.toxicity;

import io.tach.engine.discover.Definition;
import io.tach.engine.discover.ModuleOutline;
import io.tach.engine.discover.Outline;
import io.tach.engine.discover.Parameter;
import io.tach.engine.toxicity.FixtureTable.Fixture;
import java.util.List;
import java.util.OptionalInt;

/** What pytest runs around the tests and fixtures of one file: fixtures by name, set-up and teardown. */
final class TestLinks {
    private static final List<String> EACH_IN_CLASS =
            List.of("setup_method", "teardown_method", "setUp", "tearDown", "asyncSetUp", "asyncTearDown", "__init__");
    private static final List<String> ONCE_IN_CLASS =
            List.of("setup_class", "teardown_class", "setUpClass", "tearDownClass");
    private static final List<String> EACH_IN_MODULE = List.of("setup_function", "teardown_function");
    private static final List<String> ONCE_IN_MODULE =
            List.of("setup_module", "teardown_module", "setUpModule", "tearDownModule");

    private final ModuleOutline file;
    private final Resolver resolver;
    private final FixtureTable fixtures;
    private final CodeGraph code;

    TestLinks(ModuleOutline file, Resolver resolver, FixtureTable fixtures, CodeGraph code) {
        this.file = file;
        this.resolver = resolver;
        this.fixtures = fixtures;
        this.code = code;
    }

    void add() {
        fixtures.of(file).forEach(f -> byName(f.definition(), f.lasting()));
        for (int i = 0; i < file.definitions().size(); i++) {
            if (isTest(i)) {
                test(i);
            }
        }
    }

    /** By its look; whether pytest agrees does not matter, nobody asks for the others. */
    private boolean isTest(int definition) {
        return CodeOwners.isOutermost(file, definition)
                && file.definitions().get(definition).name().startsWith("test");
    }

    private void test(int at) {
        NodeKey test = new NodeKey(file.path(), at);
        int line = file.definitions().get(at).line();
        code.link(test, NodeKey.importOf(file.path()), line, true);
        byName(at, false);
        fixtures.automatic(file, at).forEach(f -> use(test, f, line, false));
        usefixtures(at, test);
        EACH_IN_MODULE.forEach(name -> inModule(test, name, false));
        ONCE_IN_MODULE.forEach(name -> inModule(test, name, true));
        int type = CodeOwners.classOf(file, at);
        if (type != Outline.MODULE) {
            EACH_IN_CLASS.forEach(name -> inClass(test, type, name, false));
            ONCE_IN_CLASS.forEach(name -> inClass(test, type, name, true));
        }
        marked(at, test);
    }

    /** The parameters of a test or fixture name fixtures. */
    private void byName(int at, boolean lasting) {
        Definition definition = file.definitions().get(at);
        for (Parameter parameter : definition.parameters()) {
            if (!parameter.hasDefault()) {
                fixtures.named(parameter.name(), file, at)
                        .ifPresent(f -> use(new NodeKey(file.path(), at), f, definition.line(), lasting));
            }
        }
    }

    /** What a fixture that lasts does itself is done before its tests start; so is what it asks for. */
    private void use(NodeKey user, Fixture fixture, int line, boolean userLasts) {
        NodeKey target = new NodeKey(fixture.file().path(), fixture.definition());
        code.link(user, target, line, fixture.lasting() && !userLasts);
    }

    private void usefixtures(int at, NodeKey test) {
        for (Marks.Mark mark : Marks.of(file, at)) {
            if (mark.name().equals("usefixtures")) {
                mark.texts().forEach(name -> fixtures.named(name, file, at)
                        .ifPresent(f -> use(test, f, mark.line(), false)));
            }
        }
    }

    private void inModule(NodeKey test, String name, boolean lasting) {
        OptionalInt found = resolver.bindings(file).member(Outline.MODULE, name);
        found.ifPresent(i -> code.link(
                test, new NodeKey(file.path(), i), file.definitions().get(i).line(), lasting));
    }

    private void inClass(NodeKey test, int type, String name, boolean lasting) {
        if (resolver.method(new Meaning.Defined(file, type), name) instanceof Meaning.Defined m
                && m.file().definitions().get(m.definition()).isFunction()) {
            int line = file.definitions().get(test.definition()).line();
            code.link(test, CodeOwners.of(m.file(), m.definition()), line, lasting);
        }
    }

    private void marked(int at, NodeKey test) {
        for (Marks.Mark mark : Marks.of(file, at)) {
            if (mark.name().equals(Marks.TOXIC) && mark.isMeant()) {
                String why = mark.texts().isEmpty() ? "" : ": " + mark.texts().get(0);
                String what = EvidenceKind.MARKED.words() + why;
                code.evidence(test, new Evidence(EvidenceKind.MARKED, what, file.path(), mark.line()));
            }
        }
    }
}
