package org.pgsluice.auth.pam;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The functions of Linux-PAM that a login needs, and the answer to a module's questions: whoever asks for something hidden is given the password. Any number of
 * threads, each with a conversation of its own.
 */
final class PamLibrary {
    private static final String NAME = "libpam.so.0";

    private static final int SUCCESS = 0;
    private static final int BUFFER_ERROR = 5;
    private static final int CONVERSATION_ERROR = 19;
    private static final int PROMPT_HIDDEN = 1;
    private static final int PROMPT_SHOWN = 2;
    private static final int REMOTE_HOST = 4;
    /** No module asks more at once. */
    private static final int MOST_QUESTIONS = 32;

    private static final long QUESTION_BYTES = 16; // int style, const char *text
    private static final long ANSWER_BYTES = 16; // char *text, int unused
    private static final long LONGEST_TEXT = 4096;

    private final @Nullable MemorySegment services;
    private final MethodHandle start;
    private final MethodHandle setItem;
    private final MethodHandle authenticate;
    private final MethodHandle accountOpen;
    private final MethodHandle end;
    private final MethodHandle errorText;
    private final MethodHandle allocate;
    private final MethodHandle copyText;
    private final MethodHandle free;
    private final MemorySegment conversation;

    private PamLibrary(SymbolLookup library, @Nullable Path services) {
        SymbolLookup c = Linker.nativeLinker().defaultLookup();
        this.services = services == null ? null : Arena.ofAuto().allocateFrom(services.toString());
        start = services == null
                ? function(library, "pam_start", JAVA_INT, ADDRESS, ADDRESS, ADDRESS, ADDRESS)
                : function(library, "pam_start_confdir", JAVA_INT, ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS);
        setItem = function(library, "pam_set_item", JAVA_INT, ADDRESS, JAVA_INT, ADDRESS);
        authenticate = function(library, "pam_authenticate", JAVA_INT, ADDRESS, JAVA_INT);
        accountOpen = function(library, "pam_acct_mgmt", JAVA_INT, ADDRESS, JAVA_INT);
        end = function(library, "pam_end", JAVA_INT, ADDRESS, JAVA_INT);
        errorText = function(library, "pam_strerror", ADDRESS, ADDRESS, JAVA_INT);
        allocate = function(c, "calloc", ADDRESS, JAVA_LONG, JAVA_LONG);
        copyText = function(c, "strdup", ADDRESS, ADDRESS);
        free = Linker.nativeLinker().downcallHandle(c.findOrThrow("free"), FunctionDescriptor.ofVoid(ADDRESS));
        conversation = answering();
    }

    /** One whose services a directory describes; null: the one of this process, with the system's services, which is loaded once. */
    static PamLibrary load(@Nullable Path services) throws PamException {
        PamLibrary found = services == null ? Loaded.LIBRARY : find(services);
        if (found == null) {
            throw new PamException("PAM needs the library " + NAME + ", which cannot be loaded");
        }
        return found;
    }

    private static @Nullable PamLibrary find(@Nullable Path services) {
        try {
            return new PamLibrary(SymbolLookup.libraryLookup(NAME, Arena.global()), services);
        } catch (IllegalArgumentException missing) {
            return null;
        }
    }

    private static final class Loaded {
        private static final @Nullable PamLibrary LIBRARY = find(null);
    }

    private static MethodHandle function(SymbolLookup library, String name, MemoryLayout result, MemoryLayout... arguments) {
        return Linker.nativeLinker().downcallHandle(library.findOrThrow(name), FunctionDescriptor.of(result, arguments));
    }

    /** The function that modules ask. It stays as long as this object does. */
    private MemorySegment answering() {
        try {
            MethodHandle answer = MethodHandles.lookup().bind(
                    this, "answer", MethodType.methodType(int.class, int.class, MemorySegment.class, MemorySegment.class, MemorySegment.class));
            return Linker.nativeLinker().upcallStub(answer, FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, ADDRESS, ADDRESS), Arena.ofAuto());
        } catch (ReflectiveOperationException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** A module asks {@code count} questions; {@code password} is what the login gave. Called by the library, in the midst of a login. Must not throw. */
    @SuppressWarnings("UnusedMethod") // found by its name
    private int answer(int count, MemorySegment questions, MemorySegment answers, MemorySegment password) {
        try {
            if (count < 1 || count > MOST_QUESTIONS) {
                return CONVERSATION_ERROR;
            }
            MemorySegment given = ((MemorySegment) allocate.invokeExact((long) count, ANSWER_BYTES)).reinterpret(count * ANSWER_BYTES);
            if (given.address() == 0) {
                return BUFFER_ERROR;
            }
            MemorySegment asked = questions.reinterpret(count * ADDRESS.byteSize());
            for (int i = 0; i < count; i++) {
                int style = asked.getAtIndex(ADDRESS, i).reinterpret(QUESTION_BYTES).get(JAVA_INT, 0);
                if (style == PROMPT_HIDDEN) {
                    given.set(ADDRESS, i * ANSWER_BYTES, (MemorySegment) copyText.invokeExact(password));
                } else if (style == PROMPT_SHOWN) {
                    // There is nobody to ask.
                    drop(given, i);
                    return CONVERSATION_ERROR;
                }
            }
            answers.reinterpret(ADDRESS.byteSize()).set(ADDRESS, 0, given);
            return SUCCESS;
        } catch (Throwable broken) {
            return CONVERSATION_ERROR;
        }
    }

    private void drop(MemorySegment given, int count) throws Throwable {
        for (int i = 0; i < count; i++) {
            free.invokeExact(given.get(ADDRESS, i * ANSWER_BYTES));
        }
        free.invokeExact(given);
    }

    /** Why PAM does not let the user in; null when it does. */
    @Nullable String wrong(String service, String user, byte[] password, String from) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment secret = arena.allocate(password.length + 1L);
            MemorySegment.copy(password, 0, secret, JAVA_BYTE, 0, password.length);
            try {
                return wrong(arena, service, user, secret, from);
            } finally {
                secret.fill((byte) 0);
            }
        } catch (Error | RuntimeException thrown) {
            throw thrown;
        } catch (Throwable impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private @Nullable String wrong(Arena arena, String service, String user, MemorySegment secret, String from) throws Throwable {
        MemorySegment asking = arena.allocate(ADDRESS, 2);
        asking.setAtIndex(ADDRESS, 0, conversation);
        asking.setAtIndex(ADDRESS, 1, secret);
        MemorySegment made = arena.allocate(ADDRESS);
        MemorySegment directory = services;
        int result = directory == null
                ? (int) start.invokeExact(arena.allocateFrom(service), arena.allocateFrom(user), asking, made)
                : (int) start.invokeExact(arena.allocateFrom(service), arena.allocateFrom(user), asking, directory, made);
        if (result != SUCCESS) {
            return "pam_start() failed: " + text(MemorySegment.NULL, result);
        }
        MemorySegment pam = made.get(ADDRESS, 0);
        try {
            if (!from.isEmpty()) {
                result = (int) setItem.invokeExact(pam, REMOTE_HOST, arena.allocateFrom(from));
                if (result != SUCCESS) {
                    return "pam_set_item() failed: " + text(pam, result);
                }
            }
            result = (int) authenticate.invokeExact(pam, 0);
            if (result != SUCCESS) {
                return "pam_authenticate() failed: " + text(pam, result);
            }
            result = (int) accountOpen.invokeExact(pam, 0);
            return result == SUCCESS ? null : "pam_acct_mgmt() failed: " + text(pam, result);
        } finally {
            var _ = (int) end.invokeExact(pam, result);
        }
    }

    private String text(MemorySegment pam, int result) throws Throwable {
        MemorySegment text = (MemorySegment) errorText.invokeExact(pam, result);
        return text.address() == 0 ? Integer.toString(result) : text.reinterpret(LONGEST_TEXT).getString(0);
    }
}
