package io.tach.engine.toxicity;

import io.tach.engine.discover.Outline;

/**
 * A piece of code that runs as a whole: what a file does when it is imported, or the body of a function with all that is
 * nested in it.
 *
 * @param path of the file
 * @param definition the outermost function, or {@link Outline#MODULE} for the import
 */
record NodeKey(String path, int definition) {
    static NodeKey importOf(String path) {
        return new NodeKey(path, Outline.MODULE);
    }

    boolean isImport() {
        return definition == Outline.MODULE;
    }
}
