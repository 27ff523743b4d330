package io.tach.engine.scan;

import io.tach.engine.discover.Assignment;
import io.tach.engine.discover.CallSite;
import io.tach.engine.discover.Definition;
import io.tach.engine.discover.Import;
import io.tach.engine.discover.Outline;
import java.util.ArrayList;
import java.util.List;

/** What has been read of a file so far. */
final class OutlineBuilder {
    final List<Definition> definitions = new ArrayList<>();
    final List<Import> imports = new ArrayList<>();
    final List<CallSite> calls = new ArrayList<>();
    final List<Assignment> assignments = new ArrayList<>();

    private int preludeEnd = Outline.NOWHERE;

    /** There is a statement that is neither an import nor a mere string. */
    void endPrelude(int line) {
        preludeEnd = Math.min(preludeEnd, line);
    }

    Outline build(Errors errors) {
        return new Outline(definitions, imports, calls, assignments, errors.found(), preludeEnd);
    }
}
