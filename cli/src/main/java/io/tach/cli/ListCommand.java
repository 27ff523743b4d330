package io.tach.cli;

import io.tach.actors.discovery.Discovery;
import io.tach.actors.discovery.KnownListing;
import io.tach.actors.trace.StartupTrace;
import io.tach.conf.ConfigException;
import io.tach.engine.fixture.FixtureProblem;
import io.tach.engine.run.ExitCodes;
import io.tach.reporters.TestListing;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

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
        Optional<KnownListing> known = check ? Optional.empty() : KnownListing.find(request, format.name());
        if (known.isPresent()) {
            StartupTrace.mark("discovered");
            return say(known.get());
        }
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
        if (check) {
            return check(found);
        }
        KnownListing listing = listing(found, format);
        int exitCode = say(listing);
        listing.keep(request, format.name(), found);
        return exitCode;
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

    private static KnownListing listing(Discovery.Found found, TestListing.Format format) {
        Path top = found.root().getFileName();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        PrintStream to = new PrintStream(bytes, false, StandardCharsets.UTF_8);
        TestListing listing = new TestListing(to, format, top == null ? "/" : top.toString());
        listing.print(found.modules(), found.selects()::takes);
        to.flush();
        List<String> complaints = new ArrayList<>(found.notes());
        if (listing.dynamic() > 0) {
            complaints.add(
                    0,
                    listing.dynamic() + " of " + listing.printed()
                            + " lines are dynamic: pytest may see more, fewer or other ids (--collected asks it)");
        }
        int exitCode = listing.printed() == 0 ? ExitCodes.NO_TESTS : ExitCodes.PASSED;
        return new KnownListing(bytes.toByteArray(), String.join("\n", complaints), exitCode);
    }

    private int say(KnownListing listing) {
        out.write(listing.out(), 0, listing.out().length);
        out.flush();
        listing.complaints().lines().forEach(ListCommand::complain);
        return listing.exitCode();
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
