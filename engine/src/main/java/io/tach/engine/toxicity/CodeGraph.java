package io.tach.engine.toxicity;

import io.tach.engine.discover.ModuleOutline;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jgrapht.Graph;
import org.jgrapht.graph.DirectedMultigraph;

/** Which code runs which, and the evidence in it. Filled by {@link GraphBuilder}, then only asked. */
final class CodeGraph {
    private final Graph<NodeKey, Link> graph = new DirectedMultigraph<>(null, null, false);
    private final Map<NodeKey, Evidence> evidence = new HashMap<>();

    void node(NodeKey node) {
        graph.addVertex(node);
    }

    /** Of several links between two the first is kept, but one that lasts does not stand for one that does not. */
    void link(NodeKey from, NodeKey to, int line, boolean lasting) {
        if (from.equals(to)) {
            return;
        }
        graph.addVertex(from);
        graph.addVertex(to);
        for (Link known : graph.getAllEdges(from, to)) {
            if (known.isLasting() == lasting) {
                return;
            }
        }
        graph.addEdge(from, to, new Link(line, lasting));
    }

    /** Of several pieces of evidence in one node the first is kept. */
    void evidence(NodeKey node, Evidence found) {
        graph.addVertex(node);
        evidence.putIfAbsent(node, found);
    }

    void importLink(NodeKey from, ModuleOutline to, int line) {
        link(from, NodeKey.importOf(to.path()), line, false);
    }

    Graph<NodeKey, Link> graph() {
        return graph;
    }

    Map<NodeKey, Evidence> evidence() {
        return evidence;
    }

    Optional<Evidence> evidence(NodeKey node) {
        return Optional.ofNullable(evidence.get(node));
    }

    List<Link> outgoing(NodeKey node) {
        return List.copyOf(graph.outgoingEdgesOf(node));
    }
}
