package io.tach.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.tach.cli.FlagTable.Given;
import io.tach.conf.ConfigException;
import io.tach.conf.Option;
import io.tach.conf.SettingsLoader.FlagValue;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FlagsTest {

    @Test
    void shouldNameTheFlagAsItWasWritten() {
        Flags flags = Flags.read(List.of(new Given("--workers", "4")));

        assertEquals(Map.of(Option.WORKERS, new FlagValue("--workers", "4")), flags.options());
    }

    @Test
    void shouldLetTheLastOneCount() {
        Flags flags = Flags.read(List.of(
                new Given("-n", "4"),
                new Given("--numprocesses", "2"),
                new Given("--isolation", "fork"),
                new Given("--no-isolation", "")));

        assertEquals(
                Map.of(
                        Option.WORKERS,
                        new FlagValue("--numprocesses", "2"),
                        Option.ISOLATION_STRATEGY,
                        new FlagValue("--no-isolation", "none")),
                flags.options());
    }

    @Test
    void shouldTakeFlagsWithoutValueForYes() {
        Flags flags = Flags.read(List.of(new Given("--strict-isolation", ""), new Given("--verify-rewind", "")));

        assertEquals(
                Map.of(
                        Option.STRICT_ISOLATION,
                        new FlagValue("--strict-isolation", "true"),
                        Option.VERIFY_REWIND,
                        new FlagValue("--verify-rewind", "true")),
                flags.options());
    }

    @Test
    void shouldSayOnceThatAFlagHasNoEffect() {
        Flags flags = Flags.read(List.of(new Given("--tx", "popen"), new Given("--tx", "popen")));

        assertEquals(Set.of("--tx: without effect, workers are processes of this machine"), flags.notes());
    }

    @Test
    void shouldRefuseAMissingValue() {
        ConfigException e =
                assertThrows(ConfigException.class, () -> Flags.read(List.of(new Given("--timeout", null))));

        assertEquals("--timeout: expected a value", e.getMessage());
    }
}
