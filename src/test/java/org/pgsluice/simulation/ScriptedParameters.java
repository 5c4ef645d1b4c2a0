package org.pgsluice.simulation;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.pgsluice.wire.BackendTag;
import org.pgsluice.wire.MessageWriter;

/** The parameters of one scripted session: those that are reported, and any other. Names compare without case. */
public final class ScriptedParameters {
    private static final Map<String, String> REPORTED = reported();

    private final Map<String, String> values = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    private final Set<String> reported = new LinkedHashSet<>(REPORTED.keySet());
    private final Set<String> setBySession = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
    private final Map<String, String> atLogin = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    private final Set<String> ofClient = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);

    ScriptedParameters() {
        values.putAll(REPORTED);
        atLogin.putAll(REPORTED);
    }

    private static Map<String, String> reported() {
        Map<String, String> all = new LinkedHashMap<>();
        all.put("server_version", "18.0");
        all.put("server_encoding", "UTF8");
        all.put("client_encoding", "UTF8");
        all.put("DateStyle", "ISO, MDY");
        all.put("TimeZone", "Etc/UTC");
        all.put("standard_conforming_strings", "on");
        all.put("integer_datetimes", "on");
        all.put("application_name", "");
        return all;
    }

    /** A parameter that this server reports, and its value for those who ask for no other. */
    void standard(String name, String value) {
        reported.add(name);
        values.put(name, value);
        atLogin.put(name, value);
    }

    public @Nullable String value(String name) {
        return values.get(name);
    }

    /** What the startup packet asks for. */
    void atLogin(String name, String value) {
        if (!name.equals("user") && !name.equals("database")) {
            values.put(name, value);
            atLogin.put(name, value);
            ofClient.add(name);
        }
    }

    void reportAll(MessageWriter out) {
        for (String name : reported) {
            report(name, out);
        }
    }

    /** Sets one; a change of a reported one is reported. */
    void set(String name, String value, MessageWriter out) {
        setBySession.add(name);
        change(name, value, out);
    }

    /** What another value in the server's configuration does: a session keeps its own, until RESET, and what its startup packet asked for. */
    void configure(String name, String value, MessageWriter out) {
        if (!ofClient.contains(name)) {
            atLogin.put(name, value);
            if (!isSet(name)) {
                change(name, value, out);
            }
        }
    }

    private void change(String name, String value, MessageWriter out) {
        String before = values.put(name, value);
        if (!value.equals(before)) {
            for (String known : reported) {
                if (known.equalsIgnoreCase(name)) {
                    report(known, out);
                }
            }
        }
    }

    /** What RESET does to one. */
    void reset(String name, MessageWriter out) {
        String initial = atLogin.get(name);
        change(name, initial == null ? "" : initial, out);
        setBySession.remove(name);
    }

    boolean isSet(String name) {
        return setBySession.contains(name);
    }

    /** What the session has set, by names in lower case; a custom setting that was set once is never unset again. */
    Map<String, String> ofSession() {
        Map<String, String> all = new TreeMap<>();
        values.forEach((name, value) -> {
            if (name.indexOf('.') >= 0) {
                all.put(name.toLowerCase(Locale.ROOT), value);
            }
        });
        for (String name : setBySession) {
            all.put(name.toLowerCase(Locale.ROOT), String.valueOf(values.get(name)));
        }
        return all;
    }

    /** What RESET ALL does. */
    void reset(MessageWriter out) {
        for (String name : reported) {
            reset(name, out);
        }
        setBySession.clear();
        values.keySet().removeIf(name -> !atLogin.containsKey(name) && name.indexOf('.') < 0);
        values.replaceAll((name, value) -> atLogin.containsKey(name) ? value : "");
    }

    private void report(String name, MessageWriter out) {
        String value = values.get(name);
        out.begin(BackendTag.PARAMETER_STATUS).cstring(name).cstring(value == null ? "" : value).end();
    }
}
