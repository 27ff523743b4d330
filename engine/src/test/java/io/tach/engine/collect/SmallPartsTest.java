package io.tach.engine.collect;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SmallPartsTest {
    @ParameterizedTest
    @CsvSource({
        "test_*.py, test_a.py, true",
        "test_*.py, atest_a.py, false",
        "*_test.py, a_test.py, true",
        "*, '', true",
        "a?c, abc, true",
        "a?c, ac, false",
        "[ab]c, bc, true",
        "[!ab]c, bc, false",
        "[a-c]x, bx, true",
        "*a*a*b, aaaaaaaaaaaaaaaaaaaaaaaac, false",
    })
    void aGlobShouldMatchAsFnmatch(String pattern, String text, boolean matches) {
        assertEquals(matches, Glob.matches(pattern, text));
    }

    @ParameterizedTest
    @CsvSource({
        "0.1, 0.1",
        "1, 1.0",
        "1e15, 1000000000000000.0",
        "1e16, 1e+16",
        "0.0001, 0.0001",
        "0.00001, 1e-05",
        "123456789.123, 123456789.123",
        "-2.5e-7, -2.5e-07",
        "2e-3, 0.002",
        "5e-324, 5e-324",
        "1.7976931348623157e308, 1.7976931348623157e+308",
        "-0.0, -0.0",
    })
    void aFloatShouldBeWrittenAsPythonDoes(double value, String text) {
        assertEquals(text, PythonText.real(value));
    }

    @ParameterizedTest
    @CsvSource({
        "slow, slow, true",
        "not slow, slow, false",
        "a and not (b or c), a, true",
        "a and not (b or c), a b, false",
        "a or b and c, a, true",
    })
    void anExpressionOfMarksShouldSelect(String text, String marks, boolean selected) {
        assertEquals(selected, MarkExpression.parse(text).matches(Set.of(marks.split(" "))));
    }

    @Test
    void whatIsMoreThanNamesShouldNotBeUnderstood() {
        assertNull(MarkExpression.parse("device(name='x')"));
        assertNull(MarkExpression.parse("a and"));
        assertNull(MarkExpression.parse("(a"));
        assertNull(MarkExpression.parse("a b"));
    }
}
