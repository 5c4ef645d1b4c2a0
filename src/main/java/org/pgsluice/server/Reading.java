package org.pgsluice.server;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.pgsluice.vars.Carried;
import org.pgsluice.vars.TrackedNames;
import org.pgsluice.vars.TrackedVars;

/**
 * By what PostgreSQL reads a text when it parses it. A literal gets its value then, so equal texts that were read by different settings are two statements. A
 * part that does not matter to a text is null. {@code search_path} is none of them: PostgreSQL itself looks at a statement again where that has changed.
 *
 * @param encoding client_encoding, for a text beyond ASCII
 * @param beyond values of {@link #BEYOND} that the session has set
 */
public record Reading(
        @Nullable String encoding,
        @Nullable String dateStyle,
        @Nullable String timeZone,
        @Nullable String intervalStyle,
        @Nullable String conformingStrings,
        @Nullable List<String> beyond) {
    /** What else it reads by, and does not report. Names in lower case. */
    private static final List<String> BEYOND =
            List.of("array_nulls", "backslash_quote", "lc_monetary", "quote_all_identifiers", "timezone_abbreviations", "transform_null_equals", "xmloption");

    private static final Reading PLAIN = new Reading(null, null, null, null, null, null);

    /**
     * How a session with those parameters reads a text.
     *
     * @param body what stands behind the name in a Parse message
     */
    public static Reading of(byte[] body, TrackedVars vars) {
        boolean ascii = true;
        boolean literals = false;
        for (int i = 0; i < body.length && body[i] != 0; i++) {
            byte b = body[i];
            ascii &= b > 0;
            // A dollar that no digit follows may begin a literal.
            literals |= b == '\'' || (b == '$' && (i + 1 == body.length || body[i + 1] < '0' || body[i + 1] > '9'));
        }
        List<String> beyond = beyond(vars.carrying().set());
        if (ascii && !literals && beyond == null) {
            return PLAIN;
        }
        return new Reading(
                ascii ? null : vars.value(TrackedNames.CLIENT_ENCODING),
                literals ? vars.value(TrackedNames.DATE_STYLE) : null,
                literals ? vars.value(TrackedNames.TIME_ZONE) : null,
                literals ? vars.value(TrackedNames.INTERVAL_STYLE) : null,
                literals ? vars.value(TrackedNames.STANDARD_CONFORMING_STRINGS) : null,
                beyond);
    }

    private static @Nullable List<String> beyond(Carried set) {
        if (set == Carried.NONE || BEYOND.stream().allMatch(name -> set.value(name) == null)) {
            return null;
        }
        return BEYOND.stream().map(name -> String.valueOf(set.value(name))).toList();
    }
}
