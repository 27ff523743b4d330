package io.tach.engine.toxicity;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.jgrapht.Graph;
import org.jgrapht.graph.DefaultDirectedGraph;
import org.jgrapht.graph.DefaultEdge;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TaintTest {

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
    void theClosureShouldBeWhatAWalkFindsForEachNode(int seed) {
        // Given
        Random random = new Random(seed);
        Graph<Integer, DefaultEdge> graph = randomGraph(random, 60, 50 + 10 * seed);
        Set<Integer> sources = Set.of(random.nextInt(60), 100 + random.nextInt(60));

        // When
        Set<Integer> tainted = Taint.of(graph, sources::contains);

        // Then
        Set<Integer> expected = new HashSet<>();
        for (int node : graph.vertexSet()) {
            if (reachable(graph, node).stream().anyMatch(sources::contains)) {
                expected.add(node);
            }
        }
        assertEquals(expected, tainted);
    }

    private static Graph<Integer, DefaultEdge> randomGraph(Random random, int nodes, int links) {
        Graph<Integer, DefaultEdge> graph = new DefaultDirectedGraph<>(DefaultEdge.class);
        for (int i = 0; i < nodes; i++) {
            graph.addVertex(i);
        }
        for (int i = 0; i < links; i++) {
            graph.addEdge(random.nextInt(nodes), random.nextInt(nodes));
        }
        return graph;
    }

    private static Set<Integer> reachable(Graph<Integer, DefaultEdge> graph, int from) {
        Set<Integer> seen = new HashSet<>(Set.of(from));
        Deque<Integer> open = new ArrayDeque<>(seen);
        while (!open.isEmpty()) {
            for (DefaultEdge link : graph.outgoingEdgesOf(open.poll())) {
                if (seen.add(graph.getEdgeTarget(link))) {
                    open.add(graph.getEdgeTarget(link));
                }
            }
        }
        return seen;
    }
}
