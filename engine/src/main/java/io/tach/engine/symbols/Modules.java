package io.tach.engine.symbols;

import io.tach.engine.discover.ModuleOutline;

/** Where modules of the project are looked up. May read files; called by one thread at a time. */
public interface Modules {
    /**
     * A module of the project (or of a plugin that is looked into).
     *
     * @param dotted absolute name
     * @return {@code null} if there is none of this name
     */
    ModuleOutline find(String dotted);
}
