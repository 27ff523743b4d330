package io.tach.engine.toxicity;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jgrapht.Graph;
import org.jgrapht.alg.connectivity.GabowStrongConnectivityInspector;

/**
 * Which nodes reach one of a set of nodes. Nodes that reach each other, modules that import each other and functions that
 * call each other, are one strongly connected component and share their fate; between components the taint runs against
 * the links.
 */
final class Taint {
    private Taint() {}

    /**
     * Computes the closure.
     *
     * @param graph links point from a node to what it runs
     * @param sources the nodes to be reached; those that are not in the graph do not count
     * @return all nodes that reach one, the sources among them
     */
    static <V, E> Set<V> of(Graph<V, E> graph, Predicate<V> sources) {
        List<Set<V>> components = new GabowStrongConnectivityInspector<>(graph).stronglyConnectedSets();
        Map<V, Integer> componentOf = new HashMap<>();
        for (int i = 0; i < components.size(); i++) {
            for (V node : components.get(i)) {
                componentOf.put(node, i);
            }
        }
        return spread(graph, components, componentOf, sources);
    }

    private static <V, E> Set<V> spread(
            Graph<V, E> graph, List<Set<V>> components, Map<V, Integer> componentOf, Predicate<V> sources) {
        Set<Integer> tainted = new HashSet<>();
        Deque<Integer> open = new ArrayDeque<>();
        componentOf.forEach((node, component) -> {
            if (sources.test(node) && tainted.add(component)) {
                open.add(component);
            }
        });
        Set<V> reached = new HashSet<>();
        while (!open.isEmpty()) {
            Set<V> members = components.get(open.poll());
            reached.addAll(members);
            for (int before : callers(graph, members, componentOf)) {
                if (tainted.add(before)) {
                    open.add(before);
                }
            }
        }
        return reached;
    }

    private static <V, E> List<Integer> callers(Graph<V, E> graph, Set<V> members, Map<V, Integer> componentOf) {
        List<Integer> before = new ArrayList<>();
        for (V member : members) {
            for (E link : graph.incomingEdgesOf(member)) {
                before.add(componentOf.get(graph.getEdgeSource(link)));
            }
        }
        return before;
    }
}
