package io.tach.engine.toxicity;

import io.tach.engine.discover.ModuleOutline;

/** What a dotted name in a file stands for. */
sealed interface Meaning {
    /** A function or class of the project. */
    record Defined(ModuleOutline file, int definition) implements Meaning {}

    /** A module of the project. */
    record Module(ModuleOutline file) implements Meaning {}

    /** Something that is not of the project, by its absolute name. */
    record External(String name) implements Meaning {}

    /** Nobody knows: a variable, a parameter, an attribute of one, a builtin. */
    enum Unknown implements Meaning {
        INSTANCE
    }
}
