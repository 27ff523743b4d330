package io.tach.reporters;

import io.tach.engine.event.SuiteInfo.JunitRequest;
import io.tach.engine.model.PhaseReport;
import io.tach.engine.model.Property;
import io.tach.engine.model.Section;
import java.util.ArrayList;
import java.util.List;

/** One {@code testcase} element while it is being filled. */
final class JunitCase {
    private final JunitRequest request;
    private final String nodeId;
    private final PhaseReport.Location location;
    private final StringBuilder children = new StringBuilder();
    private long durationNs;

    JunitCase(JunitRequest request, String nodeId, PhaseReport.Location location) {
        this.request = request;
        this.nodeId = nodeId;
        this.location = location;
    }

    void addDuration(long ns) {
        durationNs += ns;
    }

    void simple(String tag, String message, String text) {
        children.append('<').append(tag);
        attribute(children, "message", message);
        element(tag, text);
    }

    void typed(String tag, String type, String message, String text) {
        children.append('<').append(tag);
        attribute(children, "type", type);
        attribute(children, "message", message);
        element(tag, text);
    }

    /** Ends a start tag that was begun. */
    private void element(String tag, String text) {
        if (text.isEmpty()) {
            children.append(" />");
            return;
        }
        children.append('>');
        XmlText.content(children, text);
        children.append("</").append(tag).append('>');
    }

    /** Captured output, as far as {@code junit_logging} wants it. */
    void output(PhaseReport report) {
        String logging = request.logging();
        if (logging.equals("no") || (!request.logPassing() && report.outcome().equals("passed"))) {
            return;
        }
        String log = logging.equals("log") || logging.equals("all")
                ? headed(" Captured Log ", sections(report, "Captured log", "\n"))
                : "";
        if (logging.equals("system-out") || logging.equals("out-err") || logging.equals("all")) {
            output("system-out", log + headed(" Captured Out ", sections(report, "Captured stdout", "")));
            log = "";
        }
        if (logging.equals("system-err") || logging.equals("out-err") || logging.equals("all")) {
            output("system-err", headed(" Captured Err ", sections(report, "Captured stderr", "")));
        }
        if (!log.isEmpty()) {
            output("system-out", log);
        }
    }

    private void output(String tag, String text) {
        children.append('<').append(tag);
        element(tag, text);
    }

    private static String headed(String title, String text) {
        String bar = "-".repeat((80 - title.length()) / 2);
        return bar + title + bar + "\n" + text + "\n";
    }

    private static String sections(PhaseReport report, String prefix, String separator) {
        List<String> texts = new ArrayList<>();
        for (Section section : report.sections()) {
            if (section.name().startsWith(prefix)) {
                texts.add(section.text());
            }
        }
        return String.join(separator, texts);
    }

    void appendTo(StringBuilder out, List<Property> properties) {
        out.append("<testcase");
        appendNames(out);
        attribute(out, "time", Durations.seconds(durationNs));
        if (properties.isEmpty() && children.length() == 0) {
            out.append(" />");
            return;
        }
        out.append('>');
        appendProperties(out, properties);
        out.append(children).append("</testcase>");
    }

    /** pytest's names: the dotted path and classes, then the function with its parameters. */
    private void appendNames(StringBuilder out) {
        int parameters = nodeId.indexOf('[', NodeIds.path(nodeId).length());
        String address = parameters < 0 ? nodeId : nodeId.substring(0, parameters);
        String path = NodeIds.path(address);
        String module = dotted(path);
        int last = address.lastIndexOf("::");
        String owners =
                last > path.length() ? address.substring(path.length(), last).replace("::", ".") : "";
        String classname = last < 0 ? "" : module + owners;
        String name = last < 0 ? module : nodeId.substring(last + 2);
        attribute(out, "classname", prefixed(classname, last >= 0));
        attribute(out, "name", name);
        if (!request.family().equals("xunit2")) {
            appendLegacy(out, path);
        }
    }

    private static String dotted(String path) {
        String dotted = path.replace('/', '.');
        return dotted.endsWith(".py") ? dotted.substring(0, dotted.length() - 3) : dotted;
    }

    private String prefixed(String classname, boolean named) {
        if (request.prefix().isEmpty()) {
            return classname;
        }
        return named ? request.prefix() + "." + classname : request.prefix();
    }

    private void appendLegacy(StringBuilder out, String path) {
        attribute(out, "file", location == null ? path : location.path());
        if (location != null && location.line() >= 0) {
            attribute(out, "line", Integer.toString(location.line()));
        }
    }

    private static void appendProperties(StringBuilder out, List<Property> properties) {
        if (properties.isEmpty()) {
            return;
        }
        out.append("<properties>");
        for (Property property : properties) {
            out.append("<property");
            attribute(out, "name", property.name());
            attribute(out, "value", property.value());
            out.append(" />");
        }
        out.append("</properties>");
    }

    private static void attribute(StringBuilder out, String name, String value) {
        out.append(' ').append(name).append("=\"");
        XmlText.attribute(out, value);
        out.append('"');
    }
}
