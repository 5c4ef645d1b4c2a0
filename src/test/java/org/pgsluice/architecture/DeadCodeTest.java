package org.pgsluice.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Nothing stands in the program that the program does not use; what only tests use belongs to them. */
class DeadCodeTest {
    /** Methods that nothing in the program calls, with the reason. */
    private static final Map<String, String> METHODS = Map.ofEntries(
            Map.entry("client.LoginMemory.total()", "tests look through it, and the program has no need to"),
            Map.entry("net.Buffers.largeBytes()", "tests look through it, and the program has no need to"),
            Map.entry("net.Buffers.taken()", "tests look through it, and the program has no need to"),
            Map.entry("net.CachingResolver.pending()", "tests look through it, and the program has no need to"),
            Map.entry("net.Gather.isEmpty()", "tests look through it, and the program has no need to"),
            Map.entry("net.NioConnection.armed()", "tests look through it, and the program has no need to"),
            Map.entry("net.Outbox.waitingBytes()", "tests look through it, and the program has no need to"),
            Map.entry("pool.PoolCounts.clients()", "tests look through it, and the program has no need to"),
            Map.entry("pool.Places.all()", "tests look through it, and the program has no need to"),
            Map.entry("prepared.StatementCatalog.bytes()", "tests look through it, and the program has no need to"),
            Map.entry("config.Config.file()", "tests look through it, and the program has no need to"),
            Map.entry("auth.AuthFile.read(Path)", "tests read one entry without a file around it"),
            Map.entry("config.PeerConfig.parse(String, String)", "tests read one entry without a file around it"),
            Map.entry("config.UserConfig.parse(String, String)", "tests read one entry without a file around it"),
            Map.entry("vars.TrackedVars.set(String, String)", "tests read one entry without a file around it"),
            Map.entry("config.Setting.doc()", "the page of the settings is made from it by a test"),
            Map.entry("config.Setting.scopes()", "the page of the settings is made from it by a test"),
            Map.entry("config.Setting.unit()", "the page of the settings is made from it by a test"),
            Map.entry("net.Wire.movable()", "encryption will stand on it"),
            Map.entry("net.Wire.read(net.Buffers, int)", "encryption will stand on it"),
            Map.entry("auth.pam.PamLibrary.answer(int, MemorySegment, MemorySegment, MemorySegment)", "PAM calls it"),
            Map.entry("tls.Alpn.select(long, long, long, long, int, long)", "OpenSSL calls it"),
            Map.entry("tls.TlsFacts.ownCertificate()", "tests look through it, and the program has no need to"),
            Map.entry("net.ThreadedReactor.awaitStopped(long)", "the process ends with its reactors, tests end them"),
            Map.entry("net.ThreadedReactor.stop()", "the process ends with its reactors, tests end them"),
            Map.entry("pool.Books.marks(pool.Marks)", "the simulation looks through it at what was covered"),
            Map.entry("metrics.Family.help()", "the page of the metrics is made from it by a test"),
            Map.entry("metrics.Family.labels()", "the page of the metrics is made from it by a test"),
            Map.entry("metrics.Family.name()", "the page of the metrics is made from it by a test"),
            Map.entry("metrics.Family.type()", "the page of the metrics is made from it by a test"),
            Map.entry("sql.SessionEffects.names(int)", "carried sessions will stand on it"));

    /** Constants that nothing in the program names, with the reason. */
    private static final Map<String, String> CONSTANTS = Map.of(
            "rehearsal.StandIn$Method.SCRAM", "found by its name, and what is neither of the others");

    private static JavaClasses classes;

    @BeforeAll
    static void readClasses() {
        classes = new ClassFileImporter().withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS).importPackages("org.pgsluice");
    }

    @Test
    void everyMethodIsCalled() {
        Set<String> dead = new TreeSet<>();
        for (JavaClass type : classes) {
            for (JavaMethod method : type.getMethods()) {
                if (method.getAccessesToSelf().isEmpty() && !isCalledFromElsewhere(method)) {
                    dead.add(method.getFullName().replace("org.pgsluice.", "").replaceAll("java\\.[a-z.]+\\.", ""));
                }
            }
        }

        assertThat(dead).containsExactlyInAnyOrderElementsOf(METHODS.keySet());
    }

    @Test
    void everyConstantOfAnEnumIsUsed() {
        Set<String> dead = new TreeSet<>();
        for (JavaClass type : classes) {
            // Words of the configuration file and of SQL are found by their text.
            if (type.isEnum() && !type.getPackageName().endsWith(".config") && !type.getSimpleName().equals("Verb")) {
                for (JavaField field : type.getFields()) {
                    boolean constant = field.getModifiers().contains(JavaModifier.ENUM);
                    if (constant && field.getAccessesToSelf().stream()
                            .allMatch(access -> access.getOriginOwner().equals(type) && isMadeByTheCompiler(access.getOrigin().getName()))) {
                        dead.add(field.getFullName().replace("org.pgsluice.", ""));
                    }
                }
            }
        }

        assertThat(dead).containsExactlyInAnyOrderElementsOf(CONSTANTS.keySet());
    }

    private static boolean isMadeByTheCompiler(String method) {
        return method.equals("<clinit>") || method.equals("$values");
    }

    /** By the JVM, through a supertype, or as a part of what the compiler makes of an enum or a record. */
    private static boolean isCalledFromElsewhere(JavaMethod method) {
        JavaClass type = method.getOwner();
        boolean generated = method.getModifiers().contains(JavaModifier.SYNTHETIC)
                || method.getModifiers().contains(JavaModifier.BRIDGE)
                || (type.isEnum() && (method.getName().equals("values") || method.getName().equals("valueOf")))
                || (type.isRecord() && method.getRawParameterTypes().isEmpty() && type.tryGetField(method.getName()).isPresent());
        boolean start = method.getName().equals("main") && method.getModifiers().contains(JavaModifier.STATIC);
        return generated || start || overrides(method);
    }

    private static boolean overrides(JavaMethod method) {
        JavaClass type = method.getOwner();
        return Stream.concat(type.getAllRawSuperclasses().stream(), type.getAllRawInterfaces().stream())
                .anyMatch(above -> above.getMethods().stream()
                        .anyMatch(other -> other.getName().equals(method.getName())
                                && other.getRawParameterTypes().size() == method.getRawParameterTypes().size()));
    }
}
