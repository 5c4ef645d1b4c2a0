package org.pgsluice.log;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import org.jspecify.annotations.Nullable;

/**
 * The C library's syslog: its socket takes datagrams of the unix kind, which the JDK has not. Guarded by its owner's lock. Where it cannot be had it is silent.
 */
final class Syslog {
    private static final int LOG_PID = 1;
    private static final int DAEMON = 3;
    private static final int LOCAL0 = 16;
    private static final int AUTHPRIV = 10;

    private final @Nullable MethodHandle syslog;
    private final MemorySegment format;

    Syslog(String ident, String facility) {
        MethodHandle handle = null;
        // syslog(3) keeps the pointer to the ident for the life of the process
        MemorySegment name = Arena.global().allocateFrom(ident);
        format = Arena.global().allocateFrom("%s");
        try {
            Linker linker = Linker.nativeLinker();
            MethodHandle openlog = linker.downcallHandle(linker.defaultLookup().findOrThrow("openlog"), FunctionDescriptor.ofVoid(ADDRESS, JAVA_INT, JAVA_INT));
            openlog.invokeExact(name, LOG_PID, code(facility) << 3);
            FunctionDescriptor shape = FunctionDescriptor.ofVoid(JAVA_INT, ADDRESS, ADDRESS);
            handle = linker.downcallHandle(linker.defaultLookup().findOrThrow("syslog"), shape, Linker.Option.firstVariadicArg(2));
        } catch (Throwable e) {
            handle = null;
        }
        syslog = handle;
    }

    void write(Level level, String message) {
        if (syslog == null) {
            return;
        }
        try (Arena arena = Arena.ofConfined()) {
            syslog.invokeExact(priority(level), format, arena.allocateFrom(message));
        } catch (Throwable e) {
            return; // the other targets have the line
        }
    }

    static int priority(Level level) {
        return switch (level) {
            case FATAL -> 2;
            case ERROR -> 3;
            case WARNING -> 4;
            case LOG -> 6;
            case DEBUG, NOISE -> 7;
        };
    }

    static int code(String facility) {
        if (facility.length() == 6 && facility.startsWith("local") && facility.charAt(5) >= '0' && facility.charAt(5) <= '7') {
            return LOCAL0 + facility.charAt(5) - '0';
        }
        return switch (facility) {
            case "auth" -> 4;
            case "authpriv" -> AUTHPRIV;
            case "user" -> 1;
            default -> DAEMON;
        };
    }
}
