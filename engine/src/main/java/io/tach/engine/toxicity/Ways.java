package io.tach.engine.toxicity;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jgrapht.Graph;
import org.jgrapht.graph.AsWeightedGraph;
import org.jgrapht.graph.EdgeReversedGraph;
import org.jgrapht.traverse.ClosestFirstIterator;

/**
 * From every node that can reach one of some others, the way that is doubted least. Modules that import each other are one
 * strongly connected component and reach the same. Immutable.
 */
final class Ways {
    /** No doubt, but of two ways without doubt the shorter one is meant. */
    static final double NONE = 1.0 / 1024;

    /** A call in code that is not a test's: it may be in a branch that is not taken, behind a return. */
    static final double ONE = 1;

    private static final double MOST = 4 * ONE + 1;

    private final Graph<NodeKey, Link> graph;
    private final Map<NodeKey, Link> next = new HashMap<>();
    private final Set<NodeKey> targets;

    /**
     * @param graph links point from a node to what it runs
     * @param targets the nodes to be reached
     */
    Ways(Graph<NodeKey, Link> graph, Stream<NodeKey> targets) {
        this.graph = graph;
        this.targets = targets.filter(graph::containsVertex).collect(Collectors.toSet());
        if (!this.targets.isEmpty()) {
            walk();
        }
    }

    private void walk() {
        Graph<NodeKey, Link> weighted = new AsWeightedGraph<>(graph, Link::doubt, false, false);
        ClosestFirstIterator<NodeKey, Link> walk =
                new ClosestFirstIterator<>(new EdgeReversedGraph<>(weighted), targets, MOST);
        while (walk.hasNext()) {
            NodeKey node = walk.next();
            next.put(node, walk.getSpanningTreeEdge(node));
        }
    }

    /** True if a target can be reached from here, or is here. */
    boolean existsFrom(NodeKey node) {
        return next.containsKey(node);
    }

    /**
     * The way.
     *
     * @param from a node for which {@link #existsFrom} holds
     */
    Chain from(NodeKey from) {
        List<NodeKey> nodes = new ArrayList<>(List.of(from));
        List<Integer> lines = new ArrayList<>();
        NodeKey at = from;
        while (!targets.contains(at)) {
            Link link = next.get(at);
            at = graph.getEdgeTarget(link);
            nodes.add(at);
            lines.add(link.line());
        }
        return new Chain(List.copyOf(nodes), List.copyOf(lines));
    }
}
