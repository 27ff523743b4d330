package io.tach.cli;

import java.io.PrintStream;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** The text of {@code tach --help}. */
final class Help {
    private static final int WIDTH = 100;

    private Help() {}

    /** True if a command line holds {@code -h} or {@code --help}. */
    static boolean isAskedFor(List<String> words) {
        int end = words.contains("--") ? words.indexOf("--") : words.size();
        return words.subList(0, end).stream().anyMatch(word -> word.equals("-h") || word.equals("--help"));
    }

    static void print(PrintStream out) {
        new CommandLine(spec()).usage(out, CommandLine.Help.Ansi.OFF);
    }

    static CommandSpec spec() {
        CommandSpec spec = CommandSpec.create()
                .name("tach")
                .addOption(text(
                        "Workers that run tests side by side. auto: one per processor.",
                        "N|auto",
                        "-n",
                        "--numprocesses",
                        "--workers"))
                .addOption(text("At most N workers while their number is automatic.", "N", "--maxprocesses"))
                .addOption(text(
                        "none: tests run one after the other in a worker, as in pytest. fork: each in a process of its"
                                + " own. snapshot: the worker's memory is rewound after each. auto: as tach sees fit.",
                        "none|fork|snapshot|auto",
                        "--isolation"))
                .addOption(word("The same as --isolation none.", "--no-isolation"))
                .addOption(word(
                        "A test that passes only after the tests before it has failed, instead of passed with a note.",
                        "--strict-isolation"))
                .addOption(word(
                        "Compare every rewind with its checkpoint, byte for byte. Slow; finds faults of tach.",
                        "--verify-rewind"))
                .addOption(text(
                        "What random numbers start from in every isolated test. Default: another one for every run.",
                        "N",
                        "--seed"))
                .addOption(text(
                        "Only the first, second, ... of M equal parts of the suite, for suites shared among machines.",
                        "N/M",
                        "--partition"))
                .addOption(word(
                        "Neither use nor keep what is known of how long tests take and which failed.", "--no-history"))
                .addOption(word(
                        "Import nothing before workers are forked but what pytest imports itself.", "--no-preimport"))
                .addOption(text("Longest time of one test. 0: none.", "SECONDS", "--timeout"))
                .addOption(text(
                        "Standard output: what pytest would print, or one JSON event a line.",
                        "pytest|json",
                        "--format"))
                .addOption(text("Interpreter that runs the suite.", "PATH", "--python"))
                .addOption(text(
                        "As for pytest-xdist: loadfile, loadscope and loadgroup keep tests together.",
                        "MODE",
                        "--dist"))
                .addOption(word("The same as --dist load.", "-d"))
                .addOption(text(
                        "Accepted because pytest-xdist has them; without effect.",
                        "TEXT",
                        "--tx",
                        "--rsyncdir",
                        "--rsyncignore"));
        describe(spec);
        return spec;
    }

    private static void describe(CommandSpec spec) {
        spec.usageMessage()
                .width(WIDTH)
                .sortOptions(false)
                .customSynopsis(
                        "tach [run] [FLAGS] [PYTEST ARGUMENTS]",
                        "       tach list [--format plain|json|tree] [--check] [--collected] [PYTEST ARGUMENTS]",
                        "       tach self-test [--format text|json]",
                        "       tach toxicity [--accuracy] [PATH|NODE ID]...",
                        "       tach version")
                .description("%nRuns a pytest suite, unmodified, in parallel. Every word that is not listed below goes"
                        + " to pytest, untouched and in order: -k, -m, -x, --lf, -v, paths, node ids, options of"
                        + " plugins.%n")
                .footer(
                        "%nOptions that only show something (--collect-only, --fixtures, --markers, --version,"
                                + " --setup-plan, ...) are answered by plain pytest; --pytest-help shows its help.",
                        "%nExit codes: 0 all passed, 1 some failed, 2 usage or configuration, 3 collection failed,"
                                + " 4 tach or pytest broke, 5 no tests, 130 interrupted.");
    }

    private static OptionSpec text(String description, String label, String... names) {
        return OptionSpec.builder(names)
                .type(String.class)
                .paramLabel(label)
                .description(description)
                .build();
    }

    private static OptionSpec word(String description, String name) {
        return OptionSpec.builder(name).description(description).build();
    }
}
