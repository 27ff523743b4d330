package io.tach.conf;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Resolves settings from all sources, nearest first: command line, {@code TACH_*} environment, {@code [tool.tach]} in
 * pyproject.toml, {@code tach.conf}, the reference.
 */
public final class SettingsLoader {
    private SettingsLoader() {}

    /**
     * Reads every source; a mistake in one is an error even where a nearer source overrides it.
     *
     * @param commandLine options given as flags, with the flag for the message
     * @param environment the process's environment
     * @param project directory that holds pyproject.toml and tach.conf, if there are any
     * @throws ConfigException for the first mistake found
     */
    public static LoadedSettings load(
            Map<Option, FlagValue> commandLine, Map<String, String> environment, Path project) {
        List<Layer> layers = new ArrayList<>();
        layers.add(flags(commandLine));
        layers.add(EnvironmentSource.read(environment));
        Path pyproject = project.resolve("pyproject.toml");
        if (Files.isRegularFile(pyproject)) {
            layers.add(fromProject(PyprojectSource.file(pyproject), project));
        }
        Path hocon = project.resolve("tach.conf");
        if (Files.isRegularFile(hocon)) {
            layers.add(fromProject(HoconSource.file(hocon), project));
        }
        layers.add(HoconSource.reference());
        return new LoadedSettings(layers);
    }

    /**
     * An option on the command line.
     *
     * @param flag as it was written, for messages
     * @param value its text
     */
    public record FlagValue(String flag, String value) {}

    private static Layer flags(Map<Option, FlagValue> commandLine) {
        Layer layer = new Layer();
        commandLine.forEach((option, given) -> layer.put(option, given.value(), given.flag()));
        return layer;
    }

    /** A path in a file is relative to the file, not to where tach is started. */
    private static Layer fromProject(Layer layer, Path project) {
        layer.mapText(
                Option.PYTHON,
                path -> path.contains("/") ? project.resolve(path).toString() : path);
        return layer;
    }
}
