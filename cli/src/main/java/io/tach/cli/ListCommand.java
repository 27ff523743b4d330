package io.tach.cli;

import io.tach.actors.discovery.Discovery;
import io.tach.actors.trace.StartupTrace;
import io.tach.conf.ConfigException;
import io.tach.engine.fixture.FixtureProblem;
import io.tach.engine.run.ExitCodes;
import io.tach.reporters.TestListing;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** {@code tach list}: the tests of a project, told without starting Python wherever that is possible. */
final class ListCommand {
    private static final String CHECK = "--check";

    private final Launch launch;
    private final PrintStream out;

    ListCommand(Launch launch, PrintStream out) {
        this.launch = launch;
        this.out = out;
    }

    /**
     * Prints the list.
     *
     * @param words of the command line
     * @return the exit code
     * @throws ConfigException for a format that there is none
     */
    int run(List<String> words, FlagTable table) throws IOException, InterruptedException {
        List<String> others = new ArrayList<>(words);
        boolean check = others.remove(CHECK);
        FlagTable.Split split = table.split(others);
        TestListing.Format format = format(split.own());
        List<String> unknown = new ArrayList<>();
        Discovery.Request request =
                new Discovery.Request(launch.directory(), split.pytest(), launch.python(), pattern(), false);
        StartupTrace.mark("discovery begins");
        Discovery.Found found = Discovery.discover(request, unknown).orElse(null);
        StartupTrace.mark("discovered");
        if (found == null) {
            complain(unknown.get(0) + ": only pytest can tell, it is asked");
            return askPytest(format, split.pytest());
        }
        if (!found.missing().isEmpty()) {
            complain("no such file or directory: " + found.missing().get(0));
            return ExitCodes.USAGE;
        }
        return check ? check(found) : print(found, format);
    }

    private static String pattern() {
        return System.getenv().getOrDefault("TACH_TEST_PATTERN", "");
    }

    private static TestListing.Format format(List<FlagTable.Given> own) {
        String name = "plain";
        for (FlagTable.Given given : own) {
            if (given.flag().equals("--format") && given.value() != null) {
                name = given.value();
            }
        }
        for (TestListing.Format format : TestListing.Format.values()) {
            if (format.name().toLowerCase(Locale.ROOT).equals(name)) {
                return format;
            }
        }
        throw new ConfigException("--format: expected one of plain, json, tree, got \"" + name + "\"");
    }

    private int print(Discovery.Found found, TestListing.Format format) {
        Path top = found.root().getFileName();
        TestListing listing = new TestListing(out, format, top == null ? "/" : top.toString());
        listing.print(found.modules(), found.selects()::takes);
        out.flush();
        if (listing.dynamic() > 0) {
            complain(listing.dynamic() + " of " + listing.printed()
                    + " lines are dynamic: pytest may see more, fewer or other ids (--collected asks it)");
        }
        found.notes().forEach(ListCommand::complain);
        return listing.printed() == 0 ? ExitCodes.NO_TESTS : ExitCodes.PASSED;
    }

    /** Warnings only: whether a test fails is for pytest to say. */
    private int check(Discovery.Found found) {
        found.errors().forEach(out::println);
        found.problems().stream().map(FixtureProblem::text).forEach(out::println);
        out.flush();
        found.notes().forEach(ListCommand::complain);
        int warnings = found.errors().size() + found.problems().size();
        complain(warnings == 0 ? "no warnings" : warnings + (warnings == 1 ? " warning" : " warnings"));
        return ExitCodes.PASSED;
    }

    private int askPytest(TestListing.Format format, List<String> pytestArgs) throws IOException, InterruptedException {
        Path python = launch.python()
                .orElseThrow(() -> new ConfigException("no interpreter; name one with --python or TACH_PYTHON"));
        List<String> command = new ArrayList<>(List.of(
                python.toString(),
                launch.listProgram().toString(),
                "--format",
                format.name().toLowerCase(Locale.ROOT),
                "--"));
        command.addAll(pytestArgs);
        return new ProcessBuilder(command).inheritIO().start().waitFor();
    }

    private static void complain(String text) {
        System.err.println("tach: " + text);
    }
}
