package io.tach.engine.collect;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

/** How Python writes values. */
final class PythonText {
    private static final int MOST_DIGITS = 17;

    private PythonText() {}

    /** {@code repr(float)}: the fewest digits that mean the same number. */
    static String real(double value) {
        if (Double.isNaN(value)) {
            return "nan";
        }
        if (Double.isInfinite(value)) {
            return value > 0 ? "inf" : "-inf";
        }
        if (value == 0) {
            return 1 / value < 0 ? "-0.0" : "0.0";
        }
        BigDecimal exact = new BigDecimal(value);
        for (int digits = 1; digits < MOST_DIGITS; digits++) {
            BigDecimal rounded = exact.round(new MathContext(digits, RoundingMode.HALF_EVEN));
            if (rounded.doubleValue() == value) {
                return real(rounded);
            }
        }
        return real(exact.round(new MathContext(MOST_DIGITS, RoundingMode.HALF_EVEN)));
    }

    private static String real(BigDecimal value) {
        BigDecimal stripped = value.stripTrailingZeros();
        int exponent = stripped.precision() - stripped.scale() - 1;
        if (exponent >= -4 && exponent < 16) {
            String plain = stripped.toPlainString();
            return plain.indexOf('.') < 0 ? plain + ".0" : plain;
        }
        String digits = stripped.unscaledValue().abs().toString();
        String mantissa = digits.length() == 1 ? digits : digits.charAt(0) + "." + digits.substring(1);
        String sign = stripped.signum() < 0 ? "-" : "";
        return String.format("%s%se%s%02d", sign, mantissa, exponent < 0 ? "-" : "+", Math.abs(exponent));
    }

    /** pytest's form of a string in an id: ASCII, the rest escaped as Python's {@code unicode_escape} does. */
    static String escaped(String text) {
        if (text.chars().allMatch(c -> c >= ' ' && c < 127 && c != '\\')) {
            return text;
        }
        StringBuilder escaped = new StringBuilder();
        text.codePoints().forEach(c -> escape(escaped, c, true));
        return escaped.toString();
    }

    /** The same of bytes, whose backslashes pytest leaves alone. */
    static String escapedBytes(String latin1) {
        StringBuilder escaped = new StringBuilder();
        latin1.chars().forEach(c -> escape(escaped, c, false));
        return escaped.toString();
    }

    private static void escape(StringBuilder out, int c, boolean backslash) {
        switch (c) {
            case '\t' -> out.append("\\t");
            case '\n' -> out.append("\\n");
            case '\r' -> out.append("\\r");
            case '\\' -> out.append(backslash ? "\\\\" : "\\");
            default -> {
                if (c >= ' ' && c < 127) {
                    out.append((char) c);
                } else {
                    out.append(String.format(c < 0x100 ? "\\x%02x" : c < 0x10000 ? "\\u%04x" : "\\U%08x", c));
                }
            }
        }
    }
}
