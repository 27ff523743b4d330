package io.tach.engine.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class DispatcherTest {
    private static final long MS = 1_000_000;

    // --- collection

    @Test
    void shouldHandOutFewerUnitsAsFewerAreLeft() {
        // Given
        Dispatcher dispatcher = new Dispatcher(DispatchSettings.of(2, true));
        dispatcher.unitsKnown(units(20));

        // When
        List<Order> first = dispatcher.workerReady(0);
        List<Order> second = dispatcher.workerReady(1);

        // Then
        assertEquals(List.of(new Order.Collect(0, List.of(0, 1, 2, 3, 4))), first);
        assertEquals(List.of(new Order.Collect(1, List.of(5, 6, 7))), second);
    }

    @Test
    void shouldGiveTheNextUnitsOnlyWhenTheLastOnesAreCollected() {
        // Given
        Dispatcher dispatcher = new Dispatcher(DispatchSettings.of(1, true));
        dispatcher.unitsKnown(units(5));
        dispatcher.workerReady(0);

        // When
        List<Order> afterFirst = dispatcher.collected(0, Suites.unit(0, 1, MS));
        List<Order> afterSecond = dispatcher.collected(0, Suites.unit(1, 1, MS));

        // Then
        assertEquals(List.of(), afterFirst);
        assertEquals(List.of(new Order.Collect(0, List.of(2))), afterSecond);
    }

    @Test
    void shouldNotAskForWhatTheZygoteCollected() {
        // Given
        Dispatcher dispatcher = new Dispatcher(DispatchSettings.of(1, true));
        dispatcher.unitsKnown(units(2));
        dispatcher.collectedByZygote(Suites.unit(0, 3, MS));

        // When
        List<Order> orders = dispatcher.workerReady(0);

        // Then
        assertEquals(List.of(new Order.Collect(0, List.of(1))), orders);
    }

    @Test
    void shouldCrossOffTheUnitAWorkerDiedInAndGiveItsOthersAway() {
        // Given
        Dispatcher dispatcher = new Dispatcher(DispatchSettings.of(2, true));
        dispatcher.unitsKnown(units(8));
        dispatcher.workerReady(0);

        // When
        Loss loss = dispatcher.workerLost(0, OptionalInt.empty(), id -> false);
        List<Order> orders = dispatcher.workerReady(1);

        // Then
        assertEquals(OptionalInt.of(0), loss.collecting());
        assertEquals(List.of(new Order.Collect(1, List.of(1))), orders);
    }

    @Test
    void shouldCollectACrossedOffUnitAgainWhenTold() {
        // Given
        Dispatcher dispatcher = new Dispatcher(DispatchSettings.of(1, true));
        dispatcher.unitsKnown(units(1));
        dispatcher.workerReady(0);
        dispatcher.workerLost(0, OptionalInt.empty(), id -> false);
        assertTrue(dispatcher.collectionComplete());

        // When
        dispatcher.collectAgain(0);

        // Then
        assertFalse(dispatcher.collectionComplete());
        assertEquals(List.of(new Order.Collect(1, List.of(0))), dispatcher.workerReady(1));
    }

    @Test
    void shouldBearTheLossOfAWorkerThatWasStoppedWhileItCollected() {
        // Given
        Dispatcher dispatcher = new Dispatcher(DispatchSettings.of(1, true));
        dispatcher.unitsKnown(units(2));
        dispatcher.workerReady(0);
        dispatcher.stop();

        // When
        Loss loss = dispatcher.workerLost(0, OptionalInt.empty(), id -> true);

        // Then
        assertEquals(OptionalInt.of(0), loss.collecting());
        assertEquals(List.of(), loss.orders());
    }

    @Test
    void shouldForgetUnitsAndLetWorkersGoWhenTheSessionIsCollectedWhole() {
        // Given
        Dispatcher dispatcher = new Dispatcher(DispatchSettings.of(1, true));
        dispatcher.unitsKnown(units(2));
        dispatcher.workerReady(0);

        // When
        List<Order> orders = dispatcher.collectWhole();
        dispatcher.collectedByZygote(Suites.unit(0, 2, MS));

        // Then
        assertEquals(List.of(new Order.Leave(0)), orders);
        assertTrue(dispatcher.collectionComplete());
        assertEquals(2, dispatcher.nodeIds().size());
    }

    // --- sharing

    @Test
    void twoTestsOfOneFileShouldRunInParallel() {
        // Given
        Dispatcher dispatcher = collectedByZygote(DispatchSettings.of(2, true), Suites.unit(0, 2, 0));

        // When
        List<Order> orders = dispatcher.beginRun();

        // Then
        assertEquals(List.of(List.of(0), List.of(1)), List.of(sent(orders, 0), sent(orders, 1)));
        assertTrue(orders.contains(new Order.Drain(0)) && orders.contains(new Order.Drain(1)));
    }

    @Test
    void theSecondHalfOfAFileShouldWaitForItsThiefToCollectIt() {
        // Given
        Dispatcher dispatcher = new Dispatcher(DispatchSettings.of(2, true));
        dispatcher.unitsKnown(units(1));
        dispatcher.workerReady(0);
        dispatcher.workerReady(1);
        dispatcher.collected(0, Suites.unit(0, 2, 100 * MS));

        // When
        List<Order> begin = dispatcher.beginRun();
        List<Order> then = dispatcher.collected(1, Suites.unit(0, 2, 100 * MS));

        // Then
        assertTrue(begin.contains(new Order.Collect(1, List.of(0))));
        assertEquals(List.of(0), sent(begin, 0));
        assertEquals(List.of(1), sent(then, 1));
    }

    @Test
    void aFileShouldStayWholeWhenItMayNotBeSplit() {
        // Given
        Dispatcher dispatcher = collectedByZygote(DispatchSettings.of(2, false), Suites.unit(0, 2, 0));

        // When
        List<Order> orders = dispatcher.beginRun();

        // Then
        assertEquals(List.of(0, 1), sent(orders, 0));
        assertEquals(List.of(), sent(orders, 1));
    }

    @Test
    void filesOfTheZygoteShouldBeSharedOutByTheirTests() {
        // Given
        Dispatcher dispatcher = collectedByZygote(
                DispatchSettings.of(2, true), Suites.unit(0, 2, 0), Suites.unit(1, 1, 0), Suites.unit(2, 3, 0));

        // When
        List<Order> orders = dispatcher.beginRun();

        // Then
        assertEquals(List.of(0, 1), sent(orders, 0));
        assertEquals(List.of(3, 4), sent(orders, 1));
    }

    @Test
    void anIdleWorkerShouldTakeWholeFilesBeforeItSplitsOne() {
        // Given
        Dispatcher dispatcher = new Dispatcher(DispatchSettings.of(2, true));
        dispatcher.unitsKnown(units(3));
        dispatcher.collectedByZygote(Suites.unit(0, 20, 0));
        dispatcher.collectedByZygote(Suites.unit(1, 20, 0));
        dispatcher.collectedByZygote(Suites.unit(2, 20, 0));
        dispatcher.workerReady(0);
        dispatcher.beginRun();

        // When
        List<Order> late = dispatcher.workerReady(1);

        // Then
        assertEquals(List.of(40, 41), sent(late, 1));
    }

    @Test
    void aWorkerShouldKeepTheOrderOfTheSession() {
        // Given
        Dispatcher dispatcher = collectedByZygote(
                DispatchSettings.serial(), Suites.unit(0, 3, 0), Suites.unit(1, 9, 0), Suites.unit(2, 1, 0));

        // When
        List<Integer> ran = runAlone(dispatcher, dispatcher.beginRun(), MS);

        // Then
        assertEquals(IntStream.range(0, 13).boxed().toList(), ran);
    }

    @Test
    void twoSlowTestsShouldNotShareAWorkerWhileAnotherIdles() {
        // Given
        Dispatcher dispatcher =
                collectedByZygote(DispatchSettings.of(2, true), Suites.unit(0, 2, 0), Suites.unit(1, 40, 0));
        dispatcher.expect(new Forecast() {
            @Override
            public long testNs(String nodeId) {
                return nodeId.startsWith("u0") ? 8000 * MS : 20 * MS;
            }

            @Override
            public boolean failedLast(String nodeId) {
                return false;
            }

            @Override
            public long setupNs(String path) {
                return -1;
            }
        });

        // When
        List<Order> orders = dispatcher.beginRun();

        // Then
        assertEquals(
                Set.of(0, 1), Set.of(sent(orders, 0).get(0), sent(orders, 1).get(0)));
    }

    @Test
    void aSessionThatSomebodyOrderedShouldKeepItsOrder() {
        // Given
        Dispatcher dispatcher = collectedByZygote(
                DispatchSettings.of(2, true).inSessionOrder(), Suites.unit(0, 9, 0), Suites.unit(1, 40, 0));
        dispatcher.expect(new Simulation.Rumour(1));

        // When
        List<Order> orders = dispatcher.beginRun();

        // Then
        assertEquals(0, sent(orders, 0).get(0));
    }

    @Test
    void aWorkerThatMayOnlyGoForwardShouldBeGivenNothingFromBeforeWhatItHad() {
        assertEquals(List.of(), sentAfterTheLast(DispatchSettings.of(2, true).onlyForward()));
    }

    @Test
    void inSessionOrderAloneAWorkerShouldHelpWithWhatComesBefore() {
        List<Integer> sent = sentAfterTheLast(DispatchSettings.of(2, true).inSessionOrder());
        assertFalse(sent.isEmpty());
        assertTrue(sent.stream().allMatch(id -> id < 90), () -> "sent=" + sent);
    }

    /** One worker is busy with a long file, the other has run the short one that comes after it: what that one is sent then. */
    private static List<Integer> sentAfterTheLast(DispatchSettings settings) {
        Dispatcher dispatcher = collectedByZygote(settings, Suites.unit(0, 90, 0), Suites.unit(1, 3, 0));
        List<Order> begun = dispatcher.beginRun();
        assertEquals(0, sent(begun, 0).get(0));
        assertEquals(90, sent(begun, 1).get(0));
        dispatcher.started(0, 0, 0);
        List<Order> orders = new ArrayList<>();
        for (int testId = 90; testId < 93; testId++) {
            dispatcher.started(1, testId, testId * 100L * MS);
            orders.addAll(dispatcher.finished(1, testId, 100 * MS, 0, (testId + 1) * 100L * MS));
        }
        return Stream.concat(sent(begun, 1).stream(), sent(orders, 1).stream())
                .filter(id -> id < 90)
                .toList();
    }

    @Test
    void slowTestsShouldBeFedTwoAtATime() {
        // Given
        Dispatcher dispatcher = collectedByZygote(DispatchSettings.serial(), Suites.unit(0, 20, 0));
        dispatcher.beginRun();
        dispatcher.finished(0, 0, 400 * MS, 0, 0);
        dispatcher.finished(0, 1, 400 * MS, 0, 0);

        // When
        List<Order> orders = dispatcher.finished(0, 2, 400 * MS, 0, 0);

        // Then
        assertEquals(List.of(4), sent(orders, 0));
    }

    @Test
    void aCheapRestShouldNotBeCollectedAgain() {
        // Given
        Dispatcher dispatcher = new Dispatcher(DispatchSettings.of(2, true));
        dispatcher.unitsKnown(units(2));
        dispatcher.workerReady(0);
        dispatcher.workerReady(1);
        dispatcher.collected(0, Suites.unit(0, 60, 900 * MS));
        dispatcher.collected(1, Suites.unit(1, 1, 900 * MS));
        dispatcher.beginRun();
        dispatcher.finished(0, 0, MS, 0, 0);
        dispatcher.finished(0, 1, MS, 0, 0);

        // When
        List<Order> orders = dispatcher.finished(1, 60, MS, 0, 0);

        // Then
        assertFalse(orders.contains(new Order.Collect(1, List.of(0))), orders::toString);
    }

    @Test
    void aGroupShouldStayOnOneWorkerEvenOverFiles() {
        // Given
        Collected first = new Collected(0, ids(0, 2), 0, Map.of(), Map.of(0, "db", 1, "db"));
        Collected second = new Collected(1, ids(1, 2), 0, Map.of(), Map.of(1, "db"));
        Dispatcher dispatcher = collectedByZygote(DispatchSettings.of(2, true), first, second);

        // When
        List<Order> orders = dispatcher.beginRun();

        // Then
        assertEquals(List.of(), sent(orders, 1));
        assertEquals(List.of(0, 1, 2, 3), runAlone(dispatcher, orders, MS));
    }

    @Test
    void theTimeoutOfAMarkShouldTravelWithItsTest() {
        // Given
        Collected unit = new Collected(0, ids(0, 2), 0, Map.of(1, Duration.ofSeconds(7)), Map.of());
        Dispatcher dispatcher = collectedByZygote(DispatchSettings.serial(), unit);

        // When
        dispatcher.beginRun();

        // Then
        assertEquals(Optional.of(Duration.ofSeconds(7)), dispatcher.test(1).timeout());
        assertEquals(Optional.empty(), dispatcher.test(0).timeout());
    }

    // --- ends

    @Test
    void theLastTestShouldBeDrainedAndThenEverybodyLeaves() {
        // Given
        Dispatcher dispatcher = collectedByZygote(DispatchSettings.of(2, false), Suites.unit(0, 2, 0));
        dispatcher.beginRun();

        // When
        List<Order> afterFirst = dispatcher.finished(0, 0, MS, 0, 0);
        List<Order> afterLast = dispatcher.finished(0, 1, MS, 0, 0);

        // Then
        assertEquals(List.of(new Order.Drain(0)), afterFirst);
        assertEquals(List.of(new Order.Leave(0), new Order.Leave(1)), afterLast);
        assertTrue(dispatcher.done());
    }

    @Test
    void anEmptySessionShouldLetWorkersLeaveAtOnce() {
        // Given
        Dispatcher dispatcher = collectedByZygote(DispatchSettings.serial(), Suites.unit(0, 0, 0));

        // When
        List<Order> orders = dispatcher.beginRun();

        // Then
        assertEquals(List.of(new Order.Leave(0)), orders);
    }

    @Test
    void queuedTestsOfALostWorkerShouldGoToAnotherAndTheRunningOneNot() {
        // Given
        Dispatcher dispatcher = collectedByZygote(DispatchSettings.of(2, false), Suites.unit(0, 3, 0));
        dispatcher.beginRun();
        dispatcher.started(0, 0, 0);

        // When
        Loss loss = dispatcher.workerLost(0, OptionalInt.empty(), id -> false);

        // Then
        assertEquals(OptionalInt.of(0), loss.running());
        assertEquals(2, loss.requeued());
        assertEquals(List.of(1, 2), sent(loss.orders(), 1));
    }

    @Test
    void theSlotPageShouldNameTheTestAWorkerCouldNotAnnounce() {
        // Given
        Dispatcher dispatcher = collectedByZygote(DispatchSettings.serial(), Suites.unit(0, 3, 0));
        dispatcher.beginRun();
        dispatcher.finished(0, 0, MS, 0, 0);

        // When
        Loss stale = dispatcher.workerLost(0, OptionalInt.of(0), id -> false);
        dispatcher.workerReady(1);
        Loss fresh = dispatcher.workerLost(1, OptionalInt.of(1), id -> false);

        // Then
        assertEquals(OptionalInt.empty(), stale.running());
        assertEquals(OptionalInt.of(1), fresh.running());
        assertEquals(List.of(2), dispatcher.owed());
    }

    @Test
    void aTestThatDiedInnocentlyShouldRunAgain() {
        // Given
        Dispatcher dispatcher = collectedByZygote(DispatchSettings.serial(), Suites.unit(0, 1, 0));
        dispatcher.beginRun();
        dispatcher.started(0, 0, 0);

        // When
        Loss loss = dispatcher.workerLost(0, OptionalInt.empty(), id -> true);
        List<Order> orders = dispatcher.workerReady(1);

        // Then
        assertEquals(1, loss.requeued());
        assertEquals(List.of(0), sent(orders, 1));
    }

    @Test
    void aWorkerThatHandsBackShouldGetNothingMore() {
        // Given
        Dispatcher dispatcher = collectedByZygote(DispatchSettings.of(2, false), Suites.unit(0, 3, 0));
        dispatcher.beginRun();

        // When
        List<Order> orders = dispatcher.handedBack(0, List.of(0, 1));

        // Then
        assertEquals(new Order.Leave(0), orders.get(0));
        assertEquals(List.of(0, 1), sent(orders, 1));
    }

    /** It would run twice, and the run would never be complete. */
    @Test
    void aTestCannotBeHandedBackTwice() {
        Dispatcher dispatcher = collectedByZygote(DispatchSettings.of(2, false), Suites.unit(0, 3, 0));
        dispatcher.beginRun();
        assertThrows(IllegalArgumentException.class, () -> dispatcher.handedBack(0, List.of(0, 0)));
        assertTrue(dispatcher.has(0, 0));
    }

    @Test
    void nothingCanBeHandedBackBeforeTheRun() {
        Dispatcher dispatcher = collectedByZygote(DispatchSettings.of(2, false), Suites.unit(0, 3, 0));
        assertThrows(IllegalArgumentException.class, () -> dispatcher.handedBack(0, List.of()));
    }

    @Test
    void afterAStopNothingShouldBeGivenOut() {
        // Given
        Dispatcher dispatcher = collectedByZygote(DispatchSettings.serial(), Suites.unit(0, 9, 0));
        dispatcher.beginRun();

        // When
        List<Order> stop = dispatcher.stop();
        List<Order> later = dispatcher.finished(0, 0, MS, 0, 0);

        // Then
        assertEquals(List.of(new Order.Leave(0)), stop);
        assertEquals(List.of(), later);
        assertEquals(IntStream.range(1, 9).boxed().toList(), dispatcher.owed());
    }

    @Test
    void factsAboutTestsOfOthersShouldBeRefused() {
        // Given
        Dispatcher dispatcher = collectedByZygote(DispatchSettings.of(2, true), Suites.unit(0, 2, 0));
        dispatcher.beginRun();

        // When
        dispatcher.finished(0, 0, MS, 0, 0);

        // Then
        assertThrows(IllegalArgumentException.class, () -> dispatcher.finished(0, 0, MS, 0, 0), "twice");
        assertThrows(IllegalArgumentException.class, () -> dispatcher.started(0, 1, 0), "of another worker");
        assertThrows(IllegalArgumentException.class, () -> dispatcher.finished(7, 1, MS, 0, 0), "unknown worker");
        assertThrows(IllegalArgumentException.class, () -> dispatcher.collected(0, Suites.unit(5, 1, 0)));
    }

    // --- collecting again

    @Test
    void itemsInAnotherOrderShouldBeFoundByTheirId() {
        // Given
        Dispatcher dispatcher = lostOwner(ids(0, 3));

        // When
        List<Order> orders = dispatcher.collected(1, Collected.of(0, List.of("u0::c", "u0::a", "u0::b"), 0));

        // Then
        Order.Run run = (Order.Run) orders.get(0);
        assertEquals(List.of(1, 2), run.tests().stream().map(PlannedTest::index).toList());
    }

    @Test
    void testsThatNobodyCanCollectAgainShouldBeAbandoned() {
        // Given
        Dispatcher dispatcher = lostOwner(ids(0, 3));

        // When
        List<Order> orders = dispatcher.collected(1, Collected.of(0, List.of("u0::a"), 0));

        // Then
        assertEquals(
                new Order.Abandon(List.of(0, 1, 2), "could not be collected a second time: unit0.py"), orders.get(0));
        assertTrue(dispatcher.done());
    }

    @Test
    void aFileThatKillsWhoeverCollectsItAgainShouldBeAbandoned() {
        // Given
        Dispatcher dispatcher = lostOwner(ids(0, 3));

        // When
        dispatcher.workerLost(1, OptionalInt.empty(), id -> false);
        dispatcher.workerReady(2);
        Loss second = dispatcher.workerLost(2, OptionalInt.empty(), id -> false);

        // Then
        assertTrue(second.orders().get(0) instanceof Order.Abandon, second::toString);
    }

    @Test
    void testsThatAThiefCannotCollectShouldGoBackToTheirOwner() {
        // Given
        Dispatcher dispatcher = new Dispatcher(DispatchSettings.of(2, true));
        dispatcher.unitsKnown(units(1));
        dispatcher.workerReady(0);
        dispatcher.workerReady(1);
        dispatcher.collected(0, Suites.unit(0, 2, MS));
        dispatcher.beginRun();

        // When
        List<Order> orders = dispatcher.collected(1, Suites.unit(0, 1, MS));

        // Then
        assertEquals(List.of(1), sent(orders, 0));
        assertEquals(List.of(), sent(orders, 1));
    }

    @Test
    void workersShouldBeWantedForWhatIsLeft() {
        // Given
        Dispatcher dispatcher = new Dispatcher(DispatchSettings.of(4, true));
        int before = dispatcher.workersWanted();
        dispatcher.unitsKnown(units(1));
        dispatcher.collectedByZygote(Suites.unit(0, 2, 0));

        // When
        int collected = dispatcher.workersWanted();

        // Then
        assertEquals(List.of(4, 2), List.of(before, collected));
    }

    /** One file, collected by worker 0, which was lost before the run; worker 1 is asked to collect it again. */
    private static Dispatcher lostOwner(List<String> ids) {
        Dispatcher dispatcher = new Dispatcher(DispatchSettings.of(1, true));
        dispatcher.unitsKnown(units(1));
        dispatcher.workerReady(0);
        dispatcher.collected(0, Collected.of(0, ids, MS));
        dispatcher.workerLost(0, OptionalInt.empty(), id -> false);
        dispatcher.workerReady(1);
        dispatcher.beginRun();
        return dispatcher;
    }

    private static Dispatcher collectedByZygote(DispatchSettings settings, Collected... units) {
        Dispatcher dispatcher = new Dispatcher(settings);
        for (Collected unit : units) {
            dispatcher.collectedByZygote(unit);
        }
        for (int worker = 0; worker < settings.workers(); worker++) {
            dispatcher.workerReady(worker);
        }
        return dispatcher;
    }

    private static List<Integer> runAlone(Dispatcher dispatcher, List<Order> first, long durationNs) {
        List<Integer> queue = new ArrayList<>(sent(first, 0));
        for (int i = 0; i < queue.size(); i++) {
            queue.addAll(sent(dispatcher.finished(0, queue.get(i), durationNs, 0, 0), 0));
        }
        return queue;
    }

    private static List<Integer> sent(List<Order> orders, int worker) {
        return orders.stream()
                .filter(Order.Run.class::isInstance)
                .map(Order.Run.class::cast)
                .filter(run -> run.worker() == worker)
                .flatMap(run -> run.tests().stream().map(PlannedTest::testId))
                .toList();
    }

    private static List<UnitInfo> units(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> new UnitInfo(i, "unit" + i + ".py"))
                .toList();
    }

    private static List<String> ids(int unit, int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> "u" + unit + "::" + (char) ('a' + i))
                .toList();
    }
}
