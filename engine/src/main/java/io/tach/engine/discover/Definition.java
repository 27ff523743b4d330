package io.tach.engine.discover;

import java.util.List;

/**
 * A function or a class.
 *
 * @param kind what it is
 * @param name its own name, without what it is nested in
 * @param parent index of the definition it stands in, {@link Outline#MODULE} at the top
 * @param line of {@code def} or {@code class}, behind the decorators
 * @param guard under which condition it comes to be
 * @param decorators from the top down
 * @param parameters of a function, in order; empty for a class
 * @param bases of a class: dotted names, a subscript dropped ({@code Base} for {@code Base[int]}), empty text for any other
 *     expression; keywords such as {@code metaclass} and starred ones are left out
 */
public record Definition(
        Kind kind,
        String name,
        int parent,
        int line,
        Guard guard,
        List<Decorator> decorators,
        List<Parameter> parameters,
        List<String> bases) {
    /** What can be defined. */
    public enum Kind {
        FUNCTION,
        ASYNC_FUNCTION,
        CLASS
    }

    public Definition {
        decorators = List.copyOf(decorators);
        parameters = List.copyOf(parameters);
        bases = List.copyOf(bases);
    }

    /** The line of the first decorator, or of the definition if there is none: where Python says that the code begins. */
    public int firstLine() {
        return decorators.isEmpty() ? line : decorators.get(0).line();
    }

    /** True for a function of either kind. */
    public boolean isFunction() {
        return kind != Kind.CLASS;
    }
}
