package org.pgsluice.net;

import org.jspecify.annotations.Nullable;

/** The users of the operating system. Asking may block for as long as a directory service takes: not on a reactor. */
public interface SystemUsers {
    /** The name of a user's number; null when nobody has it, or the system does not tell. */
    @Nullable String name(long uid);
}
