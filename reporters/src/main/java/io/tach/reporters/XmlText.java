package io.tach.reporters;

/** Text for XML as pytest's JUnit writer escapes it: what XML forbids is shown as {@code #x1B}. */
final class XmlText {
    private XmlText() {}

    /** For the inside of an element. */
    static void content(StringBuilder out, String text) {
        append(out, text, false);
    }

    /** For an attribute in double quotes. */
    static void attribute(StringBuilder out, String text) {
        append(out, text, true);
    }

    private static void append(StringBuilder out, String text, boolean attribute) {
        int plain = 0;
        int length = text.length();
        for (int i = 0; i < length; i++) {
            char c = text.charAt(i);
            if (isPlain(c)) {
                continue;
            }
            if (isPair(text, i)) {
                i++;
                continue;
            }
            String escaped = escape(c, attribute);
            out.append(text, plain, i).append(escaped);
            plain = i + 1;
        }
        out.append(text, plain, length);
    }

    private static boolean isPlain(char c) {
        return c >= ' ' && c < 0x7f && c != '&' && c != '<' && c != '>' && c != '"';
    }

    private static boolean isPair(String text, int i) {
        return Character.isHighSurrogate(text.charAt(i))
                && i + 1 < text.length()
                && Character.isLowSurrogate(text.charAt(i + 1));
    }

    private static String escape(char c, boolean attribute) {
        return switch (c) {
            case '&' -> "&amp;";
            case '<' -> "&lt;";
            case '>' -> "&gt;";
            case '"' -> attribute ? "&quot;" : "\"";
            case '\n' -> attribute ? "&#10;" : "\n";
            case '\r' -> attribute ? "&#13;" : "\r";
            case '\t' -> attribute ? "&#09;" : "\t";
            default -> isForbidden(c) ? visible(c) : String.valueOf(c);
        };
    }

    /** XML 1.0 forbids these, and pytest DEL as well. */
    private static boolean isForbidden(char c) {
        return c < ' ' || c == 0x7f || Character.isSurrogate(c) || c > 0xfffd;
    }

    private static String visible(char c) {
        return String.format(c <= 0xff ? "#x%02X" : "#x%04X", (int) c);
    }
}
