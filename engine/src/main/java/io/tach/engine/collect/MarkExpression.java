package io.tach.engine.collect;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/** What stands behind pytest's {@code -m}: names of marks with {@code and}, {@code or}, {@code not} and parentheses. */
public final class MarkExpression {
    /** Selects everything. */
    public static final MarkExpression ALL = new MarkExpression(Set.of(), marks -> true);

    private final Set<String> names;
    private final Predicate<Set<String>> matcher;

    private MarkExpression(Set<String> names, Predicate<Set<String>> matcher) {
        this.names = Set.copyOf(names);
        this.matcher = matcher;
    }

    /** Reads an expression; {@code null} if it is more than that, such as {@code device(name="x")}. */
    public static MarkExpression parse(String text) {
        if (text.isBlank()) {
            return ALL;
        }
        Parser parser = new Parser(words(text));
        try {
            Predicate<Set<String>> matcher = parser.either();
            return parser.at == parser.words.size() ? new MarkExpression(parser.names, matcher) : null;
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    /** The marks that it asks for. */
    public Set<String> names() {
        return names;
    }

    /** True if it selects a test with these marks. */
    public boolean matches(Set<String> marks) {
        return matcher.test(marks);
    }

    private static List<String> words(String text) {
        List<String> words = new ArrayList<>();
        int at = 0;
        while (at < text.length()) {
            int begin = at;
            while (at < text.length() && isPartOfName(text.charAt(at))) {
                at++;
            }
            if (at > begin) {
                words.add(text.substring(begin, at));
            } else if (!Character.isWhitespace(text.charAt(at++))) {
                words.add(text.substring(begin, at));
            }
        }
        return words;
    }

    private static boolean isPartOfName(char c) {
        return Character.isLetterOrDigit(c) || "_:+-.[]\\/".indexOf(c) >= 0;
    }

    private static final class Parser {
        private final List<String> words;
        private final Set<String> names = new HashSet<>();
        private int at;

        Parser(List<String> words) {
            this.words = words;
        }

        private boolean take(String word) {
            boolean there = at < words.size() && words.get(at).equals(word);
            at += there ? 1 : 0;
            return there;
        }

        Predicate<Set<String>> either() {
            Predicate<Set<String>> matcher = both();
            while (take("or")) {
                matcher = matcher.or(both());
            }
            return matcher;
        }

        private Predicate<Set<String>> both() {
            Predicate<Set<String>> matcher = negation();
            while (take("and")) {
                matcher = matcher.and(negation());
            }
            return matcher;
        }

        private Predicate<Set<String>> negation() {
            if (take("not")) {
                return negation().negate();
            }
            if (take("(")) {
                Predicate<Set<String>> inner = either();
                require(take(")"));
                return inner;
            }
            require(at < words.size() && isPartOfName(words.get(at).charAt(0)));
            String name = words.get(at++);
            require(at == words.size() || !words.get(at).equals("("));
            names.add(name);
            return switch (name) {
                case "True" -> marks -> true;
                case "False" -> marks -> false;
                default -> marks -> marks.contains(name);
            };
        }

        private static void require(boolean holds) {
            if (!holds) {
                throw new IllegalArgumentException("no expression of marks");
            }
        }
    }
}
