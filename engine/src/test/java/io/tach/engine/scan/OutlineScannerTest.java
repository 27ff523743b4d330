package io.tach.engine.scan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tach.engine.discover.Assignment;
import io.tach.engine.discover.Definition;
import io.tach.engine.discover.Expression;
import io.tach.engine.discover.Guard;
import io.tach.engine.discover.Import;
import io.tach.engine.discover.Outline;
import io.tach.engine.discover.OutlineError;
import io.tach.engine.discover.Parameter;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the oracle cannot ask: errors, encodings, and a few outlines written down by hand. */
class OutlineScannerTest {
    private static Outline scan(String... lines) {
        return new OutlineScanner().scan(String.join("\n", lines).getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void aMethodShouldKnowItsClassDecoratorsAndParameters() {
        // When
        Outline outline = scan(
                "class TestA(base.Base[int], metaclass=M):",
                "    @pytest.mark.parametrize('x', [1, -2.5])",
                "    async def test_b(self, x, /, *, tmp_path=None): ...");

        // Then
        assertEquals(List.of("base.Base"), outline.definitions().get(0).bases());
        Definition method = outline.definitions().get(1);
        assertEquals("TestA.test_b", outline.qualifiedName(1));
        assertEquals(Definition.Kind.ASYNC_FUNCTION, method.kind());
        assertEquals(3, method.line());
        assertEquals(2, method.firstLine());
        assertEquals("pytest.mark.parametrize", method.decorators().get(0).name());
        assertEquals(
                List.of(
                        new Parameter("self", Parameter.Kind.POSITIONAL_ONLY, false),
                        new Parameter("x", Parameter.Kind.POSITIONAL_ONLY, false),
                        new Parameter("tmp_path", Parameter.Kind.KEYWORD_ONLY, true)),
                method.parameters());
    }

    @Test
    void codeOfAFunctionShouldBeDeferredAndThatOfAClassNot() {
        Outline outline =
                scan("class A:", "    import a", "    def f(self):", "        class B:", "            import b");

        assertFalse(outline.isDeferred(outline.imports().get(0).enclosing()));
        assertTrue(outline.isDeferred(outline.imports().get(1).enclosing()));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "if TYPE_CHECKING: import x | TYPE_CHECKING",
                "if typing.TYPE_CHECKING and y: import x | TYPE_CHECKING",
                "if not TYPE_CHECKING: import x | NONE",
                "if (__name__ == '__main__'): import x | MAIN",
                "if __name__ != '__main__': import x | NONE",
                "if TYPE_CHECKING or y: import x | CONDITION",
                "with y: import x | NONE",
                "while y: import x | CONDITION",
            })
    void anImportShouldKnowWhatGuardsIt(String text, Guard guard) {
        assertEquals(guard, scan(text).imports().get(0).guard());
    }

    @Test
    void namesInFStringsShouldNotBeCalls() {
        Outline outline =
                scan("x = f'{a(1)} {f\"{b(2)}\"}' + c(3)", "y = f'{d['k']}' + e()", "z = f'''{", "g()}'''; h()");

        assertEquals(
                List.of("c", "e", "h"),
                outline.calls().stream().map(call -> call.name()).toList());
        assertEquals(4, outline.calls().get(2).line());
    }

    @Test
    void aDynamicImportShouldBeKnownByItsLiteral() {
        Outline outline = scan("def f():", "    importlib.import_module('..a.b')", "    importlib.import_module(name)");

        Import found = outline.imports().get(0);
        assertEquals(1, outline.imports().size());
        assertEquals(Import.Kind.DYNAMIC, found.kind());
        assertEquals(2, found.level());
        assertEquals("a.b", found.module());
    }

    @Test
    void aTableTooLargeToAskForShouldNotBeKept() {
        String row = "1, ".repeat(Assignment.MAX_NODES - 1);

        Outline outline = scan("kept = [" + row + "]", "dropped = [" + row + "1]");

        assertTrue(outline.assignments().get(0).value() instanceof Expression.Sequence);
        assertEquals(Expression.Other.INSTANCE, outline.assignments().get(1).value());
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({"latin-1,ISO-8859-1", "utf_8,UTF-8", "cp1251,windows-1251", "gbk,GBK", "shift_jis,Shift_JIS"})
    void aDeclaredEncodingShouldBeRead(String declared, String charset) {
        String letter = charset.startsWith("ISO") || charset.startsWith("UTF") ? "\u00e9" : "\u0416";
        String text = "# vim: set fileencoding=" + declared + " :\ns = '" + letter + "'\n";

        Outline outline = new OutlineScanner().scan(text.getBytes(Charset.forName(charset)));

        assertEquals(new Expression.Text(letter), outline.assignments().get(0).value());
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"\n", "\r", "\r\n"})
    void everyNewlineShouldCount(String newline) {
        Outline outline =
                scan("\ufeffx = '''a" + newline + "b'''" + newline + "# c" + newline + "f(" + newline + "g())");

        assertEquals(new Expression.Text("a\nb"), outline.assignments().get(0).value());
        assertEquals(4, outline.calls().get(0).line());
        assertEquals(5, outline.calls().get(1).line());
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "`x = (1,\ndef f(): pass` | 1 | 5 | '(' was never closed",
                "`\nx = 'a` | 2 | 5 | unterminated string",
                "`x = ]` | 1 | 5 | unmatched ']'",
                "`x = (1]` | 1 | 7 | ']' does not match '('",
                "`if x:\n    y\n  z` | 3 | 3 | unindent does not match any outer indentation level",
                "`x\n  y` | 2 | 3 | unexpected indent",
                "`if x:\ny` | 2 | 1 | expected an indented block",
                "`if x:\n        y\n\tz` | 3 | 9 | inconsistent use of tabs and spaces",
                "`x = $` | 1 | 5 | unexpected character",
                "`if x\n  y` | 1 | 4 | expected ':'",
                "`@d\nx = 1` | 2 | 1 | expected a definition behind a decorator",
                "`# coding: klingon` | 1 | 1 | unknown encoding: klingon",
            })
    void anErrorShouldHaveItsPlace(String text, int line, int column, String message) {
        assertEquals(
                new OutlineError(line, column, message), scan(text).errors().get(0));
    }

    @Test
    void whatFollowsAnErrorShouldBeReadAllTheSame() {
        Outline outline = scan("x = (1,", "def test_a(): pass", "y = 'open", "def test_b(: pass", "def test_c(): pass");

        assertEquals(
                List.of("test_a", "test_b", "test_c"),
                outline.definitions().stream().map(Definition::name).toList());
    }

    @Test
    void aLineOfBracketsShouldNotTakeForEver() {
        Outline outline = scan("(\n".repeat(20_000));

        assertFalse(outline.errors().isEmpty());
    }
}
