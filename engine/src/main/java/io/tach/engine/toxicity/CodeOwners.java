package io.tach.engine.toxicity;

import io.tach.engine.discover.Definition;
import io.tach.engine.discover.Guard;
import io.tach.engine.discover.ModuleOutline;
import io.tach.engine.discover.Outline;

/** To which piece of code a place in a file belongs. */
final class CodeOwners {
    private CodeOwners() {}

    /**
     * The outermost function around a place: what is nested in it (a thread's target, a callback, a class of its own)
     * counts as its own doing. Outside of functions it is the import.
     */
    static NodeKey of(ModuleOutline file, int enclosing) {
        int owner = Outline.MODULE;
        for (int i = enclosing;
                i != Outline.MODULE;
                i = file.definitions().get(i).parent()) {
            if (file.definitions().get(i).isFunction()) {
                owner = i;
            }
        }
        return new NodeKey(file.path(), owner);
    }

    /**
     * True if what stands here counts. In code of the tests' own, nested functions and branches do: a thread's target, a
     * loop that starts ten. In other code they are as likely for somebody else: a decorator's inner function, an optional
     * dependency.
     */
    static boolean counts(ModuleOutline file, int enclosing, Guard guard) {
        boolean certain = guard == Guard.NONE
                && innermost(file, enclosing) == of(file, enclosing).definition();
        return guard.isReachable() && (certain || Sources.isOfTests(file.path()));
    }

    private static int innermost(ModuleOutline file, int enclosing) {
        int at = enclosing;
        while (at != Outline.MODULE && !file.definitions().get(at).isFunction()) {
            at = file.definitions().get(at).parent();
        }
        return at;
    }

    /** The class a function stands in; {@link Outline#MODULE} if it stands in none. */
    static int classOf(ModuleOutline file, int definition) {
        int parent = file.definitions().get(definition).parent();
        boolean isClass =
                parent != Outline.MODULE && !file.definitions().get(parent).isFunction();
        return isClass ? parent : Outline.MODULE;
    }

    /** True if a function is one that runs when it is called from outside: not nested in another one. */
    static boolean isOutermost(ModuleOutline file, int definition) {
        Definition at = file.definitions().get(definition);
        return at.isFunction() && of(file, definition).definition() == definition;
    }
}
