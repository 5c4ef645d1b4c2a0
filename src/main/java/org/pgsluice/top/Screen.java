package org.pgsluice.top;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Draws a picture as lines of text, with colours for a terminal. Names come from clients: what is no plain character of theirs becomes a question mark. */
final class Screen {
    private static final int BAR = 20;
    private static final int MOST_WAITS = 5;
    private static final double MICROS = 1e6;

    private final int width;
    private final boolean colours;
    private final List<String> lines = new ArrayList<>();

    Screen(int width, boolean colours) {
        this.width = width;
        this.colours = colours;
    }

    /** @param before the picture before, for what is a second; null for the first one, which has averages of the pooler instead */
    List<String> draw(String where, @Nullable Picture before, Picture now) {
        ConsoleTable pools = now.pools();
        long clients = sum(pools, "cl_active") + sum(pools, "cl_waiting");
        long waiting = sum(pools, "cl_waiting");
        long active = sum(pools, "sv_active");
        long servers = active + sum(pools, "sv_idle") + sum(pools, "sv_used") + sum(pools, "sv_tested") + sum(pools, "sv_login");
        lines.add(bold("pgsluice top") + "  " + plain(where) + "  " + plain(now.version()) + "  "
                + (now.state().equals("active") ? now.state() : hot(now.state())));
        String wait = waiting + " waiting";
        lines.add(clients + " clients, " + (waiting > 0 ? hot(wait) : wait) + "   " + active + " of " + servers + " servers active");
        lines.add("");
        pools(now);
        lines.add("");
        databases(before, now);
        waits(now);
        advice(now);
        return lines;
    }

    private void pools(Picture now) {
        ConsoleTable pools = now.pools();
        Map<String, Long> sizes = new HashMap<>();
        now.databases().rows().forEach(row -> sizes.put(now.databases().text(row, "name"), now.databases().number(row, "pool_size")));
        lines.add(head(String.format(Locale.ROOT, "%-28s %-11s %7s %7s  %-" + (BAR + 2) + "s %9s %9s", "pool", "mode", "clients", "waiting", "servers",
                "act/all", "waits for")));
        List<List<String>> rows = new ArrayList<>(pools.rows());
        rows.sort(Comparator.<List<String>>comparingLong(row -> pools.number(row, "cl_waiting"))
                .thenComparingLong(row -> pools.number(row, "sv_active")).thenComparingLong(row -> pools.number(row, "cl_active")).reversed());
        for (List<String> row : rows) {
            long active = pools.number(row, "sv_active");
            long other = pools.number(row, "sv_used") + pools.number(row, "sv_tested") + pools.number(row, "sv_login");
            long idle = pools.number(row, "sv_idle");
            long size = Math.max(sizes.getOrDefault(pools.text(row, "database"), 0L), active + other + idle);
            double longest = pools.number(row, "maxwait") + pools.number(row, "maxwait_us") / MICROS;
            long waiting = pools.number(row, "cl_waiting");
            String left = String.format(Locale.ROOT, "%-28s %-11s %7d ", fit(name(pools.text(row, "database"), pools.text(row, "user")), 28),
                    fit(plain(pools.text(row, "pool_mode")), 11), pools.number(row, "cl_active"));
            String right = String.format(Locale.ROOT, " %9s %9s", active + "/" + (active + other + idle), longest > 0 ? time(longest) : "");
            String waits = String.format(Locale.ROOT, "%7d", waiting);
            lines.add(left + (waiting > 0 ? hot(waits) : waits) + "  " + bar(active, other, idle, size) + right);
        }
    }

    private static String bar(long active, long other, long idle, long size) {
        StringBuilder bar = new StringBuilder();
        fillTo(bar, '#', active, size);
        fillTo(bar, '+', active + other, size);
        fillTo(bar, '-', active + other + idle, size);
        fillTo(bar, ' ', 1, 1);
        return "[" + bar + "]";
    }

    private static void fillTo(StringBuilder bar, char with, long part, long all) {
        while (bar.length() < part * BAR / Math.max(1, all)) {
            bar.append(with);
        }
    }

    private void databases(@Nullable Picture before, Picture now) {
        ConsoleTable stats = now.stats();
        lines.add(head(String.format(Locale.ROOT, "%-28s %14s %11s %11s %11s %10s %10s", "database", "transactions/s", "queries/s", "mean query", "mean wait",
                "in/s", "out/s")));
        Map<String, List<String>> old = new HashMap<>();
        if (before != null) {
            before.stats().rows().forEach(row -> old.put(stats.text(row, "database"), row));
        }
        double seconds = before == null ? 0 : (now.nanos() - before.nanos()) / 1e9;
        for (List<String> row : stats.rows()) {
            List<String> was = old.getOrDefault(stats.text(row, "database"), List.of());
            boolean live = !was.isEmpty() && seconds > 0;
            double transactions = live ? since(stats, was, row, "total_xact_count") / seconds : stats.number(row, "avg_xact_count");
            double queries = live ? since(stats, was, row, "total_query_count") / seconds : stats.number(row, "avg_query_count");
            double query = live ? ratio(since(stats, was, row, "total_query_time"), since(stats, was, row, "total_query_count"))
                    : stats.number(row, "avg_query_time");
            double wait = live ? ratio(since(stats, was, row, "total_wait_time"), since(stats, was, row, "total_server_assignment_count"))
                    : stats.number(row, "avg_wait_time");
            double in = live ? since(stats, was, row, "total_received") / seconds : stats.number(row, "avg_recv");
            double out = live ? since(stats, was, row, "total_sent") / seconds : stats.number(row, "avg_sent");
            lines.add(String.format(Locale.ROOT, "%-28s %14.1f %11.1f %11s %11s %10s %10s", fit(plain(stats.text(row, "database")), 28), transactions, queries,
                    time(query / MICROS), time(wait / MICROS), bytes(in), bytes(out)));
        }
    }

    private static double since(ConsoleTable table, List<String> old, List<String> now, String column) {
        return Math.max(0, table.number(now, column) - table.number(old, column));
    }

    private static double ratio(double sum, double count) {
        return count > 0 ? sum / count : 0;
    }

    private void waits(Picture now) {
        ConsoleTable clients = now.waiting();
        if (clients == null) {
            return;
        }
        List<List<String>> rows = new ArrayList<>(clients.rows());
        rows.removeIf(row -> !clients.text(row, "state").equals("waiting"));
        rows.sort(Comparator.<List<String>>comparingDouble(row -> wait(clients, row)).reversed());
        lines.add("");
        lines.add(head("slowest waits"));
        for (List<String> row : rows.subList(0, Math.min(MOST_WAITS, rows.size()))) {
            String pool = fit(name(clients.text(row, "database"), clients.text(row, "user")), 28);
            lines.add(String.format(Locale.ROOT, "%9s  %-28s %s", time(wait(clients, row)), pool,
                    plain(clients.text(row, "addr") + ":" + clients.text(row, "port") + "  " + clients.text(row, "application_name"))));
        }
    }

    private static double wait(ConsoleTable clients, List<String> row) {
        return clients.number(row, "wait") + clients.number(row, "wait_us") / MICROS;
    }

    private void advice(Picture now) {
        ConsoleTable advice = now.advice();
        if (advice == null || advice.rows().isEmpty()) {
            return;
        }
        lines.add("");
        lines.add(head("advice"));
        for (List<String> row : advice.rows()) {
            String severity = plain(advice.text(row, "severity"));
            String pool = name(advice.text(row, "database"), advice.text(row, "user"));
            lines.add((severity.equals("warning") ? hot(severity) : severity) + "  " + (pool.isEmpty() ? "" : pool + ": ")
                    + plain(advice.text(row, "finding") + ". " + advice.text(row, "remedy")));
        }
    }

    private static long sum(ConsoleTable table, String column) {
        return table.rows().stream().mapToLong(row -> table.number(row, column)).sum();
    }

    private static String name(String database, String user) {
        return plain(database.equals(user) ? database : database + "/" + user);
    }

    private static String fit(String text, int most) {
        return text.length() <= most ? text : text.substring(0, most - 1) + "~";
    }

    /** Nothing of it moves a terminal's cursor. */
    private static String plain(String text) {
        StringBuilder plain = new StringBuilder();
        text.codePoints().forEach(c -> plain.appendCodePoint(Character.isISOControl(c) || Character.getType(c) == Character.FORMAT ? '?' : c));
        return plain.toString();
    }

    static String time(double seconds) {
        return seconds >= 1 ? String.format(Locale.ROOT, "%.1f s", seconds)
                : seconds >= 1e-3 ? String.format(Locale.ROOT, "%.1f ms", seconds * 1e3) : String.format(Locale.ROOT, "%.0f us", seconds * 1e6);
    }

    private static String bytes(double bytes) {
        return bytes >= 1 << 20 ? String.format(Locale.ROOT, "%.1f MB", bytes / (1 << 20)) : String.format(Locale.ROOT, "%.1f kB", bytes / 1024);
    }

    private String head(String text) {
        return colours ? "\033[7m" + fill(text) + "\033[0m" : text;
    }

    private String fill(String text) {
        return text + " ".repeat(Math.max(0, width - text.length()));
    }

    private String bold(String text) {
        return colours ? "\033[1m" + text + "\033[0m" : text;
    }

    private String hot(String text) {
        return colours ? "\033[1;31m" + text + "\033[0m" : text;
    }
}
