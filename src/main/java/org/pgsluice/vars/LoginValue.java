package org.pgsluice.vars;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * How PostgreSQL takes a value that a client asks for at login, as far as that can be known without asking it. What this class does not know stays as the
 * client wrote it, and PostgreSQL takes or refuses it later.
 */
final class LoginValue {
    private static final int LONGEST_NAME = 63;

    private LoginValue() {}

    /**
     * The value that the client has after its login.
     *
     * @param asked as it stands in the startup packet, see {@link Raw}
     * @param standard what the server has without being asked
     * @param serverMajor the server's version, 0 when unknown
     */
    static String of(TrackedNames names, int index, String asked, String standard, int serverMajor) {
        return switch (index) {
            case TrackedNames.DATE_STYLE -> dateStyle(asked, standard);
            case TrackedNames.APPLICATION_NAME -> applicationName(asked, serverMajor);
            case TrackedNames.CLIENT_ENCODING -> EncodingNames.reported(asked);
            case TrackedNames.INTERVAL_STYLE -> intervalStyle(asked);
            case TrackedNames.STANDARD_CONFORMING_STRINGS, TrackedNames.DEFAULT_TRANSACTION_READ_ONLY -> onOrOff(asked);
            default -> !names.caseMatters(index) && asked.equalsIgnoreCase(standard) ? standard : asked;
        };
    }

    private static String onOrOff(String asked) {
        return switch (asked.toLowerCase(Locale.ROOT)) {
            case "on", "true", "yes", "1" -> "on";
            case "off", "false", "no", "0" -> "off";
            default -> asked;
        };
    }

    private static String intervalStyle(String asked) {
        String word = asked.toLowerCase(Locale.ROOT);
        return switch (word) {
            case "postgres", "postgres_verbose", "sql_standard", "iso_8601" -> word;
            default -> asked;
        };
    }

    /** PostgreSQL keeps so many bytes of a name, and no part of a letter. */
    private static String cut(String bytes) {
        if (bytes.length() <= LONGEST_NAME) {
            return bytes;
        }
        int end = LONGEST_NAME;
        while (end > 0 && (bytes.charAt(end) & 0xc0) == 0x80) {
            end--;
        }
        return bytes.substring(0, end);
    }

    /** PostgreSQL keeps no byte that is not printable ASCII; since version 16 it writes the others as hexadecimal digits. */
    private static String applicationName(String asked, int serverMajor) {
        String bytes = cut(Raw.bytes(asked));
        StringBuilder clean = new StringBuilder(bytes.length());
        for (int i = 0; i < bytes.length(); i++) {
            char c = bytes.charAt(i);
            if (c >= ' ' && c <= '~') {
                clean.append(c);
            } else if (serverMajor >= 16) {
                clean.append("\\x").append(Character.forDigit(c >> 4, 16)).append(Character.forDigit(c & 15, 16));
            } else {
                clean.append('?');
            }
        }
        return clean.toString();
    }

    /** A DateStyle may name the style or the order alone; what it leaves out is the server's own, never what the last client left. */
    private static String dateStyle(String asked, String standard) {
        if (asked.isBlank()) {
            return standard;
        }
        String style = null;
        String order = null;
        boolean german = false;
        for (String part : asked.split(",", -1)) {
            String word = part.strip().toUpperCase(Locale.ROOT);
            String asStyle = style(word);
            String asOrder = order(word);
            boolean isDefault = word.equals("DEFAULT");
            if ((asStyle == null && asOrder == null && !isDefault) || (asStyle != null && style != null && !style.equals(asStyle))
                    || (asOrder != null && order != null && !order.equals(asOrder))) {
                return asked;
            }
            style = asStyle != null ? asStyle : style;
            order = asOrder != null ? asOrder : order;
            german |= "German".equals(asStyle);
        }
        int comma = standard.indexOf(',');
        if (comma < 0) {
            return asked;
        }
        if (style == null) {
            style = standard.substring(0, comma);
        }
        if (order == null) {
            order = german ? "DMY" : standard.substring(comma + 1).strip();
        }
        return style + ", " + order;
    }

    private static @Nullable String style(String word) {
        return switch (word) {
            case "ISO", "SQL" -> word;
            case "GERMAN" -> "German";
            default -> word.startsWith("POSTGRES") ? "Postgres" : null;
        };
    }

    private static @Nullable String order(String word) {
        return switch (word) {
            case "YMD", "DMY", "MDY" -> word;
            case "US" -> "MDY";
            default -> word.startsWith("EURO") ? "DMY" : word.startsWith("NONEURO") ? "MDY" : null;
        };
    }
}
