package io.tach;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Which parts may know which: the table of docs/architecture.md as a test. */
class ArchitectureTest {
    private static final List<String> MODULES = List.of("engine", "nativeio", "actors", "reporters", "cli", "conf");
    private static final JavaClasses TACH = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.tach");

    private static Stream<Arguments> mayKnow() {
        return Stream.of(
                Arguments.of("engine", Set.of()),
                Arguments.of("nativeio", Set.of()),
                Arguments.of("conf", Set.of()),
                Arguments.of("reporters", Set.of("engine")),
                Arguments.of("actors", Set.of("engine", "nativeio", "conf")),
                Arguments.of("cli", Set.of("reporters", "actors", "conf", "engine")));
    }

    @ParameterizedTest(name = "{0} may know {1}")
    @MethodSource("mayKnow")
    void modulesShouldDependOneWay(String module, Set<String> others) {
        String[] forbidden = MODULES.stream()
                .filter(m -> !m.equals(module) && !others.contains(m))
                .map(m -> "io.tach." + m + "..")
                .toArray(String[]::new);
        check(noClasses()
                .that()
                .resideInAPackage("io.tach." + module + "..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(forbidden));
    }

    /** The command line sees of the engine what runs are made of for everybody, not how they are planned. */
    @Test
    void theCommandLineShouldNotPlan() {
        check(noClasses()
                .that()
                .resideInAPackage("io.tach.cli..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.tach.engine.plan..", "io.tach.engine.verdict.."));
    }

    @Test
    void theEngineShouldBePlainJava() {
        check(classes()
                .that()
                .resideInAPackage("io.tach.engine..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "io.tach.engine..",
                        "java.lang..",
                        "java.util..",
                        "java.math..",
                        "java.text..",
                        "java.time..",
                        "java.nio",
                        "java.nio.charset",
                        "org.jgrapht.."));
    }

    @Test
    void theEngineShouldHaveNoClockAndNoThread() {
        check(noClasses()
                .that()
                .resideInAPackage("io.tach.engine..")
                .should()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(Instant.class, "now")
                .orShould()
                .dependOnClassesThat()
                .areAssignableTo(Clock.class)
                .orShould()
                .dependOnClassesThat()
                .areAssignableTo(Thread.class)
                .orShould()
                .dependOnClassesThat()
                .resideInAPackage("java.util.concurrent.."));
    }

    private static Stream<Arguments> homes() {
        return Stream.of(
                Arguments.of("org.jgrapht..", List.of("io.tach.engine.toxicity")),
                Arguments.of("jnr..", List.of("io.tach.nativeio.posix")),
                Arguments.of("org.apache.pekko..", List.of("io.tach.actors..", "io.tach.cli")),
                Arguments.of("com.fasterxml.jackson..", List.of("io.tach.nativeio.wire", "io.tach.conf")),
                Arguments.of("com.typesafe.config..", List.of("io.tach.conf", "io.tach.actors")),
                Arguments.of("ch.qos.logback..", List.of("io.tach.conf")),
                Arguments.of("picocli..", List.of("io.tach.cli")),
                Arguments.of("sun.misc..", List.of("io.tach.cli")));
    }

    @ParameterizedTest(name = "{0} only in {1}")
    @MethodSource("homes")
    void librariesShouldStayAtHome(String library, List<String> homes) {
        check(noClasses()
                .that()
                .resideOutsideOfPackages(homes.toArray(String[]::new))
                .should()
                .dependOnClassesThat()
                .resideInAPackage(library));
    }

    @Test
    void reportersShouldKnowNoProcesses() {
        check(noClasses()
                .that()
                .resideInAPackage("io.tach.reporters..")
                .should()
                .dependOnClassesThat()
                .belongToAnyOf(Process.class, ProcessBuilder.class));
    }

    @Test
    void onlyAFewShouldWriteToTheStandardStreams() {
        DescribedPredicate<JavaClass> allowed = DescribedPredicate.describe(
                "the command line, the start-up trace and the log",
                c -> c.getPackageName().equals("io.tach.cli")
                        || c.getPackageName().equals("io.tach.actors.trace")
                        || c.getName().startsWith("io.tach.conf.ErrorLogging"));
        check(noClasses()
                .that(DescribedPredicate.not(allowed))
                .should()
                .accessField(System.class, "out")
                .orShould()
                .accessField(System.class, "err"));
    }

    @Test
    void packagesShouldHaveNoCycles() {
        check(slices().matching("io.tach.(**)").should().beFreeOfCycles());
    }

    @Test
    void everyPackageShouldSayWhatItIsFor() throws IOException {
        // Given
        List<Path> sources = Stream.of("engine", "native-io", "actors", "reporters", "cli", "conf")
                .map(module -> Path.of("..", module, "src/main/java"))
                .toList();

        // When
        Set<Path> silent = new TreeSet<>();
        for (Path source : sources) {
            silent.addAll(packagesWithoutInfo(source));
        }

        // Then
        assertEquals(Set.of(), silent);
    }

    @Test
    void theRulesShouldSeeEveryModule() {
        for (String module : MODULES) {
            boolean empty = TACH.stream().noneMatch(c -> c.getPackageName().startsWith("io.tach." + module));
            assertFalse(empty, module);
        }
    }

    private static Set<Path> packagesWithoutInfo(Path source) throws IOException {
        try (Stream<Path> files = Files.walk(source)) {
            return files.filter(Files::isDirectory)
                    .filter(dir -> hasJava(dir) && !Files.exists(dir.resolve("package-info.java")))
                    .collect(Collectors.toSet());
        }
    }

    private static boolean hasJava(Path dir) {
        try (Stream<Path> files = Files.list(dir)) {
            return files.anyMatch(file -> file.toString().endsWith(".java"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void check(ArchRule rule) {
        rule.check(TACH);
    }
}
