package io.tach.engine.discover;

import java.util.List;

/**
 * One imported module. {@code import a, b} are two.
 *
 * @param kind how it is written
 * @param level number of leading dots, 0 for an absolute import
 * @param module dotted name behind the dots, empty for {@code from . import x}
 * @param names for {@link Kind#FROM} what is taken from the module ({@code *} for everything); for {@link Kind#MODULE} one
 *     entry if there is an {@code as}, else none; empty for {@link Kind#DYNAMIC}
 * @param enclosing index of the definition it stands in, {@link Outline#MODULE} at the top
 * @param guard under which condition it is reached
 * @param line of the statement; for {@link Kind#DYNAMIC} of the call
 */
public record Import(
        Kind kind, int level, String module, List<ImportedName> names, int enclosing, Guard guard, int line) {
    /** How a module can be imported. */
    public enum Kind {
        /** {@code import a.b}. */
        MODULE,
        /** {@code from a import b}. */
        FROM,
        /**
         * A call with a literal: {@code importlib.import_module("a")}, {@code __import__("a")},
         * {@code pytest.importorskip("a")}.
         */
        DYNAMIC
    }

    /**
     * A name in an import.
     *
     * @param name as it is called in its module; for {@link Kind#MODULE} the module
     * @param alias what it is bound to, the same as {@code name} without {@code as}
     */
    public record ImportedName(String name, String alias) {}

    public Import {
        names = List.copyOf(names);
    }

    /** True for {@code from a import *}. */
    public boolean isStar() {
        return kind == Kind.FROM && names.size() == 1 && names.get(0).name().equals("*");
    }
}
