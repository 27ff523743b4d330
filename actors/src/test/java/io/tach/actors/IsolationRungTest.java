package io.tach.actors;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tach.conf.IsolationStrategy;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IsolationRungTest {

    @ParameterizedTest(name = "{0} on {1}")
    @CsvSource(
            delimiter = '|',
            value = {
                "AUTO     | snapshot | ''",
                "SNAPSHOT | snapshot | ''",
                "FORK     | fork     | ''",
                "NONE     | none     | ''",
                "AUTO     | fork     | memory cannot be rewound here: EPERM (--isolation=fork needs less)",
                "SNAPSHOT | fork     | memory cannot be rewound here: EPERM (--isolation=fork needs less)",
                "AUTO     | none     | tests cannot be isolated here: EPERM",
                "FORK     | none     | tests cannot be isolated here: EPERM",
            })
    void shouldSayWhatAStrategyLacks(IsolationStrategy wanted, String rung, String lack) {
        assertEquals(lack, new IsolationRung(rung, "EPERM").lackFor(wanted));
    }
}
