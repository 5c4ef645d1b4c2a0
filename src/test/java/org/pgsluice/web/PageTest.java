package org.pgsluice.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import org.junit.jupiter.api.Test;

class PageTest {
    private static final Path SOURCES = Path.of("src/main/resources/org/pgsluice/web");

    @Test
    void pageIsWholeInItself() {
        Reply page = PageText.read();
        String text = new String(page.body(), StandardCharsets.UTF_8);

        assertThat(text).contains("uPlot=function").contains("new EventSource('events')").doesNotContain("/*script*/", "/*styles*/");
        assertThat(text.replaceAll("(?s)<script>.*</script>", "")).doesNotContain("src=").doesNotContain("http:").doesNotContain("https:");
    }

    /** Nothing else runs, whatever else would come into the page. */
    @Test
    void policyNamesTheScriptAndTheStyles() throws NoSuchAlgorithmException {
        Reply page = PageText.read();
        String text = new String(page.body(), StandardCharsets.UTF_8);

        assertThat(page.headers().get("Content-Security-Policy")).startsWith("default-src 'none'; ")
                .contains("script-src " + hash(between(text, "<script>", "</script>")), "style-src " + hash(between(text, "<style>", "</style>")))
                .doesNotContain("unsafe");
    }

    /** Whoever may connect names databases, users and applications. */
    @Test
    void namesOnlyEverBecomeText() throws IOException {
        String script = Files.readString(SOURCES.resolve("page.js"));

        assertThat(script).doesNotContain("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function", "setAttribute('on");
    }

    private static String between(String text, String from, String to) {
        int start = text.indexOf(from) + from.length();
        return text.substring(start, text.indexOf(to, start));
    }

    private static String hash(String text) throws NoSuchAlgorithmException {
        return "'sha256-" + Base64.getEncoder().encodeToString(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8))) + "'";
    }
}
