package io.tach.engine.symbols;

import io.tach.engine.discover.Assignment;
import io.tach.engine.discover.Definition;
import io.tach.engine.discover.ModuleOutline;

/** What a name stands for. */
public sealed interface Symbol {
    /**
     * A function or class of the project.
     *
     * @param module where it is defined
     * @param index of its definition there
     */
    record Defined(ModuleOutline module, int index) implements Symbol {
        public Definition definition() {
            return module.definitions().get(index);
        }
    }

    /** A variable of the project, with the one value it is given. */
    record Assigned(ModuleOutline module, Assignment assignment) implements Symbol {}

    /** A module of the project. */
    record Module(ModuleOutline outline) implements Symbol {}

    /** Something outside of the project by its absolute dotted name; of Python itself it begins with {@code builtins.}. */
    record External(String dotted) implements Symbol {}

    /** Nobody knows. */
    enum Unknown implements Symbol {
        INSTANCE
    }
}
