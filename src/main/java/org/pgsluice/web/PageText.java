package org.pgsluice.web;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Map;

/** The page: one file with its styles, its script and the library that draws the charts. Put together when it is first asked for. */
final class PageText {
    private static final String CHARTS = "/META-INF/resources/webjars/uplot/1.6.30/dist/";

    private PageText() {}

    static Reply read() {
        String styles = resource(CHARTS + "uPlot.min.css") + resource("page.css");
        String script = resource(CHARTS + "uPlot.iife.min.js") + "\n" + resource("page.js");
        String page = resource("page.html").replace("/*styles*/", styles).replace("/*script*/", script);
        // Nothing but these two runs or styles, whatever a name in the data says, and nothing is fetched from elsewhere.
        String policy = "default-src 'none'; script-src " + hash(script) + "; style-src " + hash(styles) + "; connect-src 'self'; img-src data:;"
                + " base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
        return new Reply(200, "text/html; charset=utf-8", Map.of("Content-Security-Policy", policy, "Referrer-Policy", "no-referrer"),
                page.getBytes(StandardCharsets.UTF_8));
    }

    private static String hash(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return "'sha256-" + Base64.getEncoder().encodeToString(digest) + "'";
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String resource(String name) {
        try (InputStream in = PageText.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("the program has no " + name);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
