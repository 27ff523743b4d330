package io.tach.engine.toxicity;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What runs when objects of a project's classes are made and used. One thread. */
final class Classes {
    /** What runs when an object is made, called or used in a {@code with}. */
    private static final List<String> MAKERS =
            List.of("__init__", "__new__", "__post_init__", "__call__", "__enter__", "__aenter__");

    private final Resolver resolver;
    private final Map<NodeKey, List<NodeKey>> makers = new HashMap<>();

    Classes(Resolver resolver) {
        this.resolver = resolver;
    }

    /** The code that runs when an object is made. */
    List<NodeKey> makers(Meaning.Defined type) {
        return makers.computeIfAbsent(key(type), k -> MAKERS.stream()
                .flatMap(name -> method(type, name).stream())
                .toList());
    }

    /** The code of a method, the class's own or inherited. */
    Optional<NodeKey> method(Meaning.Defined type, String name) {
        return resolver.method(type, name) instanceof Meaning.Defined m
                        && m.file().definitions().get(m.definition()).isFunction()
                ? Optional.of(CodeOwners.of(m.file(), m.definition()))
                : Optional.empty();
    }

    /** A class's identity: its outline's own hash walks all of the file. */
    static NodeKey key(Meaning.Defined type) {
        return new NodeKey(type.file().path(), type.definition());
    }
}
