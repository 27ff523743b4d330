package io.tach.engine.toxicity;

import static io.tach.engine.toxicity.FileBuilder.file;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tach.engine.discover.ModuleOutline;
import io.tach.engine.scan.OutlineScanner;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class PreImportsTest {
    private static final String TEST = "test_a.py";

    private static ModuleOutline source(String path, String module, String... lines) {
        byte[] text = String.join("\n", lines).getBytes(StandardCharsets.UTF_8);
        return new ModuleOutline(path, module, new OutlineScanner().scan(text));
    }

    /** A project in which a module is dangerous, and one name is there twice. */
    private static List<ModuleOutline> project() {
        return new ArrayList<>(List.of(
                file("pkg/__init__.py", "pkg")
                        .imports("os")
                        .assign("version", null)
                        .build(),
                file("pkg/server.py", "pkg.server").build(),
                file("pkg/base.py", "pkg.base").build(),
                file("pkg/version.py", "pkg.version").build(),
                file("pkg/poll.py", "pkg.poll")
                        .imports("threading")
                        .call("threading.Thread")
                        .build(),
                file("pkg/uses.py", "pkg.uses").imports("pkg.poll").build(),
                file("conftest.py", "conftest").imports("pkg.base").build(),
                file("test_other.py", "test_other").build(),
                file("a/twice.py", "twice").build(),
                file("a/test_x.py", "test_x").build(),
                file("b/twice.py", "twice").build(),
                file("b/test_y.py", "test_y").build()));
    }

    private static PreImports plan(String... lines) {
        List<ModuleOutline> files = project();
        files.add(source(TEST, "test_a", lines));
        return ToxicityGraph.of(files, Overrides.NONE, library -> true).preImports(Set.of());
    }

    static List<Arguments> preludes() {
        return List.of(
                Arguments.of("import x, y.z as w\nfrom v import u", "x y.z v"),
                Arguments.of("'''About.'''\nfrom __future__ import annotations\nimport x\n\nimport y", "x y"),
                Arguments.of("import (\n", ""),
                Arguments.of("import os\nos.environ['A'] = '1'\nimport y", "os"),
                Arguments.of("import sys\ndel sys.modules['y']\nimport y", "sys"),
                Arguments.of("import x; z = 1; import y", ""),
                Arguments.of("import x\n'a' 'b'.join('c')\nimport y", "x"),
                Arguments.of("try:\n    import x\nexcept ImportError:\n    pass\nimport y", ""),
                Arguments.of("if True:\n    import x\nimport y", ""),
                Arguments.of("import x\ndef f():\n    import y\n", "x"),
                Arguments.of("import x\n@mark\nclass A: ...\nimport y", "x"),
                Arguments.of("from pkg import server, nothing, version\nimport y", "pkg pkg.server y"),
                Arguments.of("from pkg.base import thing\nimport y", "pkg.base y"),
                Arguments.of("import x\nimport pkg.poll\nimport y", "x"),
                Arguments.of("import x\nfrom pkg import uses\nimport y", "x pkg"),
                Arguments.of("import numpy\nimport polars\nimport y", "numpy"),
                Arguments.of("import x\nfrom test_other import A\nimport y", "x"),
                Arguments.of("import x\nimport twice\nimport y", "x"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("preludes")
    void aZygoteShouldImportWhatAFileImportsFirst(String text, String names) {
        // When
        PreImports plan = plan(text.split("\n", -1));

        // Then
        List<String> expected = names.isEmpty() ? null : Arrays.asList(names.split(" ", -1));
        assertEquals(expected, plan.byFile().get(TEST));
    }

    @Test
    void whatIsLeftShouldSayWhy() {
        assertEquals(
                Map.of("pkg.poll", "its import is toxic: pkg/poll.py"),
                plan("import pkg.poll").left());
        assertEquals(
                Map.of("polars", "uses a library with threads or processes of its own"),
                plan("import polars").left());
        assertEquals(
                Map.of("twice", "several files have this name"),
                plan("import twice").left());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "sys.path.insert(0, 'x')",
                "import pytest; pytest.register_assert_rewrite('x')",
                "sys.modules.pop('x')"
            })
    void nothingShouldBeImportedWhereATestFileChangesWhatImportsMean(String line) {
        // Given
        List<ModuleOutline> files = project();
        files.add(source("test_b.py", "test_b", "import x"));
        files.add(source(TEST, "test_a", "import x", line));

        // When
        PreImports plan =
                ToxicityGraph.of(files, Overrides.NONE, library -> true).preImports(Set.of());

        // Then
        assertEquals(Map.of(), plan.byFile());
        assertEquals(Set.of(TEST), plan.left().keySet());
    }

    @Test
    void aTestThatChangesThePathWhileItRunsIsNoOnesConcern() {
        assertEquals(
                List.of("x"),
                plan("import x", "def test_a():", "    sys.path.insert(0, 'y')")
                        .byFile()
                        .get(TEST));
    }

    @Test
    void relativeImportsShouldBeNamedInFull() {
        // Given
        List<ModuleOutline> files = project();
        files.add(source("pkg/test_in.py", "pkg.test_in", "from . import server", "from .base import x"));

        // When
        PreImports plan =
                ToxicityGraph.of(files, Overrides.NONE, library -> true).preImports(Set.of());

        // Then
        assertEquals(List.of("pkg", "pkg.server", "pkg.base"), plan.byFile().get("pkg/test_in.py"));
    }

    @Test
    void filesThatAreTestsByConfigurationAloneShouldBeReadWhenTheyAreNamed() {
        // Given
        List<ModuleOutline> files = project();
        files.add(source("checks.py", "checks", "import x"));

        // When
        PreImports plan =
                ToxicityGraph.of(files, Overrides.NONE, library -> true).preImports(Set.of("checks.py", "gone"));

        // Then
        assertEquals(Map.of("checks.py", List.of("x")), plan.byFile());
    }

    @Test
    void theTextShouldHoldPathStampAndNames() {
        // Given
        PreImports plan = plan("import x", "import y");

        // When
        String text = plan.encode("f1", path -> "7@8");

        // Then
        assertEquals("tach preimports 1\n\tf1\ntest_a.py\t7@8\tx\ty\n", text);
        assertEquals(Optional.of("f1"), PreImports.fingerprint(text));
        assertEquals(Optional.empty(), PreImports.fingerprint("else"));
    }
}
