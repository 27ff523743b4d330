package io.tach.cli;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tach.conf.ConfigException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RefusalsTest {

    @ParameterizedTest
    @ValueSource(strings = {"--cov", "--cov=src", "--cov-report=xml", "--pdb", "--pdbcls=IPython:Pdb", "--trace"})
    void shouldNameWhatCannotBeDoneYet(String word) {
        ConfigException e = assertThrows(ConfigException.class, () -> Refusals.check(List.of("-v", word)));

        assertTrue(e.getMessage().startsWith(word.split("=", 2)[0] + ": "), e.getMessage());
    }

    @Test
    void shouldLetTheRestPass() {
        assertDoesNotThrow(
                () -> Refusals.check(List.of("--no-cov", "--covfefe", "--trace-config", "tests", "--", "--pdb")));
    }
}
