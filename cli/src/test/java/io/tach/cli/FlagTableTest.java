package io.tach.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tach.cli.FlagTable.Given;
import io.tach.cli.FlagTable.Split;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import picocli.CommandLine.Model.OptionSpec;

class FlagTableTest {
    private static FlagTable table;

    @BeforeAll
    static void loadTheRealTable() throws IOException {
        table = FlagTable.load(Path.of("../native-io/src/main/python"));
    }

    @Test
    void shouldKeepWhatIsPytestsUntouchedAndInOrder() {
        List<String> words = List.of("-x", "tests/a.py::b[c d]", "-k", "not slow", "-p", "no:cacheprovider", "@args");

        assertEquals(new Split(List.of(), words), table.split(words));
    }

    @Test
    void shouldTakeValuesFromTheNextWord() {
        Split split = table.split(List.of("-n", "4", "-v", "--timeout", "2", "tests"));

        assertEquals(List.of(new Given("-n", "4"), new Given("--timeout", "2")), split.own());
        assertEquals(List.of("-v", "tests"), split.pytest());
    }

    @Test
    void shouldTakeValuesFromTheSameWord() {
        Split split = table.split(List.of("-n4", "-nauto", "-n=3", "--timeout=2", "--python="));

        assertEquals(
                List.of(
                        new Given("-n", "4"),
                        new Given("-n", "auto"),
                        new Given("-n", "3"),
                        new Given("--timeout", "2"),
                        new Given("--python", "")),
                split.own());
    }

    @Test
    void shouldNotTakeLongerNamesForFlags() {
        List<String> words = List.of("--timeout-method=thread", "--nf", "--dist-like", "-dx", "--no-isolation=1", "-");

        assertEquals(words, table.split(words).pytest());
    }

    @Test
    void shouldTakeNoValueForAWordWithoutOne() {
        Split split = table.split(List.of("--no-isolation", "tests"));

        assertEquals(List.of(new Given("--no-isolation", "")), split.own());
        assertEquals(List.of("tests"), split.pytest());
    }

    @Test
    void shouldSayThatAValueIsMissing() {
        Given given = table.split(List.of("tests", "--timeout")).own().get(0);

        assertEquals(new Given("--timeout", null), given);
    }

    @Test
    void shouldLeaveWhatFollowsTwoDashes() {
        Split split = table.split(List.of("-n2", "--", "-n", "4"));

        assertEquals(List.of("--", "-n", "4"), split.pytest());
    }

    @Test
    void shouldAgreeWithTheHelp() {
        Set<String> shown = new TreeSet<>();
        for (OptionSpec option : Help.spec().options()) {
            for (String name : option.names()) {
                shown.add(name);
                assertEquals(table.values().get(name), option.arity().min(), name);
            }
        }

        assertEquals(new TreeSet<>(table.values().keySet()), shown);
    }

    @Test
    void shouldHaveAMeaningForEveryFlag() {
        for (String flag : table.values().keySet()) {
            Flags flags = Flags.read(List.of(new Given(flag, "1")));
            boolean zygotes = Set.of("--dist", "-d").contains(flag);

            assertTrue(zygotes || !flags.options().isEmpty() || !flags.notes().isEmpty(), flag);
        }
    }
}
