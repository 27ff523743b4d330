package io.tach.engine.collect;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tach.engine.fixture.FixtureProblem;
import io.tach.engine.model.TestModule;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What pytest 9 collects of such files, tried once by hand; the comparison on whole suites is bench/listing.py. */
class TestReaderTest {
    private static List<String> ids(String... lines) {
        return new Project().with("test_a.py", lines).ids("test_a.py");
    }

    @Test
    void functionsAndClassesShouldBeFoundByName() {
        assertEquals(
                List.of("test_a", "TestA::test_b", "TestA::TestInner::test_c"),
                ids(
                        "def helper(): pass",
                        "def test_a(): pass",
                        "class TestA:",
                        "    def test_b(self): pass",
                        "    def other(self): pass",
                        "    class TestInner:",
                        "        def test_c(self): pass",
                        "class TestWithInit:",
                        "    def __init__(self): pass",
                        "    def test_d(self): pass",
                        "class TestOff:",
                        "    __test__ = False",
                        "    def test_e(self): pass",
                        "class Other:",
                        "    def test_f(self): pass",
                        "test_data = [1, 2]"));
    }

    @Test
    void aUnittestClassShouldBeFoundWhateverItsNameAndSorted() {
        assertEquals(
                List.of("Cases::test_a", "Cases::test_b"),
                ids(
                        "import unittest",
                        "class Cases(unittest.TestCase):",
                        "    def test_b(self): pass",
                        "    def test_a(self): pass",
                        "    def helper(self): pass"));
    }

    @Test
    void inheritedTestsShouldComeFirst() {
        Project project = new Project()
                .with(
                        "base.py",
                        "class Base:",
                        "    def test_inherited(self): pass",
                        "    def test_overridden(self): pass")
                .with(
                        "test_a.py",
                        "from base import Base",
                        "class TestA(Base):",
                        "    def test_own(self): pass",
                        "    def test_overridden(self): pass");

        assertEquals(
                List.of("TestA::test_inherited", "TestA::test_own", "TestA::test_overridden"),
                project.ids("test_a.py"));
    }

    @Test
    void importedTestsShouldCount() {
        Project project = new Project()
                .with("cases.py", "def test_one(): pass", "class TestTwo:", "    def test_three(self): pass")
                .with("test_a.py", "from cases import test_one, TestTwo as TestRenamed")
                .with("test_b.py", "from cases import *");

        assertEquals(List.of("test_one", "TestRenamed::test_three"), project.ids("test_a.py"));
        assertEquals(List.of("test_one", "TestTwo::test_three"), project.ids("test_b.py"));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'x', [1, -2, 1.5, 1e20, True, None] | 1;-2;1.5;1e+20;True;None",
                "'x', ['a', 'b c', b'd\\xff', 'é\\n'] | a;b c;d\\xff;\\xe9\\n",
                "'x', [[], (), {}, {1: 2}, [i for i in y]] | x0;x1;x2;x3;x4",
                "'x', [int, len, ValueError, Plain, plain] | int;len;ValueError;Plain;plain",
                "'x', [Plain(), dict(), float('nan')] | x0;x1;nan",
                "'x', [Color.RED] | Color.RED",
                "'x', VALUES | 1;2",
                "'x', range(3) | 0;1;2",
                "'x', ['a', 'a', 'b'] | a0;a1;b",
                "'x', [''] | ``",
                "'x', [1, 2], ids=['one', None] | one;2",
                "'x', [object(), object()], ids=str | ...",
                "'x', [unknown()] | ...",
                "'x', [] | ...",
                "'x', [1, 1] | ...",
                "'x', COMPUTED | ...",
                "'x', CHANGED | ...",
                "'x,', [(1,)] | 1",
                "('x', 'y'), [(1, 'a'), pytest.param(2, [3], id='z')] | 1-a;z",
                "'x, y', [(1, 2)] | 1-2",
                "'x', [1], indirect=True | 1",
            })
    void idsShouldBeThoseOfPytest(String arguments, String expected) {
        List<String> found = ids(
                "import enum, pytest",
                "class Plain: pass",
                "class Color(enum.Enum):",
                "    RED = 1",
                "def plain(): pass",
                "VALUES = (1, 2)",
                "COMPUTED = make()",
                "CHANGED = [1]",
                "CHANGED.append(2)",
                "@pytest.mark.parametrize(" + arguments + ")",
                "def test_a(x, y=None): pass");

        assertEquals(
                expected,
                found.stream()
                        .map(id -> id.substring("test_a[".length(), id.length() - 1))
                        .collect(Collectors.joining(";")));
    }

    @Test
    void severalParametrizationsShouldMultiply() {
        assertEquals(
                List.of(
                        "TestA::test_a[m-x-1-p]",
                        "TestA::test_a[m-x-2-p]",
                        "TestA::test_a[m-y-1-p]",
                        "TestA::test_a[m-y-2-p]",
                        "TestA::test_a[n-x-1-p]",
                        "TestA::test_a[n-x-2-p]",
                        "TestA::test_a[n-y-1-p]",
                        "TestA::test_a[n-y-2-p]"),
                ids(
                        "from pytest import fixture, mark",
                        "pytestmark = mark.parametrize('top', ['p'])",
                        "@fixture(params=['m', 'n'], autouse=True)",
                        "def fix(request): pass",
                        "@mark.usefixtures('request')",
                        "class TestA:",
                        "    @mark.parametrize('a', [1, 2])",
                        "    @mark.parametrize('b', ['x', 'y'])",
                        "    def test_a(self, a, b, top): pass"));
    }

    @Test
    void whatCannotBeKnownShouldBeDoubted() {
        Project project = new Project()
                .with(
                        "test_a.py",
                        "import pytest, sys, elsewhere",
                        "np = pytest.importorskip('numpy')",
                        "def test_a(): pass")
                .with(
                        "test_b.py",
                        "import sys, elsewhere",
                        "if sys.platform == 'linux':",
                        "    def test_b(): pass",
                        "class TestC(elsewhere.Base):",
                        "    def test_c(self): pass",
                        "test_made = make()",
                        "from elsewhere import test_d");

        assertEquals(List.of("test_a ?"), project.ids("test_a.py"));
        assertEquals(List.of("test_b ?", "TestC::test_c ?"), project.ids("test_b.py"));
        TestModule module = project.read("test_b.py").tests();
        assertEquals(
                List.of("test_made is assigned (line 6)", "test_d comes from outside of the project (line 7)"),
                module.doubts());
    }

    @Test
    void hooksShouldMakeWhatTheyDecideDynamic() {
        Project project = new Project()
                .with("test_a.py", "import pytest", "@pytest.mark.slow", "def test_a(): pass", "def test_b(x): pass")
                .with(new Hooks(List.of(""), List.of("")));

        assertEquals(List.of("test_a ?", "test_b[...]"), project.ids("test_a.py"));
    }

    @Test
    void marksShouldSelect() {
        Project project = new Project()
                .with(
                        "test_a.py",
                        "import pytest",
                        "slow = pytest.mark.slow",
                        "@slow",
                        "def test_a(): pass",
                        "def test_b(): pass",
                        "@pytest.mark.parametrize('x', [pytest.param(1, marks=slow), 2])",
                        "def test_c(x): pass")
                .with(MarkExpression.parse("not slow"));

        assertEquals(List.of("test_b", "test_c[...]"), project.ids("test_a.py"));
    }

    @Test
    void fixturesShouldBeMissedWithFileAndLine() {
        Project project = new Project()
                .with("conftest.py", "import pytest", "@pytest.fixture", "def here(nowhere): pass")
                .with(
                        "test_a.py",
                        "import pytest",
                        "@pytest.fixture",
                        "def one(two): pass",
                        "@pytest.fixture",
                        "def two(one): pass",
                        "def test_a(here, missing, tmp_path): pass",
                        "def test_b(one): pass",
                        "@mock.patch('x')",
                        "def test_c(patched): pass");

        List<String> problems = project.read("test_a.py").problems().stream()
                .map(FixtureProblem::text)
                .toList();

        assertEquals(3, problems.size(), problems::toString);
        assertTrue(problems.contains("test_a.py:6: fixture 'missing' not found"), problems::toString);
        assertTrue(problems.contains("conftest.py:2: fixture 'nowhere' not found"), problems::toString);
        assertTrue(problems.contains("test_a.py:2: fixture 'one' needs itself: one -> two -> one"), problems::toString);
    }
}
