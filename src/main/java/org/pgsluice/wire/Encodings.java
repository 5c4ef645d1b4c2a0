package org.pgsluice.wire;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** PostgreSQL's encodings in Java's terms. Manual: "Character Set Support". */
public final class Encodings {
    /** The words for which Java has others; a word that stands for a family is followed by its number. */
    private static final Map<String, String> NAMES = Map.ofEntries(
            Map.entry("LATIN1", "ISO-8859-1"), Map.entry("LATIN2", "ISO-8859-2"), Map.entry("LATIN3", "ISO-8859-3"), Map.entry("LATIN4", "ISO-8859-4"),
            Map.entry("LATIN5", "ISO-8859-9"), Map.entry("LATIN7", "ISO-8859-13"), Map.entry("LATIN9", "ISO-8859-15"), Map.entry("LATIN10", "ISO-8859-16"),
            Map.entry("ISO_8859_5", "ISO-8859-5"), Map.entry("ISO_8859_6", "ISO-8859-6"), Map.entry("ISO_8859_7", "ISO-8859-7"),
            Map.entry("ISO_8859_8", "ISO-8859-8"), Map.entry("WIN866", "IBM866"), Map.entry("WIN874", "x-windows-874"), Map.entry("KOI8R", "KOI8-R"),
            Map.entry("KOI8U", "KOI8-U"), Map.entry("SJIS", "windows-31j"), Map.entry("UHC", "x-windows-949"), Map.entry("EUC_JP", "EUC-JP"),
            Map.entry("EUC_KR", "EUC-KR"), Map.entry("EUC_CN", "GB2312"), Map.entry("EUC_TW", "x-EUC-TW"), Map.entry("JOHAB", "x-Johab"));

    private Encodings() {}

    /** What Java has for an encoding of PostgreSQL, by the name that a server reports; null when it has none, or text is not converted. */
    public static @Nullable Charset charset(@Nullable String encoding) {
        if (encoding == null || encoding.equals("UTF8")) {
            return StandardCharsets.UTF_8;
        }
        String name = encoding.startsWith("WIN125") ? "windows-" + encoding.substring(3) : NAMES.getOrDefault(encoding, encoding);
        try {
            return encoding.equals("SQL_ASCII") || !Charset.isSupported(name) ? null : Charset.forName(name);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
