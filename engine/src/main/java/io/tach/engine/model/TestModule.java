package io.tach.engine.model;

import java.util.List;

/**
 * A test file as far as its text tells.
 *
 * @param path with {@code /}, relative to the project's root
 * @param tests in the order in which pytest collects them
 * @param fixtures that it defines
 * @param imports absolute names of the modules it imports
 * @param doubts why there may be tests that are not listed, or listed ones that are not there; one phrase each, with line
 */
public record TestModule(
        String path,
        List<TestCase> tests,
        List<FixtureDefinition> fixtures,
        List<String> imports,
        List<String> doubts) {
    public TestModule {
        tests = List.copyOf(tests);
        fixtures = List.copyOf(fixtures);
        imports = List.copyOf(imports);
        doubts = List.copyOf(doubts);
    }
}
