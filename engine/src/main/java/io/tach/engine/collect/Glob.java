package io.tach.engine.collect;

/** Python's {@code fnmatch}: {@code *}, {@code ?}, {@code [seq]}, {@code [!seq]}; a slash is a character like any other. */
public final class Glob {
    private Glob() {}

    /** True if a pattern matches a whole text. */
    public static boolean matches(String pattern, String text) {
        int p = 0;
        int t = 0;
        int starAt = -1;
        int starText = 0;
        while (t < text.length()) {
            if (p < pattern.length() && pattern.charAt(p) == '*') {
                starAt = p++;
                starText = t;
                continue;
            }
            int next = p < pattern.length() ? one(pattern, p, text.charAt(t)) : -1;
            if (next >= 0) {
                p = next;
                t++;
            } else if (starAt >= 0) {
                p = starAt + 1; // the star takes one character more
                t = ++starText;
            } else {
                return false;
            }
        }
        while (p < pattern.length() && pattern.charAt(p) == '*') {
            p++;
        }
        return p == pattern.length();
    }

    /** The position behind what matches one character, -1 if it does not. */
    private static int one(String pattern, int at, char c) {
        char first = pattern.charAt(at);
        if (first != '[') {
            return first == '?' || first == c ? at + 1 : -1;
        }
        boolean negated = at + 1 < pattern.length() && pattern.charAt(at + 1) == '!';
        int begin = negated ? at + 2 : at + 1;
        int end = pattern.indexOf(']', begin + 1);
        if (end < 0) {
            return c == '[' ? at + 1 : -1;
        }
        return contains(pattern.substring(begin, end), c) != negated ? end + 1 : -1;
    }

    private static boolean contains(String set, char c) {
        for (int i = 0; i < set.length(); i++) {
            if (i + 2 < set.length() && set.charAt(i + 1) == '-') {
                if (set.charAt(i) <= c && c <= set.charAt(i + 2)) {
                    return true;
                }
                i += 2;
            } else if (set.charAt(i) == c) {
                return true;
            }
        }
        return false;
    }

    /** True if a text is more than itself as a pattern. */
    public static boolean isGlob(String text) {
        return text.indexOf('*') >= 0 || text.indexOf('?') >= 0 || text.indexOf('[') >= 0;
    }
}
