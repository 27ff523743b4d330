package io.tach.engine.discover;

import java.util.List;

/**
 * The statement skeleton of one Python file, wherever that lies. All lists are in source order; all lines count from 1.
 * What stands in strings, f-strings included, is not part of it.
 *
 * @param definitions every {@code def} and {@code class}, nested ones too; others refer to them by their index here
 * @param imports every import, and every call that imports a module named by a literal
 * @param calls every call of a plain dotted name
 * @param assignments names bound by assignment, in modules and classes (not in functions)
 * @param errors where the text is no Python; the rest of the outline is then what could be read all the same
 * @param preludeEnd line of the first statement that is neither an import nor a mere string, {@link #NOWHERE} if there is
 *     none: what is imported before it is imported before anything else is done
 */
public record Outline(
        List<Definition> definitions,
        List<Import> imports,
        List<CallSite> calls,
        List<Assignment> assignments,
        List<OutlineError> errors,
        int preludeEnd) {
    /** Index that stands for the module itself, where an enclosing definition is asked for. */
    public static final int MODULE = -1;

    /** A line behind all others. */
    public static final int NOWHERE = Integer.MAX_VALUE;

    /** An outline in which there is nothing. */
    public static final Outline EMPTY = new Outline(List.of(), List.of(), List.of(), List.of(), List.of(), NOWHERE);

    public Outline {
        definitions = List.copyOf(definitions);
        imports = List.copyOf(imports);
        calls = List.copyOf(calls);
        assignments = List.copyOf(assignments);
        errors = List.copyOf(errors);
    }

    /**
     * True if code of this definition runs only when a function is called, not when the module is imported.
     *
     * @param enclosing index of a definition, or {@link #MODULE}
     */
    public boolean isDeferred(int enclosing) {
        for (int at = enclosing; at != MODULE; at = definitions.get(at).parent()) {
            if (definitions.get(at).kind() != Definition.Kind.CLASS) {
                return true;
            }
        }
        return false;
    }

    /**
     * The dotted path of a definition within its module, such as {@code TestA.test_b}.
     *
     * @return empty text for {@link #MODULE}
     */
    public String qualifiedName(int index) {
        if (index == MODULE) {
            return "";
        }
        Definition definition = definitions.get(index);
        String outer = qualifiedName(definition.parent());
        return outer.isEmpty() ? definition.name() : outer + "." + definition.name();
    }
}
