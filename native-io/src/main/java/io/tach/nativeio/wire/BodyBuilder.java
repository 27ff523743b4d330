package io.tach.nativeio.wire;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;

/** Collects the keys of a map for the wire, in order, leaving out what holds its default. */
final class BodyBuilder {
    private final Map<String, Object> values = new LinkedHashMap<>();

    BodyBuilder put(String key, Object value) {
        values.put(key, Objects.requireNonNull(value, key));
        return this;
    }

    BodyBuilder putUnless(Object absent, String key, Object value) {
        return absent.equals(value) ? this : put(key, value);
    }

    BodyBuilder putIf(boolean present, String key, Object value) {
        return present ? put(key, value) : this;
    }

    <T> BodyBuilder putAll(String key, Collection<T> items, Function<T, ?> form) {
        return put(key, forms(items, form));
    }

    <T> BodyBuilder putAny(String key, Collection<T> items, Function<T, ?> form) {
        return items.isEmpty() ? this : putAll(key, items, form);
    }

    Map<String, Object> map() {
        return values;
    }

    private static <T> List<Object> forms(Collection<T> items, Function<T, ?> form) {
        return items.stream().<Object>map(form).toList();
    }
}
