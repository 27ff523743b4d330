package io.tach.cli;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The parts of tach and the one way they may depend on each other. */
@AnalyzeClasses(packages = "io.tach", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule DEPENDENCIES_POINT_ONE_WAY = layeredArchitecture()
            .consideringOnlyDependenciesInLayers()
            .layer("cli")
            .definedBy("io.tach.cli..")
            .layer("reporters")
            .definedBy("io.tach.reporters..")
            .layer("actors")
            .definedBy("io.tach.actors..")
            .layer("native-io")
            .definedBy("io.tach.nativeio..")
            .layer("engine")
            .definedBy("io.tach.engine..")
            .layer("conf")
            .definedBy("io.tach.conf..")
            .whereLayer("cli")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("reporters")
            .mayOnlyBeAccessedByLayers("cli")
            .whereLayer("actors")
            .mayOnlyBeAccessedByLayers("cli")
            .whereLayer("native-io")
            .mayOnlyBeAccessedByLayers("actors")
            .whereLayer("engine")
            .mayOnlyBeAccessedByLayers("cli", "reporters", "actors")
            .whereLayer("conf")
            .mayOnlyBeAccessedByLayers("cli", "actors");

    @ArchTest
    static final ArchRule THE_ENGINE_IS_PLAIN_JAVA = noClasses()
            .that()
            .resideInAPackage("io.tach.engine..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "org.apache.pekko..", "scala..", "jnr..", "com.fasterxml..", "com.typesafe..", "picocli..");

    @ArchTest
    static final ArchRule LINUX_IS_CALLED_IN_ONE_PLACE = noClasses()
            .that()
            .resideOutsideOfPackage("io.tach.nativeio.posix..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("jnr..");

    @ArchTest
    static final ArchRule ONLY_ACTORS_AND_THE_COMMAND_KNOW_PEKKO = noClasses()
            .that()
            .resideInAnyPackage("io.tach.nativeio..", "io.tach.reporters..", "io.tach.conf..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.apache.pekko..");

    @ArchTest
    static final ArchRule ONLY_THE_COMMAND_KNOWS_PICOCLI = noClasses()
            .that()
            .resideOutsideOfPackage("io.tach.cli..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("picocli..");

    @ArchTest
    static final ArchRule MODULES_HAVE_NO_CYCLES =
            slices().matching("io.tach.(*)..").should().beFreeOfCycles();
}
