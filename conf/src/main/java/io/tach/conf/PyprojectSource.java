package io.tach.conf;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.toml.TomlMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** Reads the table {@code [tool.tach]} of a pyproject.toml. */
final class PyprojectSource {
    private static final String NAME = "[\"']?tach[\"']?\\s*";

    private static final String TABLE_START = "\\s*\\[\\s*tool\\s*\\.\\s*" + NAME;

    private static final Pattern TABLE = Pattern.compile(TABLE_START + "[].].*");

    /** {@code tach = {...}} or {@code tach.workers = 2} in the table {@code [tool]}, {@code tool.tach...} above all tables. */
    private static final Pattern KEY = Pattern.compile("\\s*(tool\\s*\\.\\s*)?" + NAME + "[.=].*");

    private PyprojectSource() {}

    /** Without such a line a file is not parsed: TOML's parser costs more than the rest of the start. */
    private static boolean speaksOfTach(String text) {
        return text.contains("tach") && text.lines().anyMatch(PyprojectSource::isHeader);
    }

    private static boolean isHeader(String line) {
        return TABLE.matcher(line).matches() || KEY.matcher(line).matches();
    }

    /**
     * The options of the table; none if the file has no such table.
     *
     * @throws ConfigException for a file that cannot be read, bad syntax, an unknown key, a wrong type
     */
    static Layer file(Path file) {
        try {
            String text = Files.readString(file, StandardCharsets.UTF_8);
            return speaksOfTach(text) ? parse(file, text) : new Layer();
        } catch (JsonProcessingException e) {
            throw new ConfigException(position(file, e.getLocation()) + ": " + e.getOriginalMessage());
        } catch (IOException e) {
            throw new ConfigException(file + ": cannot be read: " + e);
        }
    }

    private static Layer parse(Path file, String text) throws IOException {
        Layer layer = new Layer();
        List<String> lines = text.lines().toList();
        JsonNode table = new TomlMapper().readTree(text).path("tool").path("tach");
        for (Map.Entry<String, JsonNode> entry : table.properties()) {
            String origin = file + ":" + lineOf(entry.getKey(), lines);
            layer.put(entry.getKey(), plain(entry.getValue()), origin);
        }
        return layer;
    }

    private static Object plain(JsonNode value) {
        if (value.isNumber()) {
            return value.numberValue();
        }
        if (value.isBoolean()) {
            return value.booleanValue();
        }
        if (value.isObject()) {
            Map<String, Object> table = new LinkedHashMap<>();
            value.properties().forEach(entry -> table.put(entry.getKey(), plain(entry.getValue())));
            return table;
        }
        if (value.isArray()) {
            return value.valueStream().map(PyprojectSource::plain).toList();
        }
        return value.isTextual() ? value.textValue() : value;
    }

    /**
     * The line of a key, counted from 1. Jackson reads TOML into a tree without positions, so it is looked for: the first
     * line after the table's header that begins with the key, or the header that names it.
     */
    private static int lineOf(String key, List<String> lines) {
        Pattern assignment = Pattern.compile("\\s*[\"']?" + Pattern.quote(key) + "[\"']?\\s*[=.].*");
        Pattern subtable = Pattern.compile(TABLE_START + "\\.\\s*[\"']?" + Pattern.quote(key) + "[\"']?\\s*[].].*");
        int header = 0;
        for (int i = 0; i < lines.size(); i++) {
            if (subtable.matcher(lines.get(i)).matches()) {
                return i + 1;
            }
            if (isHeader(lines.get(i))) {
                header = i + 1;
            } else if (header > 0 && assignment.matcher(lines.get(i)).matches()) {
                return i + 1;
            }
        }
        return Math.max(header, 1);
    }

    private static String position(Path file, JsonLocation location) {
        return location == null ? file.toString() : file + ":" + location.getLineNr();
    }
}
