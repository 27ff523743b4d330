package io.tach.engine.toxicity;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;

/** The imports that importing something brings along. */
final class ImportClosure {
    private ImportClosure() {}

    static Set<NodeKey> of(CodeGraph code, Collection<NodeKey> roots) {
        Set<NodeKey> reached = new HashSet<>(roots);
        Deque<NodeKey> open = new ArrayDeque<>(roots);
        while (!open.isEmpty()) {
            for (Link link : code.outgoing(open.poll())) {
                NodeKey target = code.graph().getEdgeTarget(link);
                if (target.isImport() && reached.add(target)) {
                    open.add(target);
                }
            }
        }
        return reached;
    }
}
