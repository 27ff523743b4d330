package io.tach.engine.scan;

/** Finds the end of a number. */
final class NumberSkipper {
    private final byte[] bytes;

    NumberSkipper(byte[] bytes) {
        this.bytes = bytes;
    }

    /** The position behind the number that begins with a digit or a dot; {@code 1if} ends before the keyword. */
    int skip(int from) {
        if (bytes[from] == '0' && isRadix(bytes[from + 1])) {
            return radix(from + 2, (bytes[from + 1] | 0x20) == 'x');
        }
        int at = digits(from);
        if (bytes[at] == '.') {
            at = digits(at + 1);
        }
        at = exponent(at);
        return (bytes[at] | 0x20) == 'j' ? at + 1 : at;
    }

    private static boolean isRadix(byte b) {
        int letter = b | 0x20;
        return letter == 'x' || letter == 'o' || letter == 'b';
    }

    private int radix(int from, boolean hex) {
        int at = from;
        while (bytes[at] == '_' || (hex ? Bytes.isHexDigit(bytes[at]) : Bytes.isDigit(bytes[at]))) {
            at++;
        }
        return at;
    }

    private int digits(int from) {
        int at = from;
        while (Bytes.isDigit(bytes[at]) || (bytes[at] == '_' && Bytes.isDigit(bytes[at + 1]))) {
            at++;
        }
        return at;
    }

    private int exponent(int at) {
        if ((bytes[at] | 0x20) != 'e') {
            return at;
        }
        int digits = bytes[at + 1] == '+' || bytes[at + 1] == '-' ? at + 2 : at + 1;
        return Bytes.isDigit(bytes[digits]) ? digits(digits) : at;
    }
}
