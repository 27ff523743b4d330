package io.tach.engine.toxicity;

import io.tach.engine.discover.ModuleOutline;
import java.util.ArrayList;
import java.util.List;

/**
 * A way from a node to evidence.
 *
 * @param nodes from the first to the one with the evidence
 * @param lines where each but the last runs the next
 */
record Chain(List<NodeKey> nodes, List<Integer> lines) {

    NodeKey end() {
        return nodes.get(nodes.size() - 1);
    }

    /** What lies behind the first node, nearest first. */
    List<String> via(Sources sources) {
        return nodes.stream().skip(1).map(node -> name(node, sources)).toList();
    }

    /** The way in words, with places. */
    List<Step> steps(CodeGraph code, Sources sources) {
        List<Step> steps = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            NodeKey next = nodes.get(i + 1);
            String how = verb(nodes.get(i), next) + name(next, sources);
            steps.add(new Step(name(nodes.get(i), sources), how, nodes.get(i).path(), lines.get(i)));
        }
        Evidence evidence = code.evidence(end()).orElseThrow();
        steps.add(new Step(name(end(), sources), evidence.reason(), evidence.path(), evidence.line()));
        return steps;
    }

    private static String verb(NodeKey from, NodeKey to) {
        if (!to.isImport()) {
            return "uses ";
        }
        return from.path().equals(to.path()) ? "stands in " : "imports ";
    }

    private static String name(NodeKey node, Sources sources) {
        ModuleOutline file = sources.at(node.path()).orElseThrow();
        if (node.isImport()) {
            return file.module().isEmpty() ? file.path() : file.module();
        }
        return file.outline().qualifiedName(node.definition());
    }
}
