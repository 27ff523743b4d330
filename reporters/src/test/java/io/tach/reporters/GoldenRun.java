package io.tach.reporters;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.tach.engine.event.RunEvent;
import io.tach.engine.event.SuiteInfo;
import io.tach.engine.model.Outcome;
import io.tach.engine.model.PhaseReport;
import io.tach.engine.model.PhaseTimes;
import io.tach.engine.model.Property;
import io.tach.engine.model.Section;
import io.tach.engine.model.Status;
import io.tach.engine.model.TestResult;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The run events that {@code src/test/golden/record.py} noted while real pytest ran, and what pytest made of them. */
final class GoldenRun {
    private static final Path GOLDEN = Path.of("src/test/resources/golden");

    private final List<RunEvent> events = new ArrayList<>();
    private final Path junit;
    private int tests;

    private GoldenRun(Path junit) {
        this.junit = junit;
    }

    /** @param junit where the JUnit file shall go */
    static GoldenRun read(String name, Path junit) {
        GoldenRun run = new GoldenRun(junit);
        text(name + ".events").lines().map(Json::parse).forEach(run::add);
        return run;
    }

    static String text(String fileName) {
        try {
            return Files.readString(GOLDEN.resolve(fileName), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    List<RunEvent> events() {
        return events;
    }

    private void add(Json event) {
        switch (event.text("event")) {
            case "session" -> events.add(new RunEvent.SessionStarted(suite(event)));
            case "collected" ->
                events.add(new RunEvent.CollectionFinished(
                        event.number("total"),
                        event.number("deselected"),
                        event.list("reports").stream().map(GoldenRun::report).toList(),
                        event.number("total") > 0,
                        event.texts("nodeids")));
            case "finished" -> {
                events.add(new RunEvent.TestStarted(tests, event.text("nodeid"), "gw0"));
                events.add(new RunEvent.TestFinished(result(event)));
            }
            case "warning" ->
                events.add(new RunEvent.WarningRecorded(
                        event.text("message"), "UserWarning", "x.py", 1, "runtest", event.text("nodeid")));
            case "run_finished" ->
                events.add(new RunEvent.RunFinished(
                        0, Map.of(), List.of(), Duration.ofSeconds(1), event.text("summary"), event.text("stop")));
            default -> throw new IllegalArgumentException(event.text("event"));
        }
    }

    private SuiteInfo suite(Json event) {
        Json options = event.object("junit");
        SuiteInfo.JunitRequest request = new SuiteInfo.JunitRequest(
                junit.toString(),
                options.text("family"),
                options.text("suite"),
                options.text("logging"),
                options.text("prefix"),
                options.flag("log_passing"),
                options.text("duration"));
        return new SuiteInfo(
                event.text("header"),
                "/project",
                "3.11.7",
                "9.2.0",
                event.number("verbosity"),
                event.flag("markup"),
                80,
                event.text("progress"),
                -1,
                1,
                Optional.of(request));
    }

    private TestResult result(Json event) {
        Outcome outcome = Outcome.ofWord(event.text("outcome"));
        List<Long> phases = event.numbers("phases");
        return new TestResult(
                tests++,
                event.text("nodeid"),
                status(outcome),
                outcome,
                phases.stream().mapToLong(Long::longValue).sum(),
                "",
                new PhaseTimes(phases.get(0), phases.get(1), phases.get(2)),
                event.list("reports").stream().map(GoldenRun::report).toList(),
                event.pairs("properties").stream()
                        .map(pair -> new Property(pair.get(0), pair.get(1)))
                        .toList(),
                "gw0",
                List.of());
    }

    private static Status status(Outcome outcome) {
        return switch (outcome) {
            case PASSED, XPASSED -> Status.PASS;
            case FAILED -> Status.FAIL;
            case SKIPPED, XFAILED -> Status.SKIP;
            case ERROR -> Status.ERROR;
        };
    }

    private static PhaseReport report(Json report) {
        List<Object> location = report.values("location");
        return new PhaseReport(
                report.text("nodeid"),
                report.text("when"),
                report.text("outcome"),
                report.text("category"),
                report.text("letter"),
                report.text("word"),
                report.texts("markup"),
                report.number("duration"),
                report.text("longrepr"),
                report.text("message"),
                Optional.ofNullable((String) report.value("xfail")),
                report.pairs("sections").stream()
                        .map(pair -> new Section(pair.get(0), pair.get(1)))
                        .toList(),
                new PhaseReport.Location(
                        (String) location.get(0),
                        location.get(1) == null ? -1 : ((Long) location.get(1)).intValue(),
                        (String) location.get(2)),
                ByteBuffer.allocate(0));
    }

    /** Just enough of JSON's data model for the recorded files. */
    record Json(Map<String, Object> fields) {
        private static final JsonFactory FACTORY = new JsonFactory();

        static Json parse(String line) {
            try (JsonParser parser = FACTORY.createParser(line)) {
                parser.nextToken();
                return (Json) value(parser);
            } catch (IOException e) {
                throw new UncheckedIOException(line, e);
            }
        }

        private static Object value(JsonParser parser) throws IOException {
            return switch (parser.currentToken()) {
                case START_OBJECT -> {
                    Map<String, Object> fields = new LinkedHashMap<>();
                    while (parser.nextToken() != JsonToken.END_OBJECT) {
                        String key = parser.currentName();
                        parser.nextToken();
                        fields.put(key, value(parser));
                    }
                    yield new Json(fields);
                }
                case START_ARRAY -> {
                    List<Object> values = new ArrayList<>();
                    while (parser.nextToken() != JsonToken.END_ARRAY) {
                        values.add(value(parser));
                    }
                    yield values;
                }
                case VALUE_NUMBER_INT -> parser.getLongValue();
                case VALUE_NUMBER_FLOAT -> parser.getDoubleValue();
                case VALUE_TRUE, VALUE_FALSE -> parser.getBooleanValue();
                case VALUE_NULL -> null;
                default -> parser.getText();
            };
        }

        Object value(String key) {
            if (!fields.containsKey(key)) {
                throw new IllegalArgumentException("no key=" + key + " in " + fields);
            }
            return fields.get(key);
        }

        String text(String key) {
            return (String) value(key);
        }

        int number(String key) {
            return ((Long) value(key)).intValue();
        }

        boolean flag(String key) {
            return (Boolean) value(key);
        }

        Json object(String key) {
            return (Json) value(key);
        }

        List<Object> values(String key) {
            return ((List<?>) value(key)).stream().<Object>map(v -> v).collect(ArrayList::new, List::add, List::addAll);
        }

        List<String> texts(String key) {
            return values(key).stream().map(String.class::cast).toList();
        }

        List<Long> numbers(String key) {
            return values(key).stream().map(Long.class::cast).toList();
        }

        List<Json> list(String key) {
            return values(key).stream().map(Json.class::cast).toList();
        }

        List<List<String>> pairs(String key) {
            return values(key).stream()
                    .map(pair ->
                            ((List<?>) pair).stream().map(String.class::cast).toList())
                    .toList();
        }
    }
}
