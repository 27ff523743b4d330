package io.tach.conf;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Turns what a source held into an option's type. Sources differ (the environment has only text, files have numbers), so
 * every reader takes the text of a number as that number. All throw {@link IllegalArgumentException} with what they
 * expected.
 */
@FunctionalInterface
interface ValueReader {
    /** What a longer time is cut to: timers run no longer, and nobody sees the difference. */
    Duration LONGEST = Duration.ofDays(200);

    /** How a part of the suite is written. */
    Pattern PART = Pattern.compile("(\\d{1,6})\\s*/\\s*(\\d{1,6})");

    Object read(Object raw);

    static String text(Object raw) {
        if (raw instanceof String text) {
            return text;
        }
        throw new IllegalArgumentException("expected text");
    }

    static Integer count(Object raw) {
        String digits = scalar(raw);
        if (digits.matches("\\d{1,6}")) {
            return Integer.valueOf(digits);
        }
        throw new IllegalArgumentException("expected a number from 0 to 999999");
    }

    /** A number, or empty for {@code auto} and xdist's {@code logical}. */
    static OptionalInt countOrAuto(Object raw) {
        String word = scalar(raw);
        if (word.equals("auto") || word.equals("logical")) {
            return OptionalInt.empty();
        }
        if (word.matches("\\d{1,6}")) {
            return OptionalInt.of(Integer.parseInt(word));
        }
        throw new IllegalArgumentException("expected a number or auto");
    }

    static Boolean flag(Object raw) {
        return switch (raw instanceof Boolean ? raw.toString() : scalar(raw)) {
            case "true", "1" -> true;
            case "false", "0" -> false;
            default -> throw new IllegalArgumentException("expected true or false");
        };
    }

    /** A number that is not negative, or empty for {@code random}. */
    static OptionalLong numberOrRandom(Object raw) {
        String word = scalar(raw);
        if (word.equals("random")) {
            return OptionalLong.empty();
        }
        if (word.matches("\\d{1,18}")) {
            return OptionalLong.of(Long.parseLong(word));
        }
        throw new IllegalArgumentException("expected a number of at most 18 digits, or random");
    }

    /** A part of the suite such as {@code 2/5}; nothing for all of it. */
    static Optional<Partition> partition(Object raw) {
        Matcher match = PART.matcher(scalar(raw));
        if (raw instanceof String text && text.isBlank()) {
            return Optional.empty();
        }
        if (match.matches()) {
            int number = Integer.parseInt(match.group(1));
            int count = Integer.parseInt(match.group(2));
            if (number >= 1 && number <= count) {
                return Optional.of(new Partition(number, count));
            }
        }
        throw new IllegalArgumentException("expected NUMBER/COUNT from 1/COUNT to COUNT/COUNT, such as 2/5");
    }

    static <E extends Enum<E>> E word(Object raw, Class<E> type) {
        String word = scalar(raw);
        for (E constant : type.getEnumConstants()) {
            if (constant.name().toLowerCase(Locale.ROOT).equals(word)) {
                return constant;
            }
        }
        throw new IllegalArgumentException("expected one of "
                + Arrays.stream(type.getEnumConstants())
                        .map(c -> c.name().toLowerCase(Locale.ROOT))
                        .collect(Collectors.joining(", ")));
    }

    static Duration duration(Object raw) {
        Matcher match = Times.PATTERN.matcher(scalar(raw));
        if (match.matches()) {
            BigDecimal millis = new BigDecimal(match.group(1)).multiply(Times.MILLIS.get(match.group(2)));
            BigDecimal most = BigDecimal.valueOf(LONGEST.toMillis());
            return Duration.ofNanos(millis.min(most).movePointRight(6).longValue());
        }
        throw new IllegalArgumentException("expected seconds, or a time such as \"500ms\", \"90s\", \"5m\", \"1h\"");
    }

    private static String scalar(Object raw) {
        if (raw instanceof Double number && Double.isFinite(number)) {
            return BigDecimal.valueOf(number).stripTrailingZeros().toPlainString();
        }
        return raw instanceof String || raw instanceof Number ? raw.toString().strip() : "";
    }

    /** How a time is written. */
    final class Times {
        private static final Pattern PATTERN = Pattern.compile("(\\d{1,12}(?:\\.\\d{1,9})?)\\s*(|ms|s|m|h)");
        private static final Map<String, BigDecimal> MILLIS = Map.of(
                "", BigDecimal.valueOf(1_000),
                "ms", BigDecimal.ONE,
                "s", BigDecimal.valueOf(1_000),
                "m", BigDecimal.valueOf(60_000),
                "h", BigDecimal.valueOf(3_600_000));

        private Times() {}
    }
}
