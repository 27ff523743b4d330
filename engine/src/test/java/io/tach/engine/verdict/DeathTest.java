package io.tach.engine.verdict;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class DeathTest {

    static Arguments[] deaths() {
        return new Arguments[] {
            Arguments.of(Death.exited(3), "exit code 3"),
            Arguments.of(Death.signaled("SIGSEGV", false), "SIGSEGV"),
            Arguments.of(Death.signaled("SIGABRT", true), "SIGABRT"),
            Arguments.of(Death.unknown(), "unknown cause"),
        };
    }

    @ParameterizedTest
    @MethodSource("deaths")
    void shouldBeToldInWords(Death death, String words) {
        assertEquals(words, death.inWords());
    }
}
