package io.tach.conf;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.toml.TomlMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * pytest's own configuration, as far as it can be read without pytest: which file it takes, and which directory is the root.
 * What pytest would reject is passed over here, since pytest will say so.
 *
 * @param root pytest's root directory
 * @param file the configuration file, {@code null} if there is none
 * @param values every option as words
 */
public record PytestIni(Path root, Path file, Map<String, List<String>> values) {
    /** In pytest's order of precedence. */
    private static final List<String> NAMES = List.of(
            "pytest.toml", ".pytest.toml", "pytest.ini", ".pytest.ini", "pyproject.toml", "tox.ini", "setup.cfg");

    /**
     * Finds and reads the configuration.
     *
     * @param directory where pytest is started
     * @param paths that are named on the command line, absolute
     */
    public static PytestIni find(Path directory, List<Path> paths) {
        Path ancestor = ancestor(directory, paths);
        Path pyproject = null;
        for (Path base = ancestor; base != null; base = base.getParent()) {
            for (String name : NAMES) {
                Path file = base.resolve(name);
                if (Files.isRegularFile(file)) {
                    Map<String, List<String>> values = read(file);
                    if (values != null) {
                        return new PytestIni(base, file, values);
                    }
                    pyproject = pyproject == null && name.equals("pyproject.toml") ? file : pyproject;
                }
            }
        }
        return new PytestIni(
                pyproject == null ? rootWithoutFile(directory, ancestor) : pyproject.getParent(), pyproject, Map.of());
    }

    /** The files of a directory that have a say in where the configuration and the root are, there or not. */
    public static List<Path> candidates(Path directory) {
        List<Path> all = new ArrayList<>(List.of(directory.resolve("setup.py")));
        NAMES.forEach(name -> all.add(directory.resolve(name)));
        return all;
    }

    private static Path ancestor(Path directory, List<Path> paths) {
        Path common = null;
        for (Path path : paths) {
            Path of = Files.isDirectory(path) ? path : path.getParent();
            common = common == null ? of : common(common, of);
        }
        return common == null ? directory : common;
    }

    private static Path common(Path one, Path other) {
        Path common = one;
        while (!other.startsWith(common)) {
            common = common.getParent();
        }
        return common;
    }

    private static Path rootWithoutFile(Path directory, Path ancestor) {
        for (Path base = ancestor; base != null; base = base.getParent()) {
            if (Files.isRegularFile(base.resolve("setup.py"))) {
                return base;
            }
        }
        Path root = common(directory, ancestor);
        return root.getParent() == null ? ancestor : root;
    }

    /** The options of a file; {@code null} if it has none for pytest. */
    private static Map<String, List<String>> read(Path file) {
        String name = file.getFileName().toString();
        try {
            String text = Files.readString(file, StandardCharsets.ISO_8859_1);
            return switch (name) {
                case "pyproject.toml" -> text.contains("tool.pytest") ? pyproject(text) : null;
                case "pytest.toml", ".pytest.toml" ->
                    words(new TomlMapper().readTree(utf8(text)).path("pytest"));
                case "pytest.ini", ".pytest.ini" -> {
                    Map<String, List<String>> section = section(utf8(text), "pytest");
                    yield section == null ? Map.of() : section;
                }
                case "tox.ini" -> section(utf8(text), "pytest");
                default -> section(utf8(text), "tool:pytest");
            };
        } catch (IOException e) {
            return null;
        }
    }

    private static String utf8(String latin1) {
        return new String(latin1.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    }

    private static Map<String, List<String>> pyproject(String text) throws IOException {
        JsonNode pytest = new TomlMapper().readTree(utf8(text)).path("tool").path("pytest");
        JsonNode options = pytest.path("ini_options");
        JsonNode read = options.isObject() ? options : pytest;
        return read.isObject() ? words(read) : null;
    }

    private static Map<String, List<String>> words(JsonNode table) {
        Map<String, List<String>> values = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> entry : table.properties()) {
            List<String> words = new ArrayList<>();
            if (entry.getValue().isArray()) {
                entry.getValue().forEach(element -> words.add(element.asText()));
            } else {
                words.addAll(split(entry.getValue().asText()));
            }
            values.put(entry.getKey(), words);
        }
        return values;
    }

    /** The options of a section of an INI file; {@code null} if there is no such section. */
    static Map<String, List<String>> section(String text, String wanted) {
        Map<String, List<String>> values = null;
        boolean inside = false;
        List<String> words = new ArrayList<>();
        for (String line : text.lines().toList()) {
            String bare = line.strip();
            boolean continues = !line.isEmpty() && Character.isWhitespace(line.charAt(0));
            boolean silent = bare.isEmpty() || bare.startsWith("#") || bare.startsWith(";");
            if (!silent && !continues && bare.startsWith("[")) {
                inside = bare.equals("[" + wanted + "]");
                values = inside && values == null ? new LinkedHashMap<>() : values;
            } else if (!silent && inside && continues) {
                words.addAll(split(bare));
            } else if (!silent && inside) {
                words = option(bare, values);
            }
        }
        return values;
    }

    private static List<String> option(String line, Map<String, List<String>> values) {
        int end = 0;
        while (end < line.length() && line.charAt(end) != '=' && line.charAt(end) != ':') {
            end++;
        }
        String value = end < line.length() ? line.substring(end + 1) : "";
        List<String> words = new ArrayList<>(split(value.strip()));
        values.put(line.substring(0, end).strip(), words);
        return words;
    }

    /** As a shell would split it: blanks separate, quotes hold together. */
    static List<String> split(String text) {
        List<String> words = new ArrayList<>();
        StringBuilder word = null;
        char quote = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (quote != 0) {
                if (c == quote) {
                    quote = 0;
                } else {
                    word.append(c);
                }
            } else if (Character.isWhitespace(c)) {
                if (word != null) {
                    words.add(word.toString());
                }
                word = null;
            } else {
                word = word == null ? new StringBuilder() : word;
                if (c == '"' || c == '\'') {
                    quote = c;
                } else {
                    word.append(c);
                }
            }
        }
        if (word != null) {
            words.add(word.toString());
        }
        return words;
    }
}
