package io.tach.engine.toxicity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.jgrapht.Graph;
import org.jgrapht.alg.connectivity.GabowStrongConnectivityInspector;
import org.jgrapht.graph.DirectedMultigraph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WaysTest {

    /** The oracle: whole components, one pulled in by the other until nothing changes. */
    @ParameterizedTest(name = "seed {0}")
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
    void theTaintShouldBeThatOfTheStronglyConnectedComponents(int seed) {
        // Given
        Random random = new Random(seed);
        Graph<NodeKey, Link> graph = randomGraph(random, 60, 50 + 10 * seed);
        Set<NodeKey> evidence = Set.of(node(random.nextInt(60)), node(100));

        // When
        Ways ways = new Ways(graph, evidence.stream());

        // Then
        Set<NodeKey> tainted = new HashSet<>();
        graph.vertexSet().stream().filter(ways::existsFrom).forEach(tainted::add);
        assertEquals(componentsThatReach(graph, evidence), tainted);
        tainted.forEach(node -> assertIsWay(graph, ways.from(node), node, evidence));
    }

    private static Set<NodeKey> componentsThatReach(Graph<NodeKey, Link> graph, Set<NodeKey> evidence) {
        List<Set<NodeKey>> components = new GabowStrongConnectivityInspector<>(graph).stronglyConnectedSets();
        Set<NodeKey> reached = new HashSet<>();
        int before = -1;
        while (reached.size() != before) {
            before = reached.size();
            for (Set<NodeKey> component : components) {
                boolean hit = component.stream().anyMatch(evidence::contains);
                boolean calls = component.stream()
                        .flatMap(n -> graph.outgoingEdgesOf(n).stream())
                        .anyMatch(link -> reached.contains(graph.getEdgeTarget(link)));
                if (hit || calls) {
                    reached.addAll(component);
                }
            }
        }
        return reached;
    }

    private static void assertIsWay(Graph<NodeKey, Link> graph, Chain way, NodeKey from, Set<NodeKey> evidence) {
        assertEquals(from, way.nodes().get(0));
        assertTrue(evidence.contains(way.end()));
        for (int i = 1; i < way.nodes().size(); i++) {
            assertFalse(graph.getAllEdges(way.nodes().get(i - 1), way.nodes().get(i))
                    .isEmpty());
        }
    }

    @Test
    void callsInOtherCodeShouldBeDoubtedTheMoreTheLongerTheWay() {
        // Given
        Graph<NodeKey, Link> graph = new DirectedMultigraph<>(null, null, false);
        for (int i = 0; i < 8; i++) {
            graph.addVertex(node(i));
        }
        for (int i = 1; i < 8; i++) {
            graph.addEdge(node(i), node(i - 1), new Link(i, false, Ways.ONE));
        }

        // When
        Ways ways = new Ways(graph, Stream.of(node(0)));

        // Then
        assertTrue(ways.existsFrom(node(5)));
        assertFalse(ways.existsFrom(node(6)));
        assertEquals(List.of(5, 4, 3, 2, 1), ways.from(node(5)).lines());
    }

    private static Graph<NodeKey, Link> randomGraph(Random random, int nodes, int links) {
        Graph<NodeKey, Link> graph = new DirectedMultigraph<>(null, null, false);
        for (int i = 0; i < nodes; i++) {
            graph.addVertex(node(i));
        }
        for (int i = 0; i < links; i++) {
            int from = random.nextInt(nodes);
            int to = (from + 1 + random.nextInt(nodes - 1)) % nodes;
            graph.addEdge(node(from), node(to), new Link(i, false, Ways.NONE));
        }
        return graph;
    }

    private static NodeKey node(int number) {
        return NodeKey.importOf("m" + number + ".py");
    }
}
