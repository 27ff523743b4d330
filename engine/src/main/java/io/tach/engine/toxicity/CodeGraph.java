package io.tach.engine.toxicity;

import io.tach.engine.discover.ModuleOutline;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
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
        link(from, to, new Link(line, lasting, Ways.NONE));
    }

    /** As {@link #link(NodeKey, NodeKey, int, boolean)}, with what speaks against the target being run. */
    void call(NodeKey from, NodeKey to, int line, double doubt) {
        link(from, to, new Link(line, false, doubt));
    }

    private void link(NodeKey from, NodeKey to, Link link) {
        if (from.equals(to)) {
            return;
        }
        graph.addVertex(from);
        graph.addVertex(to);
        for (Link known : graph.getAllEdges(from, to)) {
            if (known.isLasting() == link.isLasting()) {
                return;
            }
        }
        graph.addEdge(from, to, link);
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

    /** The nodes that hold evidence. */
    Stream<NodeKey> withEvidence() {
        return evidence.keySet().stream();
    }

    Optional<Evidence> evidence(NodeKey node) {
        return Optional.ofNullable(evidence.get(node));
    }

    List<Link> outgoing(NodeKey node) {
        return List.copyOf(graph.outgoingEdgesOf(node));
    }
}
