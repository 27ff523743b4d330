package io.tach.nativeio.wire;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * A map from the wire, asked for by key and type. A getter without a default throws {@code missing-key}; a null counts as
 * left out, a wrong type or range is a {@link WireException}.
 */
final class Body {
    private static final int MAX_U8 = 0xff;

    /** Turns one value of a list into what the list holds. */
    @FunctionalInterface
    interface Element<T> {
        T of(Object value, String key) throws WireException;
    }

    private final Map<?, ?> values;
    private final String where;

    private Body(Map<?, ?> values, String where) {
        this.values = values;
        this.where = where;
    }

    /** The body of a frame; {@code bytes} stands at its first byte. */
    static Body read(ByteBuffer bytes, int command) throws WireException {
        return new Body(CborTree.read(bytes), "command=0x" + Integer.toHexString(command));
    }

    boolean has(String key) {
        return values.get(key) != null;
    }

    private Object get(String key) throws WireException {
        Object value = values.get(key);
        if (value == null) {
            throw new WireException("missing-key", where + " key=" + key);
        }
        return value;
    }

    /** A number below 2^31, which holds for every u32 the protocol has. */
    int u32(String key) throws WireException {
        return u32(get(key), key);
    }

    int u32(String key, int absent) throws WireException {
        return has(key) ? u32(key) : absent;
    }

    OptionalInt optionalU32(String key) throws WireException {
        return has(key) ? OptionalInt.of(u32(key)) : OptionalInt.empty();
    }

    int u8(String key) throws WireException {
        return (int) range(whole(get(key), key), 0, MAX_U8, key);
    }

    int integer(String key) throws WireException {
        return integer(get(key), key);
    }

    int integer(String key, int absent) throws WireException {
        return has(key) ? integer(key) : absent;
    }

    long u64(String key) throws WireException {
        return u64(get(key), key);
    }

    long u64(String key, long absent) throws WireException {
        return has(key) ? u64(key) : absent;
    }

    OptionalLong optionalU64(String key) throws WireException {
        return has(key) ? OptionalLong.of(u64(key)) : OptionalLong.empty();
    }

    double f64(String key) throws WireException {
        return f64(get(key), key);
    }

    boolean flag(String key) throws WireException {
        return as(Boolean.class, get(key), key);
    }

    boolean flag(String key, boolean absent) throws WireException {
        return has(key) ? flag(key) : absent;
    }

    String text(String key) throws WireException {
        return text(get(key), key);
    }

    String text(String key, String absent) throws WireException {
        return has(key) ? text(key) : absent;
    }

    Optional<String> optionalText(String key) throws WireException {
        return has(key) ? Optional.of(text(key)) : Optional.empty();
    }

    ByteBuffer bytes(String key) throws WireException {
        return bytes(get(key), key);
    }

    ByteBuffer bytes(String key, ByteBuffer absent) throws WireException {
        return has(key) ? bytes(key) : absent;
    }

    Body map(String key) throws WireException {
        return map(get(key), key);
    }

    /** What {@code element} reads; null if left out. */
    <T> T nullable(String key, Element<T> element) throws WireException {
        return has(key) ? element.of(get(key), key) : null;
    }

    /** A list whose elements {@code element} reads. */
    <T> List<T> list(String key, Element<T> element) throws WireException {
        return list(get(key), key, element);
    }

    /** As {@link #list}, empty if left out. */
    <T> List<T> optionalList(String key, Element<T> element) throws WireException {
        return has(key) ? list(key, element) : List.of();
    }

    /** A map from index to what {@code element} reads; empty if left out. */
    <T> Map<Integer, T> byIndex(String key, Element<T> element) throws WireException {
        Map<Integer, T> result = new HashMap<>();
        for (Map.Entry<String, T> entry : byText(key, element).entrySet()) {
            result.put(index(entry.getKey(), key), entry.getValue());
        }
        return Map.copyOf(result);
    }

    /** A map from text to what {@code element} reads; empty if left out. */
    <T> Map<String, T> byText(String key, Element<T> element) throws WireException {
        Map<String, T> result = new HashMap<>();
        if (has(key)) {
            Map<?, ?> map = as(Map.class, get(key), key);
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                result.put((String) entry.getKey(), element.of(entry.getValue(), key));
            }
        }
        return Map.copyOf(result);
    }

    static int u32(Object value, String key) throws WireException {
        return (int) range(whole(value, key), 0, Integer.MAX_VALUE, key);
    }

    static long u64(Object value, String key) throws WireException {
        return range(whole(value, key), 0, Long.MAX_VALUE, key);
    }

    /** A float, or an integer in the place of one. */
    static double f64(Object value, String key) throws WireException {
        return value instanceof Long number ? number.doubleValue() : as(Double.class, value, key);
    }

    /** A text, or bytes that hold one with lone surrogates. */
    static String text(Object value, String key) throws WireException {
        return value instanceof ByteBuffer bytes ? WireText.ofSurrogatePass(bytes) : as(String.class, value, key);
    }

    static ByteBuffer bytes(Object value, String key) throws WireException {
        return as(ByteBuffer.class, value, key);
    }

    static Body map(Object value, String key) throws WireException {
        return new Body(as(Map.class, value, key), "in=" + key);
    }

    static <T> List<T> list(Object value, String key, Element<T> element) throws WireException {
        List<?> from = as(List.class, value, key);
        List<T> result = new ArrayList<>(from.size());
        for (Object each : from) {
            result.add(element.of(each, key));
        }
        return List.copyOf(result);
    }

    /** The values of a fixed-length array. */
    static List<?> tuple(Object value, String key, int length) throws WireException {
        List<?> values = as(List.class, value, key);
        if (values.size() != length) {
            throw new WireException("wrong-type", "key=" + key + " length=" + values.size() + " wanted=" + length);
        }
        return values;
    }

    static int integer(Object value, String key) throws WireException {
        return (int) range(whole(value, key), Integer.MIN_VALUE, Integer.MAX_VALUE, key);
    }

    private static long whole(Object value, String key) throws WireException {
        return as(Long.class, value, key);
    }

    private static int index(String text, String key) throws WireException {
        try {
            return (int) range(Long.parseLong(text), 0, Integer.MAX_VALUE, key);
        } catch (NumberFormatException e) {
            throw new WireException("wrong-type", "key=" + key + " index=" + text, e);
        }
    }

    private static long range(long value, long min, long max, String key) throws WireException {
        if (value < min || value > max) {
            throw new WireException("out-of-range", "key=" + key + " value=" + value);
        }
        return value;
    }

    private static <T> T as(Class<T> type, Object value, String key) throws WireException {
        if (!type.isInstance(value)) {
            String found = value == null ? "null" : value.getClass().getSimpleName();
            throw new WireException("wrong-type", "key=" + key + " wanted=" + type.getSimpleName() + " found=" + found);
        }
        return type.cast(value);
    }
}
