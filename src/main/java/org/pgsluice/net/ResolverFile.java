package org.pgsluice.net;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What a file like {@code /etc/resolv.conf} says, see resolv.conf(5): whom to ask, and under which names. What it does not understand it skips, as the system's
 * own resolver does. Immutable.
 *
 * @param servers addresses of name servers, in the order of the file, three at most as in the system's resolver
 * @param search domains that are tried behind a short name
 * @param ndots a name with fewer dots is tried with those domains first
 * @param timeoutSeconds how long one server is waited for
 * @param attempts how often all of them are asked
 */
public record ResolverFile(List<String> servers, List<String> search, int ndots, int timeoutSeconds, int attempts) {
    private static final int MAX_SERVERS = 3;
    private static final int MAX_NDOTS = 15;
    private static final int MAX_TIMEOUT_SECONDS = 30;
    private static final int MAX_ATTEMPTS = 5;

    /**
     * Reads one.
     *
     * @throws IOException if it cannot be read, or names no server
     */
    public static ResolverFile read(Path file) throws IOException {
        List<String> servers = new ArrayList<>();
        List<String> search = new ArrayList<>();
        int[] numbers = {1, 5, 2};
        for (String line : Files.readAllLines(file, StandardCharsets.ISO_8859_1)) {
            int comment = line.startsWith("#") || line.startsWith(";") ? 0 : line.indexOf(" #");
            List<String> words = words(comment < 0 ? line : line.substring(0, comment));
            if (words.size() < 2) {
                continue;
            }
            List<String> values = words.subList(1, words.size());
            switch (words.get(0)) {
                case "nameserver" -> {
                    if (servers.size() < MAX_SERVERS) {
                        servers.add(values.get(0));
                    }
                }
                case "search" -> {
                    search.clear();
                    search.addAll(values);
                }
                case "domain" -> {
                    search.clear();
                    search.add(values.get(0));
                }
                case "options" -> values.forEach(option -> read(option, numbers));
                default -> {}
            }
        }
        if (servers.isEmpty()) {
            throw new IOException("it has no line \"nameserver\"");
        }
        return new ResolverFile(List.copyOf(servers), List.copyOf(search), numbers[0], numbers[1], numbers[2]);
    }

    /** The names under which {@code host} is looked for, in order. A dot at the end makes it complete. */
    List<String> candidates(String host) {
        if (host.endsWith(".")) {
            return List.of(host);
        }
        List<String> names = new ArrayList<>();
        boolean asItIsFirst = host.chars().filter(c -> c == '.').count() >= ndots;
        if (asItIsFirst) {
            names.add(host);
        }
        for (String domain : search) {
            names.add(host + "." + domain);
        }
        if (!asItIsFirst) {
            names.add(host);
        }
        return names;
    }

    private static void read(String option, int[] numbers) {
        number(option, "ndots:", MAX_NDOTS, numbers, 0);
        number(option, "timeout:", MAX_TIMEOUT_SECONDS, numbers, 1);
        number(option, "attempts:", MAX_ATTEMPTS, numbers, 2);
    }

    private static void number(String option, String name, int most, int[] numbers, int at) {
        String digits = option.startsWith(name) ? option.substring(name.length()) : "";
        if (!digits.isEmpty() && digits.length() <= 9 && digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
            numbers[at] = Math.clamp(Integer.parseInt(digits), at == 0 ? 0 : 1, most);
        }
    }

    private static List<String> words(String line) {
        List<String> words = new ArrayList<>();
        for (String word : line.strip().split("[ \t]+", -1)) {
            if (!word.isEmpty()) {
                words.add(word);
            }
        }
        return words;
    }
}
