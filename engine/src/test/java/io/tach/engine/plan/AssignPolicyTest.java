package io.tach.engine.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tach.engine.plan.AssignPolicy.Job;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AssignPolicyTest {

    @ParameterizedTest(name = "all {0}, of them {1} that need {2} each time, on {3} -> {4}")
    @CsvSource({
        "100,  10,   0, 4, 4", // nothing to pay: as many as there are
        "100,  10,   1, 4, 1", // the rest fills the others anyway
        "100,  90,   1, 4, 4", // nearly all there is
        "198,  80,  40, 4, 3", // two would be too busy with it, four would all pay
        "550,  50, 500, 4, 2", // four would end 2 % sooner than two, and pay 1000 more
        "  0,   0,   0, 2, 2",
    })
    void aFamilyShouldBeSharedByAsManyAsEndItSoonest(long all, long own, long setup, int machines, int sharers) {
        assertEquals(sharers, AssignPolicy.sharers(all, own, setup, machines));
    }

    @Test
    void theNextJobShouldGoToWhoeverIsDoneWithItFirst() {
        // Given
        List<Job> jobs = List.of(free(9), free(7), free(6), free(5), free(4));

        // Then
        assertEquals(List.of(0, 1, 1, 0, 1), AssignPolicy.assign(jobs, 2, 0));
    }

    @Test
    void testsThatShareADearFixtureShouldStayTogether() {
        // Given
        int sharers = AssignPolicy.sharers(175, 15, 100, 2);
        Job part = new Job(5, "db", 100, sharers, AssignPolicy.NO_HOME, 0);
        List<Job> jobs = List.of(part, part, free(60), part);

        // Then
        assertEquals(List.of(0, 0, 1, 0), AssignPolicy.assign(jobs, 2, 0));
    }

    @Test
    void testsThatShareACheapFixtureShouldNot() {
        // Given
        int sharers = AssignPolicy.sharers(101, 100, 1, 2);
        Job part = new Job(50, "db", 1, sharers, AssignPolicy.NO_HOME, 0);
        List<Job> jobs = List.of(part, part);

        // Then
        assertEquals(List.of(0, 1), AssignPolicy.assign(jobs, 2, 0));
    }

    @Test
    void noMoreShouldShareThanMay() {
        // Given
        List<Job> jobs = List.of(family(50, 2), family(50, 2), family(50, 2), family(50, 2));

        // Then
        assertEquals(List.of(0, 1, 0, 1), AssignPolicy.assign(jobs, 4, 0));
    }

    @Test
    void aShortJobShouldStayWhereItIsAndALongOneMove() {
        // Given
        List<Job> jobs =
                List.of(new Job(10, "a", 0, 1, 0, 1), new Job(10, "b", 0, 1, 0, 1), new Job(90, "c", 0, 1, 0, 1));

        // Then
        assertEquals(List.of(0, 0, 1), AssignPolicy.assign(jobs, 2, 10));
    }

    @Test
    void whatIsDearToFetchShouldStay() {
        // Given
        List<Job> jobs = List.of(new Job(10, "a", 0, 1, 0, 50), new Job(10, "b", 0, 1, 0, 50));

        // Then
        assertEquals(List.of(0, 0), AssignPolicy.assign(jobs, 2, 0));
    }

    private static Job free(long workNs) {
        return new Job(workNs, new Object(), 0, 1, AssignPolicy.NO_HOME, 0);
    }

    private static Job family(long workNs, int sharers) {
        return new Job(workNs, "f", 0, sharers, AssignPolicy.NO_HOME, 0);
    }
}
